/**
 * The shipments list: everything live, newest first, one page at a time, by status and by what was typed. Closed cases are
 * asked for by name; archived shipments leave every list (S5). Reads through the read-only client.
 */
import { SHIPMENT_STATUSES, type ShipmentRow, type ShipmentStatus } from '#lib/domain/rows.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { destinationId, pageNumber, searchText } from './board-query.ts';
import { shipmentRow } from './records.ts';
import { contains } from './text-search.ts';

const PAGE_ROWS = 50;

/** What the list can be narrowed to. `disputed` goes across statuses. */
export type ListStatus = ShipmentStatus | 'disputed' | 'closed';

export interface ListQuery {
	/** Null: all live shipments. */
	status: ListStatus | null;
	/** Null: all. One that does not exist has no rows. */
	destinationId: string | null;
	search: string;
	page: number;
}

export interface ShipmentList {
	rows: { shipment: ShipmentRow; version: number }[];
	/** Of all pages. */
	total: number;
	pages: number;
	/** Live shipments by status, whatever the search: the numbers beside the filters. */
	counts: Partial<Record<ListStatus, number>>;
	live: number;
}

const LIST_STATUSES: readonly ListStatus[] = [...SHIPMENT_STATUSES, 'disputed', 'closed'];
const SEARCHED = [
	's.reference',
	's.temporary_reference',
	's.destination_iata',
	's.destination_city',
	"json_extract(s.shipper, '$.name')",
	"json_extract(s.recipient, '$.name')",
	"json_extract(s.correspondent, '$.name')"
];

/** A status that is none shows all. */
export function listQuery(params: URLSearchParams): ListQuery {
	const status = LIST_STATUSES.find((known) => known === params.get('status')) ?? null;
	return { status, destinationId: destinationId(params), search: searchText(params), page: pageNumber(params) };
}

export async function readShipmentList(reader: PrismaClient, query: ListQuery): Promise<ShipmentList> {
	const where = whereSql(query);
	const [totals] = await reader.$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM shipment s WHERE ${where}`;
	const listed = await reader.$queryRaw<{ id: string }[]>`
		SELECT s.id AS id FROM shipment s WHERE ${where}
		ORDER BY s.created_at DESC, s.id DESC
		LIMIT ${PAGE_ROWS} OFFSET ${(query.page - 1) * PAGE_ROWS}`;
	const ids = listed.map(({ id }) => id);
	const records = await reader.shipment.findMany({ where: { id: { in: ids } } });
	const byId = new Map(records.map((record) => [record.id, record]));
	const total = Number(totals.total);
	return {
		rows: ids.flatMap((id) => {
			const record = byId.get(id);
			return record === undefined ? [] : [{ shipment: shipmentRow(record), version: record.version }];
		}),
		total,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS)),
		...(await countLive(reader))
	};
}

function whereSql({ status, destinationId, search }: ListQuery): Prisma.Sql {
	const conditions = [Prisma.sql`s.archived_at IS NULL`];
	conditions.push(status === 'closed' ? Prisma.sql`s.closed_at IS NOT NULL` : Prisma.sql`s.closed_at IS NULL`);
	if (status === 'disputed') conditions.push(Prisma.sql`s.dispute_id IS NOT NULL`);
	else if (status !== null && status !== 'closed') conditions.push(Prisma.sql`s.status = ${status}`);
	if (destinationId !== null) conditions.push(Prisma.sql`s.destination_id = ${destinationId}`);
	if (search !== '') conditions.push(contains(search, SEARCHED));
	return Prisma.join(conditions, ' AND ');
}

async function countLive(reader: PrismaClient): Promise<Pick<ShipmentList, 'counts' | 'live'>> {
	const groups = await reader.$queryRaw<{ status: ShipmentStatus; disputed: bigint; total: bigint }[]>`
		SELECT s.status AS status, sum(s.dispute_id IS NOT NULL) AS disputed, count(*) AS total
		FROM shipment s WHERE s.archived_at IS NULL AND s.closed_at IS NULL GROUP BY s.status`;
	const counts: Partial<Record<ListStatus, number>> = {};
	let live = 0;
	let disputed = 0;
	for (const group of groups) {
		counts[group.status] = Number(group.total);
		live += Number(group.total);
		disputed += Number(group.disputed);
	}
	return { counts: { ...counts, disputed }, live };
}
