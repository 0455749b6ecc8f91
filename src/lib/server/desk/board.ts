/**
 * The tracking board's rows: shipments that are locked and not archived, newest plan first, one page at a time.
 * Walks the timeline's index from its end, so that the first page costs the same with fifty shipments and fifty thousand. Prisma
 * only puts the statements together: read through it, a page took three times as long and an export three times the memory.
 */
import { SHIPMENT_STATUSES, type ShipmentRow, type TimelineRow, type TrackingStep } from '#lib/domain/rows.ts';
import { weekBounds } from '#lib/domain/week.ts';
import { Prisma } from '#lib/server/prisma/client.ts';
import { readMany, readWhere } from '#lib/server/store/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { BOARD_PAGE_ROWS, type BoardQuery, type BoardSort } from './board-query.ts';
import { lateSql, OWN_PLAN } from './rule-sql.ts';
import { contains, foldedColumn } from './text-search.ts';

export interface BoardShipment {
	shipment: ShipmentRow;
	/** Raised by every save. */
	version: number;
	/** The current cycle's, in order (D5). */
	steps: TimelineRow[];
}

/** Where the board is read. */
export type BoardSource = Pick<Store, 'read'>;

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
/** One page of the board. `now` is the server's time (B4); the week is read in the site's time zone (B1). */
export function readBoard(source: BoardSource, query: BoardQuery, siteTimeZone: string, now: Date): BoardPage {
	const counted = query.week === null ? shipmentsSql(query, now) : plansSql(query, siteTimeZone, now);
	const late = lateSql(query.week === null ? OWN_PLAN : WALKED_PLAN, now);
	const [totals] = ask<{ total: number; cartons: number | null; late: number | null }>(
		source,
		Prisma.sql`SELECT count(*) AS total, sum(s.cartons_total) AS cartons, sum(${late}) AS late ${counted}`
	);
	const total = totals?.total ?? 0;
	return {
		rows: readRows(
			source,
			listed(
				source,
				Prisma.sql`SELECT s.id AS id ${sortedSql(query, siteTimeZone, now)}
				LIMIT ${BOARD_PAGE_ROWS} OFFSET ${(query.page - 1) * BOARD_PAGE_ROWS}`
			)
		),
		total,
		cartons: totals?.cartons ?? 0,
		late: totals?.late ?? 0,
		pages: Math.max(1, Math.ceil(total / BOARD_PAGE_ROWS))
	};
}

/**
 * The rows of all pages, in order, a few at a time. Their ids are read at once: what is planned meanwhile does not
 * shift the rest.
 */
export function readWholeBoard(
	source: BoardSource,
	query: BoardQuery,
	siteTimeZone: string,
	now: Date
): { count: number; rows: AsyncGenerator<BoardShipment> } {
	const ids = listed(source, Prisma.sql`SELECT s.id AS id ${sortedSql(query, siteTimeZone, now)}`);
	return { count: ids.length, rows: inChunks(source, ids) };
}

/** The statement's text is put together of constants: every value is bound. */
const ask = <Row>({ read }: BoardSource, { sql: text, values }: Prisma.Sql): Row[] =>
	read((db) => sql<Row>(db, text).all(...values));

const listed = (source: BoardSource, statement: Prisma.Sql): string[] =>
	ask<{ id: string }>(source, statement).map(({ id }) => id);

async function* inChunks(source: BoardSource, ids: readonly string[]): AsyncGenerator<BoardShipment> {
	for (let from = 0; from < ids.length; from += WHOLE_CHUNK)
		yield* readRows(source, ids.slice(from, from + WHOLE_CHUNK));
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
	if (query.destinationId !== null) conditions.push(Prisma.sql`s.destination_id = ${query.destinationId}`);
	if (query.search !== '') conditions.push(contains(query.search, SEARCHED));
	return conditions;
}

function readRows({ read }: BoardSource, ids: readonly string[]): BoardShipment[] {
	const { shipments, steps } = read((db) => ({
		shipments: readMany(db, 'shipments', ids),
		// Asked by shipment alone: with the kind, SQLite would read every step there is.
		steps: readWhere(
			db,
			'timeline',
			'shipment_id IN (SELECT value FROM json_each(?)) ORDER BY shipment_id, ordinal',
			JSON.stringify(ids)
		)
	}));
	const byId = new Map(shipments.map((stored) => [stored.row.id, stored]));
	return ids.flatMap((id) => {
		const stored = byId.get(id);
		// Archived between two reads: the next reading will not list it.
		if (stored === undefined) return [];
		const { row: shipment, version } = stored;
		const current = steps.filter(
			({ row }) => row.shipmentId === id && row.kind === 'step' && row.cycle === shipment.cycle
		);
		return [{ shipment, version, steps: current.map(({ row }) => row) }];
	});
}
