/**
 * Shipments in preparation: not yet planned, the most urgent first, each with what its next step still lacks. Temporary
 * drafts that nobody came back to are counted (S5). Reads through the read-only client.
 */
import { nextSteps } from '#lib/domain/ask.ts';
import type { Context } from '#lib/domain/decision.ts';
import { progressOf, STALE_DRAFT_AFTER_MS } from '#lib/domain/progress.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { CartonRow, ShipmentRow, TimelineRow } from '#lib/domain/rows.ts';
import { allowedSteps } from '#lib/domain/tracking.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { cartonRow, shipmentRow, timelineRow } from './records.ts';
import { contains } from './text-search.ts';

const PAGE_ROWS = 50;
const PREPARING = ['draft', 'picking', 'packed'] as const;
export type PreparingStatus = (typeof PREPARING)[number];
/** How many cartons a sentence names. */
const NAMED = 12;
const SEARCHED = [
	's.reference',
	's.temporary_reference',
	's.destination_iata',
	's.destination_city',
	"json_extract(s.shipper, '$.name')",
	"json_extract(s.recipient, '$.name')"
];

export interface ReadyQuery {
	status: PreparingStatus | null;
	search: string;
	page: number;
}

export interface ReadyRow {
	shipment: ShipmentRow;
	version: number;
	timeline: TimelineRow[];
	/** Cartons without their label, as many as a sentence names. */
	cartons: CartonRow[];
}

export const preparingStatus = (text: string | null): PreparingStatus | null =>
	PREPARING.find((known) => known === text) ?? null;

export async function readReadyList(reader: PrismaClient, query: ReadyQuery) {
	const where = whereSql(query);
	const [totals] = await reader.$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM shipment s WHERE ${where}`;
	const listed = await reader.$queryRaw<{ id: string }[]>`
		SELECT s.id AS id FROM shipment s WHERE ${where}
		ORDER BY s.requested_on IS NULL, s.requested_on, s.created_at, s.id
		LIMIT ${PAGE_ROWS} OFFSET ${(query.page - 1) * PAGE_ROWS}`;
	const total = Number(totals.total);
	return {
		rows: await rowsOf(
			reader,
			listed.map(({ id }) => id)
		),
		total,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS)),
		counts: await countByStatus(reader)
	};
}

function whereSql({ status, search }: ReadyQuery): Prisma.Sql {
	const statuses = status === null ? PREPARING : [status];
	const conditions = [Prisma.sql`s.archived_at IS NULL`, Prisma.sql`s.status IN (${Prisma.join([...statuses])})`];
	if (search !== '') conditions.push(contains(search, SEARCHED));
	return Prisma.join(conditions, ' AND ');
}

async function countByStatus(reader: PrismaClient): Promise<Partial<Record<PreparingStatus, number>>> {
	const groups = await reader.$queryRaw<{ status: PreparingStatus; total: bigint }[]>`
		SELECT s.status AS status, count(*) AS total FROM shipment s
		WHERE s.archived_at IS NULL AND s.status IN (${Prisma.join([...PREPARING])}) GROUP BY s.status`;
	return Object.fromEntries(groups.map(({ status, total }) => [status, Number(total)]));
}

async function rowsOf(reader: PrismaClient, ids: readonly string[]): Promise<ReadyRow[]> {
	const unlabeled = await reader.$queryRaw<{ id: string }[]>`
		SELECT id FROM (
			SELECT c.id AS id, row_number() OVER (PARTITION BY c.shipment_id ORDER BY c.code) AS place
			FROM carton c WHERE c.shipment_id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND c.status = 'assigned'
		) WHERE place <= ${NAMED}`;
	const [shipments, timeline, cartons] = await Promise.all([
		reader.shipment.findMany({ where: { id: { in: [...ids] } } }),
		reader.timeline.findMany({ where: { shipmentId: { in: [...ids] } }, orderBy: { ordinal: 'asc' } }),
		reader.carton.findMany({ where: { id: { in: unlabeled.map(({ id }) => id) } }, orderBy: { code: 'asc' } })
	]);
	const byId = new Map(shipments.map((record) => [record.id, record]));
	return ids.flatMap((id) => {
		const record = byId.get(id);
		if (record === undefined) return [];
		return [
			{
				shipment: shipmentRow(record),
				version: record.version,
				timeline: timeline.filter(({ shipmentId }) => shipmentId === id).map(timelineRow),
				cartons: cartons.filter(({ shipmentId }) => shipmentId === id).map(cartonRow)
			}
		];
	});
}

/** [S5] Temporary drafts that nobody came back to for thirty days, the oldest first. */
export async function staleDraftIds(reader: PrismaClient, now: Date): Promise<string[]> {
	const before = new Date(now.getTime() - STALE_DRAFT_AFTER_MS).toISOString();
	const stale = await reader.shipment.findMany({
		where: { archivedAt: null, status: 'draft', temporary: true, reference: null, createdAt: { lt: before } },
		select: { id: true },
		orderBy: { createdAt: 'asc' }
	});
	return stale.map(({ id }) => id);
}

/** `say` turns a rejection into its sentence. */
export function readyEntry(row: ReadyRow, context: Context, say: (why: Rejection) => string) {
	const { shipment, version } = row;
	const step = allowedSteps(shipment.status, shipment.latestStep).at(-1);
	// What the shipment lacks comes before who may go on: that is what everybody can work on.
	const complete = step && nextSteps(row, { ...context, actor: { ...context.actor, role: 'manager' } })[step];
	const mine = step && nextSteps(row, context)[step];
	return {
		id: shipment.id,
		version,
		reference: shipment.reference ?? shipment.temporaryReference ?? '',
		temporary: shipment.reference === null,
		progress: progressOf(shipment),
		cycle: shipment.cycle,
		iata: shipment.destinationIata,
		city: shipment.destinationCity,
		shipper: shipment.shipper?.name ?? null,
		recipient: shipment.recipient?.name ?? null,
		requestedOn: shipment.requestedOn,
		createdAt: shipment.createdAt,
		step: step ?? null,
		missing: complete === undefined || complete.allowed ? null : say(complete.rejection),
		refusal: mine === undefined || mine.allowed ? null : say(mine.rejection)
	};
}
