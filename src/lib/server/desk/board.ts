/**
 * The tracking board's rows: shipments that are locked and not archived, newest plan first, one page at a time. Reads
 * through the read-only client and walks the timeline's index from its end, so that the first page costs the same with
 * fifty shipments and fifty thousand.
 */
import { ALERT_AFTER_MS } from '#lib/domain/progress.ts';
import { SHIPMENT_STATUSES, type ShipmentRow, type TimelineRow } from '#lib/domain/rows.ts';
import { weekBounds } from '#lib/domain/week.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { BOARD_PAGE_ROWS, type BoardQuery } from './board-query.ts';
import { shipmentRow, timelineRow } from './records.ts';
import { contains } from './text-search.ts';

export interface BoardShipment {
	shipment: ShipmentRow;
	/** Raised by every save. */
	version: number;
	/** The current cycle's, in order (D5). */
	steps: TimelineRow[];
}

export interface BoardPage {
	rows: BoardShipment[];
	/** Of all pages. */
	total: number;
	cartons: number;
	/** B4: how many of all pages are late. */
	late: number;
	pages: number;
}

/** [S2] From `planned` on. */
const LOCKED = SHIPMENT_STATUSES.slice(SHIPMENT_STATUSES.indexOf('planned'));
/** What a search looks at. */
const SEARCHED = [
	's.reference',
	's.temporary_reference',
	's.destination_iata',
	's.destination_city',
	"json_extract(s.shipper, '$.name')",
	"json_extract(s.recipient, '$.name')"
];

/** One page of the board. `now` is the server's time (B4); the week is read in the site's time zone (B1). */
export async function readBoard(
	reader: PrismaClient,
	query: BoardQuery,
	siteTimeZone: string,
	now: Date
): Promise<BoardPage> {
	const late = lateSql(now);
	const from = fromSql(query, siteTimeZone, late);
	const [totals] = await reader.$queryRaw<[{ total: bigint; cartons: bigint | null; late: bigint | null }]>`
		SELECT count(*) AS total, sum(s.cartons_total) AS cartons, sum(${late}) AS late ${from}`;
	const total = Number(totals.total);
	const pages = Math.max(1, Math.ceil(total / BOARD_PAGE_ROWS));
	const listed = await reader.$queryRaw<{ id: string }[]>`
		SELECT s.id AS id ${from}
		ORDER BY p.occurred_at DESC, s.created_at DESC, s.id DESC
		LIMIT ${BOARD_PAGE_ROWS} OFFSET ${(query.page - 1) * BOARD_PAGE_ROWS}`;
	const rows = await readRows(
		reader,
		listed.map(({ id }) => id)
	);
	return { rows, total, cartons: Number(totals.cartons ?? 0), late: Number(totals.late ?? 0), pages };
}

/** `p` is the current cycle's plan: every locked shipment has one (C12). CROSS JOIN keeps SQLite from reordering. */
function fromSql(query: BoardQuery, siteTimeZone: string, late: Prisma.Sql): Prisma.Sql {
	const conditions = [Prisma.sql`p.kind = 'step' AND p.step = 'planned'`, Prisma.sql`s.archived_at IS NULL`];
	conditions.push(Prisma.sql`s.status IN (${Prisma.join(LOCKED)})`);
	if (query.week !== null) {
		const { from, until } = weekBounds(query.week, siteTimeZone);
		conditions.push(Prisma.sql`p.occurred_at >= ${from} AND p.occurred_at < ${until}`);
	}
	if (query.closed === 'exclude') conditions.push(Prisma.sql`s.closed_at IS NULL`);
	if (query.lateOnly) conditions.push(late);
	if (query.search !== '') conditions.push(contains(query.search, SEARCHED));
	return Prisma.sql`
		FROM timeline p CROSS JOIN shipment s ON s.id = p.shipment_id AND s.cycle = p.cycle
		WHERE ${Prisma.join(conditions, ' AND ')}`;
}

/** [B4] As `boardAlert` says it of one row; board.test.ts holds the two together. */
function lateSql(now: Date): Prisma.Sql {
	const before = new Date(now.getTime() - ALERT_AFTER_MS).toISOString();
	return Prisma.sql`((s.status = 'planned' AND p.occurred_at < ${before})
		OR (s.status IN ('shipped', 'received_correspondent') AND s.latest_step_at < ${before}))`;
}

async function readRows(reader: PrismaClient, ids: readonly string[]): Promise<BoardShipment[]> {
	const [shipments, steps] = await Promise.all([
		reader.shipment.findMany({ where: { id: { in: [...ids] } } }),
		reader.timeline.findMany({
			where: { shipmentId: { in: [...ids] }, kind: 'step' },
			orderBy: [{ shipmentId: 'asc' }, { ordinal: 'asc' }]
		})
	]);
	const byId = new Map(shipments.map((record) => [record.id, record]));
	return ids.flatMap((id) => {
		const record = byId.get(id);
		// Archived between two reads: the next reading will not list it.
		if (record === undefined) return [];
		const current = steps.filter((step) => step.shipmentId === id && step.cycle === record.cycle);
		return [{ shipment: shipmentRow(record), version: record.version, steps: current.map(timelineRow) }];
	});
}
