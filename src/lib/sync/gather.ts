/**
 * Gathers the world that rules look at from the view tables, for one command or for a whole queue at once, optionally
 * with some rows *substituted* (what a rebase or a look at the server's rows needs). Runs inside a transaction.
 */
import type { Footprint, World } from '#lib/domain/decision.ts';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { emptyWorld, missingParties, missingShipments } from '#lib/domain/world.ts';
import { rowKey } from './keys.ts';
import type { Tx } from './ports.ts';
import { viewStore, type StoredRow, type TableSet } from './records.ts';
import { CODED_TABLES, holderOf, toStored, type CodedTable } from './views.ts';

/** A row that takes the place of the stored one; null: absent. */
export interface Substitute {
	table: SyncedTable;
	id: string;
	stored: { version: number; row: SyncedRows[SyncedTable] } | null;
}
/** By `rowKey`. */
export type Substitutes = ReadonlyMap<string, Substitute>;
const NO_SUBSTITUTES: Substitutes = new Map();

export interface Gathered {
	world: World;
	/** The stored rows that it was made of, by `rowKey`: their versions, and whether they are dirty. */
	stored: Map<string, StoredRow>;
}

/** @returns the world of a footprint, with each carton's own shipment (C10). */
export async function gather(
	tx: Tx,
	set: TableSet,
	needs: Footprint,
	substitutes: Substitutes = NO_SUBSTITUTES
): Promise<Gathered> {
	const gathered: Gathered = { world: emptyWorld(), stored: new Map() };

	const take = (table: SyncedTable, stored: StoredRow | undefined) => {
		if (!stored || substitutes.has(rowKey(table, stored.id))) return;
		keep(gathered, table, stored);
	};
	const rows = async (table: SyncedTable, ids: readonly string[]) => {
		const wanted = substitutes.size > 0 ? ids.filter((id) => !substitutes.has(rowKey(table, id))) : ids;
		if (wanted.length === 0) return;
		for (const stored of await tx.get(viewStore(set, table), wanted)) take(table, stored);
	};
	const children = async (table: 'cartons' | 'timeline', shipmentIds: readonly string[]) => {
		if (shipmentIds.length === 0) return;
		for (const stored of await tx.find(viewStore(set, table), 'parent', shipmentIds)) take(table, stored);
	};
	const holders = async (table: CodedTable) => {
		for (const stored of await tx.find(viewStore(set, table), 'codes', needs.codes)) {
			if (substitutes.has(rowKey(table, stored.id))) continue;
			addHolders(gathered.world, needs.codes, table, stored);
		}
	};

	for (const { table, stored } of substitutes.values()) {
		if (stored) keep(gathered, table, toStored(table, stored.version, stored.row, false));
	}
	await Promise.all([
		rows('cartons', needs.cartonIds),
		rows('shipments', [...new Set([...needs.shipmentIds, ...needs.allCartonsOf, ...needs.timelineOf])]),
		rows('products', needs.productIds),
		rows('contacts', needs.contactIds),
		rows('destinations', needs.destinationIds),
		rows('locations', needs.locationIds),
		rows('warehouses', needs.warehouseIds),
		children('cartons', needs.allCartonsOf),
		children('timeline', needs.timelineOf),
		...(needs.codes.length > 0 ? CODED_TABLES.map(holders) : [])
	]);
	for (const { table, stored } of substitutes.values()) {
		if (stored && isCoded(table))
			addHolders(gathered.world, needs.codes, table, toStored<SyncedTable>(table, stored.version, stored.row, false));
	}
	await rows('shipments', missingShipments(gathered.world));
	if (needs.partiesOf.length > 0) {
		const missing = missingParties(gathered.world, needs.partiesOf);
		await Promise.all([rows('contacts', missing.contacts), rows('destinations', missing.destinations)]);
	}
	return gathered;
}

function keep(gathered: Gathered, table: SyncedTable, stored: StoredRow): void {
	gathered.stored.set(rowKey(table, stored.id), stored);
	(gathered.world[table] as Map<string, SyncedRows[SyncedTable]>).set(stored.id, stored.row);
}

const isCoded = (table: SyncedTable): table is CodedTable => (CODED_TABLES as readonly SyncedTable[]).includes(table);

/** [R4] Where two kinds hold one code, the first kind in R4's order is named. */
function addHolders(world: World, wanted: readonly string[], table: CodedTable, stored: StoredRow): void {
	for (const code of stored.codes ?? []) {
		if (!wanted.includes(code)) continue;
		const holder = world.codes.get(code);
		const rank = (kind: string) => CODED_TABLES.findIndex((each) => holderOf(each, '').kind === kind);
		if (!holder || rank(holderOf(table, '').kind) < rank(holder.kind))
			world.codes.set(code, holderOf(table, stored.id));
	}
}
