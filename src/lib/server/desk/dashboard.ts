/**
 * The dashboard's numbers, counted by the database over indexes: what was created in the period, what boarded in it week by
 * week, and what waits for somebody now. Read-only; knows no language and no page.
 */
import { BOARD_ALERTS } from '#lib/domain/progress.ts';
import { CARTON_STATUSES, SHIPMENT_STATUSES, type CartonStatus, type ShipmentStatus } from '#lib/domain/rows.ts';
import { formatWeek, shiftWeek, weekBounds, weekOf } from '#lib/domain/week.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { CLOSABLE, lateBefore, OWN_PLAN, waitingSince } from './rule-sql.ts';

/** `from` and `until` (exclusive): ISO. `destinationId` null: all. */
export interface DashboardSpan {
	from: string;
	until: string;
	destinationId: string | null;
}

/** B4's alerts, D1's open disputes, K1's closable cases. */
export const WAITING = [...BOARD_ALERTS, 'disputed', 'closable'] as const;
export type Waiting = (typeof WAITING)[number];

export interface DashboardNumbers {
	/** When they were counted, ISO. */
	asOf: string;
	/** Shipments created in the period, not archived; closed cases apart. */
	shipments: Record<ShipmentStatus | 'closed', number>;
	/** Cartons created in the period, not discarded; of a destination: those in its shipments. */
	cartons: Record<CartonStatus, number>;
	/** `boarding_ok` of current cycles (D5), archived cases included: a flight that left has left. */
	boardings: { week: string; isPartial: boolean; count: number }[];
	/** Now: all that waits, and what of it began to wait within the period. */
	waiting: Record<Waiting, { total: number; inPeriod: number }>;
}

export async function readDashboard(
	reader: PrismaClient,
	span: DashboardSpan,
	siteTimeZone: string,
	now: Date
): Promise<DashboardNumbers> {
	return {
		asOf: now.toISOString(),
		shipments: await countShipments(reader, span),
		cartons: await countCartons(reader, span),
		boardings: await countBoardings(reader, span, siteTimeZone),
		waiting: await countWaiting(reader, span, now)
	};
}

const ofDestination = ({ destinationId }: DashboardSpan): Prisma.Sql =>
	destinationId === null ? Prisma.empty : Prisma.sql`AND s.destination_id = ${destinationId}`;

const within = (column: Prisma.Sql, { from, until }: DashboardSpan): Prisma.Sql =>
	Prisma.sql`(${column} >= ${from} AND ${column} < ${until})`;

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
	Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

async function countShipments(reader: PrismaClient, span: DashboardSpan): Promise<DashboardNumbers['shipments']> {
	const groups = await reader.$queryRaw<{ status: ShipmentStatus; closed: bigint; total: bigint }[]>`
		SELECT s.status AS status, s.closed_at IS NOT NULL AS closed, count(*) AS total FROM shipment s
		WHERE s.archived_at IS NULL AND ${within(Prisma.sql`s.created_at`, span)} ${ofDestination(span)} GROUP BY 1, 2`;
	const counts = zeros([...SHIPMENT_STATUSES, 'closed']);
	for (const { status, closed, total } of groups) counts[Number(closed) === 1 ? 'closed' : status] += Number(total);
	return counts;
}

/** Status by status over the index alone; of a destination in one walk: its few shipments lead to their cartons. */
async function countCartons(reader: PrismaClient, span: DashboardSpan): Promise<DashboardNumbers['cartons']> {
	const { destinationId } = span;
	const created = Prisma.sql`c.discarded_at IS NULL AND ${within(Prisma.sql`c.created_at`, span)}`;
	const counted = CARTON_STATUSES.map((status) =>
		destinationId === null
			? Prisma.sql`(SELECT count(*) FROM carton c WHERE c.status = ${status} AND ${created}) AS ${Prisma.raw(status)}`
			: Prisma.sql`count(*) FILTER (WHERE c.status = ${status}) AS ${Prisma.raw(status)}`
	);
	const from =
		destinationId === null
			? Prisma.empty
			: Prisma.sql`FROM shipment s CROSS JOIN carton c ON c.shipment_id = s.id WHERE s.destination_id = ${destinationId} AND ${created}`;
	const [counts] = await reader.$queryRaw<[Record<CartonStatus, bigint>]>`SELECT ${Prisma.join(counted)} ${from}`;
	return Object.fromEntries(CARTON_STATUSES.map((status) => [status, Number(counts[status])])) as Record<
		CartonStatus,
		number
	>;
}

async function countBoardings(
	reader: PrismaClient,
	span: DashboardSpan,
	siteTimeZone: string
): Promise<DashboardNumbers['boardings']> {
	const weeks = weeksOf(span, siteTimeZone);
	const counts = await reader.$queryRaw<{ total: bigint }[]>`
		SELECT (SELECT count(*) FROM timeline t CROSS JOIN shipment s ON s.id = t.shipment_id AND s.cycle = t.cycle
			WHERE t.kind = 'step' AND t.step = 'boarding_ok' AND t.occurred_at >= w.value ->> 'from'
				AND t.occurred_at < w.value ->> 'until' ${ofDestination(span)}) AS total
		FROM json_each(${JSON.stringify(weeks)}) w ORDER BY w.key`;
	return weeks.map(({ week, isPartial }, i) => ({ week, isPartial, count: Number(counts[i]?.total ?? 0) }));
}

/** [B1] The ISO weeks that the period touches, each as far as it belongs to it. */
function weeksOf({ from, until }: DashboardSpan, siteTimeZone: string) {
	const weeks: { week: string; isPartial: boolean; from: string; until: string }[] = [];
	for (let week = weekOf(from, siteTimeZone); ; week = shiftWeek(week, 1)) {
		const bounds = weekBounds(week, siteTimeZone);
		if (bounds.from >= until) return weeks;
		weeks.push({
			week: formatWeek(week),
			isPartial: bounds.from < from || bounds.until > until,
			from: bounds.from < from ? from : bounds.from,
			until: bounds.until > until ? until : bounds.until
		});
	}
}

/** What each kind of waiting is, of the rows of `w` below, and the column that says since when. */
const WAITS: Record<Waiting, { is: Prisma.Sql; since: Prisma.Sql }> = {
	boarding_late: { is: Prisma.sql`w.late AND w.status = 'planned'`, since: Prisma.sql`w.since` },
	reception_late: { is: Prisma.sql`w.late AND w.status = 'shipped'`, since: Prisma.sql`w.since` },
	delivery_late: { is: Prisma.sql`w.late AND w.status = 'received_correspondent'`, since: Prisma.sql`w.since` },
	disputed: { is: Prisma.sql`w.disputed_at IS NOT NULL`, since: Prisma.sql`w.disputed_at` },
	closable: { is: Prisma.sql`w.closable`, since: Prisma.sql`w.latest_step_at` }
};

/** One walk over the live shipments. Materialized, or SQLite would look a plan up again for each use of its time. */
export async function countWaiting(
	reader: PrismaClient,
	span: DashboardSpan,
	now: Date
): Promise<DashboardNumbers['waiting']> {
	const counted = WAITING.flatMap((what) => {
		const { is, since } = WAITS[what];
		return [
			Prisma.sql`count(*) FILTER (WHERE ${is}) AS ${Prisma.raw(`${what}_total`)}`,
			Prisma.sql`count(*) FILTER (WHERE ${is} AND ${within(since, span)}) AS ${Prisma.raw(`${what}_inPeriod`)}`
		];
	});
	const [counts] = await reader.$queryRaw<[Record<`${Waiting}_${'total' | 'inPeriod'}`, bigint>]>`
		WITH l AS MATERIALIZED (
			SELECT s.status, s.latest_step_at, ${waitingSince(OWN_PLAN)} AS since, ${CLOSABLE} AS closable,
				CASE WHEN s.dispute_id IS NOT NULL THEN s.disputed_at END AS disputed_at
			FROM shipment s WHERE s.archived_at IS NULL AND s.closed_at IS NULL ${ofDestination(span)}
		), w AS (SELECT l.*, coalesce(l.since < ${lateBefore(now)}, 0) AS late FROM l)
		SELECT ${Prisma.join(counted)} FROM w`;
	return Object.fromEntries(
		WAITING.map((what) => [
			what,
			{ total: Number(counts[`${what}_total`]), inPeriod: Number(counts[`${what}_inPeriod`]) }
		])
	) as DashboardNumbers['waiting'];
}
