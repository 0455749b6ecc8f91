/**
 * [I27] Who must receive which row, worked out from the rows themselves and compared with `in_scope`, which triggers keep.
 * Written apart from them.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Findings } from './findings.ts';

/** A closed case stays on the phones for 30 days; the nightly job takes it off some time after. */
const AFTER_CLOSING_MS = 30 * 86_400_000;

const everywhere = ['warehouse', 'person', 'location', 'product', 'destination', 'contact'];
const WIRE: Record<string, string> = {
	warehouse: 'warehouses',
	person: 'people',
	location: 'locations',
	product: 'products',
	destination: 'destinations',
	contact: 'contacts'
};

/** `:before`: closed cases older than this may be in scope or not, and their cartons and timeline with them. */
const EXPECTED = [
	...everywhere.map((table) => `SELECT '*' AS scope, '${WIRE[table]}' AS "table", id FROM ${table}`),
	`SELECT '*', 'shipments', id FROM shown`,
	`SELECT 'warehouse:' || warehouse_id, 'cartons', id FROM carton WHERE discarded_at IS NULL AND shipment_id IS NULL`,
	`SELECT '*', 'cartons', carton.id FROM carton JOIN shown ON shown.id = carton.shipment_id WHERE discarded_at IS NULL`,
	`SELECT '*', 'timeline', timeline.id FROM timeline JOIN shown ON shown.id = timeline.shipment_id`
].join(' UNION ALL ');

const SHOWN = `WITH shown AS (
	SELECT id FROM shipment WHERE archived_at IS NULL AND (closed_at IS NULL OR closed_at >= ?)
	UNION SELECT id FROM shipment JOIN in_scope ON row_id = id AND "table" = 'shipments' WHERE archived_at IS NULL
), expected AS (${EXPECTED}), actual AS (SELECT scope, "table", row_id AS id FROM in_scope)`;

const MISSING = `${SHOWN} SELECT * FROM expected EXCEPT SELECT * FROM actual`;
const EXTRA = `${SHOWN} SELECT * FROM actual EXCEPT SELECT * FROM expected`;

export function scopeFaults(db: Database, now: Date, findings: Findings): void {
	const before = new Date(now.getTime() - AFTER_CLOSING_MS).toISOString();
	const told = (text: string, says: string) => {
		for (const { scope, table, id } of sql<{ scope: string; table: string; id: string }>(db, text).iterate(before))
			findings.add('I27', id, `I27 ${table} ${id} ${says} ${scope}`);
	};
	told(MISSING, 'is not sent to');
	told(EXTRA, 'is sent in vain to');
}
