/**
 * The tracking board's rows: shipments that are locked and not archived, newest plan first, one page at a time. Reads
 * through the read-only client and walks the timeline's index from its end, so that the first page costs the same with
 * fifty shipments and fifty thousand.
 */
import { ALERT_AFTER_MS } from '#lib/domain/progress.ts';
import { SHIPMENT_STATUSES, type ShipmentRow, type TimelineRow, type TrackingStep } from '#lib/domain/rows.ts';
import { weekBounds } from '#lib/domain/week.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { BOARD_PAGE_ROWS, type BoardQuery, type BoardSort } from './board-query.ts';
import { shipmentRow, timelineRow } from './records.ts';
import { contains, foldedColumn } from './text-search.ts';

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
/** How many rows an export reads at once. */
const WHOLE_CHUNK = 50;
/** What a search looks at. */
const SEARCHED = [
	's.reference',
	's.temporary_reference',
	's.destination_iata',
	's.destination_city',
	"json_extract(s.shipper, '$.name')",
	"json_extract(s.recipient, '$.name')"
];

/** The current cycle's plan, where the plans are walked: every locked shipment has one (C12). */
const WALKED_PLAN = Prisma.sql`p.occurred_at`;
/** The same where shipments are counted. The plus signs keep SQLite on the shipment's own timeline. */
const OWN_PLAN = Prisma.sql`(CASE s.latest_step WHEN 'planned' THEN s.latest_step_at ELSE (
	SELECT o.occurred_at FROM timeline o
	WHERE o.shipment_id = s.id AND +o.cycle = s.cycle AND +o.kind = 'step' AND +o.step = 'planned') END)`;

/** One page of the board. `now` is the server's time (B4); the week is read in the site's time zone (B1). */
export async function readBoard(
	reader: PrismaClient,
	query: BoardQuery,
	siteTimeZone: string,
	now: Date
): Promise<BoardPage> {
	const counted = query.week === null ? shipmentsSql(query, now) : plansSql(query, siteTimeZone, now);
	const late = lateSql(query.week === null ? OWN_PLAN : WALKED_PLAN, now);
	const [totals] = await reader.$queryRaw<[{ total: bigint; cartons: bigint | null; late: bigint | null }]>`
		SELECT count(*) AS total, sum(s.cartons_total) AS cartons, sum(${late}) AS late ${counted}`;
	const listed = await reader.$queryRaw<{ id: string }[]>`
		SELECT s.id AS id ${sortedSql(query, siteTimeZone, now)}
		LIMIT ${BOARD_PAGE_ROWS} OFFSET ${(query.page - 1) * BOARD_PAGE_ROWS}`;
	const total = Number(totals.total);
	return {
		rows: await readRows(
			reader,
			listed.map(({ id }) => id)
		),
		total,
		cartons: Number(totals.cartons ?? 0),
		late: Number(totals.late ?? 0),
		pages: Math.max(1, Math.ceil(total / BOARD_PAGE_ROWS))
	};
}

/**
 * The rows of all pages, in order, a few at a time. Their ids are read at once: what is planned meanwhile does not
 * shift the rest.
 */
export async function readWholeBoard(
	reader: PrismaClient,
	query: BoardQuery,
	siteTimeZone: string,
	now: Date
): Promise<{ count: number; rows: AsyncGenerator<BoardShipment> }> {
	// One text instead of fifty thousand rows: a tenth of the memory.
	const [listed] = await reader.$queryRaw<[{ ids: string }]>`
		SELECT json_group_array(id) AS ids FROM (SELECT s.id AS id ${sortedSql(query, siteTimeZone, now)})`;
	const ids = JSON.parse(listed.ids) as string[];
	return { count: ids.length, rows: inChunks(reader, ids) };
}

async function* inChunks(reader: PrismaClient, ids: readonly string[]): AsyncGenerator<BoardShipment> {
	for (let from = 0; from < ids.length; from += WHOLE_CHUNK)
		yield* await readRows(reader, ids.slice(from, from + WHOLE_CHUNK));
}

/** The time of a step in the shipment's current cycle. */
const stepTime = (step: TrackingStep): Prisma.Sql => Prisma.sql`(
	SELECT o.occurred_at FROM timeline o
	WHERE o.shipment_id = s.id AND +o.cycle = s.cycle AND +o.kind = 'step' AND +o.step = ${step})`;

/** Upper and lower case and accents stand together. */
const byName = (column: string): Prisma.Sql[] => [foldedColumn(column)];

const SORTS: Record<Exclude<BoardSort, 'planned'>, Prisma.Sql[]> = {
	// [R1] The year's two digits, then the number, which grows longer.
	reference: [Prisma.raw(`substr(s.reference, 1, 2)`), Prisma.raw(`length(s.reference)`), Prisma.raw(`s.reference`)],
	cartons: [Prisma.raw(`s.cartons_total`)],
	destination: [...byName('s.destination_city'), Prisma.raw(`s.destination_iata`)],
	shipper: byName(`coalesce(json_extract(s.shipper, '$.name'), '')`),
	recipient: byName(`coalesce(json_extract(s.recipient, '$.name'), '')`),
	boarding_ok: [stepTime('boarding_ok')],
	received_correspondent: [stepTime('received_correspondent')],
	received_recipient: [stepTime('received_recipient')]
};

/** [B] The board's rows in the order that was asked for; of equals, the newest shipment first. */
function sortedSql(query: BoardQuery, siteTimeZone: string, now: Date): Prisma.Sql {
	const direction = Prisma.raw(query.down ? 'DESC' : 'ASC');
	if (query.sort === 'planned')
		return Prisma.sql`${plansSql(query, siteTimeZone, now)}
			ORDER BY p.occurred_at ${direction}, s.created_at DESC, s.id DESC`;
	const rows = query.week === null ? shipmentsSql(query, now) : plansSql(query, siteTimeZone, now);
	const terms = SORTS[query.sort].map((term) => Prisma.sql`${term} ${direction}`);
	return Prisma.sql`${rows} ORDER BY ${Prisma.join(terms)}, s.created_at DESC, s.id DESC`;
}

/** Plans from the newest, each with its shipment. CROSS JOIN keeps SQLite from turning them round. */
function plansSql(query: BoardQuery, siteTimeZone: string, now: Date): Prisma.Sql {
	const conditions = [Prisma.sql`p.kind = 'step' AND p.step = 'planned'`, ...conditionsSql(query, WALKED_PLAN, now)];
	if (query.week !== null) {
		const { from, until } = weekBounds(query.week, siteTimeZone);
		conditions.push(Prisma.sql`p.occurred_at >= ${from} AND p.occurred_at < ${until}`);
	}
	return Prisma.sql`
		FROM timeline p CROSS JOIN shipment s ON s.id = p.shipment_id AND s.cycle = p.cycle
		WHERE ${Prisma.join(conditions, ' AND ')}`;
}

/** The same rows without their plans: a tenth of the work where all of them are only counted. */
const shipmentsSql = (query: BoardQuery, now: Date): Prisma.Sql =>
	Prisma.sql`FROM shipment s WHERE ${Prisma.join(conditionsSql(query, OWN_PLAN, now), ' AND ')}`;

function conditionsSql(query: BoardQuery, plannedAt: Prisma.Sql, now: Date): Prisma.Sql[] {
	const conditions = [Prisma.sql`s.archived_at IS NULL`, Prisma.sql`s.status IN (${Prisma.join(LOCKED)})`];
	if (query.closed === 'exclude') conditions.push(Prisma.sql`s.closed_at IS NULL`);
	if (query.lateOnly) conditions.push(lateSql(plannedAt, now));
	if (query.search !== '') conditions.push(contains(query.search, SEARCHED));
	return conditions;
}

/** [B4] As `boardAlert` says it of one row; board.test.ts holds the two together. */
function lateSql(plannedAt: Prisma.Sql, now: Date): Prisma.Sql {
	const before = new Date(now.getTime() - ALERT_AFTER_MS).toISOString();
	return Prisma.sql`(CASE s.status WHEN 'planned' THEN ${plannedAt} < ${before}
		WHEN 'shipped' THEN s.latest_step_at < ${before}
		WHEN 'received_correspondent' THEN s.latest_step_at < ${before} ELSE 0 END)`;
}

async function readRows(reader: PrismaClient, ids: readonly string[]): Promise<BoardShipment[]> {
	const [shipments, steps] = await Promise.all([
		reader.shipment.findMany({ where: { id: { in: [...ids] } } }),
		// Asked by shipment alone: with the kind, SQLite would read every step there is.
		reader.timeline.findMany({
			where: { shipmentId: { in: [...ids] } },
			orderBy: [{ shipmentId: 'asc' }, { ordinal: 'asc' }]
		})
	]);
	const byId = new Map(shipments.map((record) => [record.id, record]));
	return ids.flatMap((id) => {
		const record = byId.get(id);
		// Archived between two reads: the next reading will not list it.
		if (record === undefined) return [];
		const current = steps.filter((row) => row.shipmentId === id && row.kind === 'step' && row.cycle === record.cycle);
		return [{ shipment: shipmentRow(record), version: record.version, steps: current.map(timelineRow) }];
	});
}
