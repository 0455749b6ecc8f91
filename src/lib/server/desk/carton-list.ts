/**
 * The desk's list of cartons, newest first, paged by key: a page costs the same at the beginning and at the end of half a
 * million. Discarded cartons are not on it. Reads through the read-only client.
 */
import { availability } from '#lib/domain/decide.ts';
import { normalizeCode } from '#lib/domain/codes.ts';
import type { Command } from '#lib/domain/commands.ts';
import type { Context } from '#lib/domain/decision.ts';
import { CARTON_STATUSES, type CartonRow, type CartonStatus, type ShipmentRow } from '#lib/domain/rows.ts';
import { emptyWorld } from '#lib/domain/world.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { searchText } from './board-query.ts';
import { cartonRow, shipmentRow } from './records.ts';
import { findShipmentId } from './shipment-page.ts';

export const CARTON_PAGE_ROWS = 50;
/** [C12] A carton in no shipment is in one of these. */
const UNLINKED: readonly CartonStatus[] = ['draft', 'picking', 'packed'];

export interface CartonListQuery {
	status: CartonStatus | null;
	/** `none`: in no shipment; otherwise a reference as it was typed; empty: whatever shipment. */
	shipment: string;
	search: string;
	/** The last carton of the page before, or the first of the page after. */
	before: string | null;
	after: string | null;
}

export interface CartonList {
	rows: { carton: CartonRow; version: number; shipment: ShipmentRow | null; location: string | null }[];
	/** Is there an older page, and a newer one? */
	older: boolean;
	newer: boolean;
	/** False: the shipment that was typed does not exist. */
	shipmentFound: boolean;
}

/** Where packed cartons in no shipment are chosen for this one. */
export const packedCartonsFor = (shipmentId: string): string =>
	`/cartons?${new URLSearchParams({ status: 'packed', shipment: 'none', into: shipmentId })}`;

/** A status that is none, and a key that is no id, are left out. */
export function cartonListQuery(params: URLSearchParams): CartonListQuery {
	const key = (name: string) => (/^[\w.:-]{1,80}$/.test(params.get(name) ?? '') ? params.get(name) : null);
	return {
		status: CARTON_STATUSES.find((known) => known === params.get('status')) ?? null,
		shipment: (params.get('shipment') ?? '').trim().slice(0, 40),
		search: searchText(params),
		before: key('before'),
		after: key('before') === null ? key('after') : null
	};
}

export async function readCartonList(reader: PrismaClient, query: CartonListQuery): Promise<CartonList> {
	const named = query.shipment !== '' && query.shipment !== 'none';
	const shipmentId = named ? await findShipmentId(reader, query.shipment) : null;
	if (named && shipmentId === null) return { rows: [], older: false, newer: false, shipmentFound: false };
	const upwards = query.after !== null;
	const found = await reader.$queryRaw<{ id: string }[]>(pageSql(query, shipmentId));
	const ids = found.slice(0, CARTON_PAGE_ROWS).map(({ id }) => id);
	if (upwards) ids.reverse();
	const more = found.length > CARTON_PAGE_ROWS;
	return {
		rows: await rowsOf(reader, ids),
		older: upwards || more,
		newer: upwards ? more : query.before !== null,
		shipmentFound: true
	};
}

/** How many there are, by status. */
export async function countCartons(reader: PrismaClient): Promise<Partial<Record<CartonStatus, number>>> {
	const groups = await reader.$queryRaw<{ status: CartonStatus; total: bigint }[]>`
		SELECT c.status AS status, count(*) AS total FROM carton c WHERE c.discarded_at IS NULL GROUP BY c.status`;
	return Object.fromEntries(groups.map(({ status, total }) => [status, Number(total)]));
}

/** One more than a page. Each status is read in the order of its index; together they are few. */
function pageSql(query: CartonListQuery, shipmentId: string | null): Prisma.Sql {
	const order = query.after === null ? Prisma.sql`ORDER BY id DESC` : Prisma.sql`ORDER BY id ASC`;
	const limit = Prisma.sql`LIMIT ${CARTON_PAGE_ROWS + 1}`;
	const conditions = [Prisma.sql`c.discarded_at IS NULL`];
	if (query.before !== null) conditions.push(Prisma.sql`c.id < ${query.before}`);
	if (query.after !== null) conditions.push(Prisma.sql`c.id > ${query.after}`);
	if (query.search !== '') conditions.push(Prisma.sql`instr(c.code, ${normalizeCode(query.search)}) > 0`);
	const where = Prisma.join(conditions, ' AND ');
	if (shipmentId !== null) {
		const status = query.status === null ? Prisma.empty : Prisma.sql`AND c.status = ${query.status}`;
		return Prisma.sql`SELECT c.id AS id FROM carton c WHERE c.shipment_id = ${shipmentId} AND ${where} ${status} ${order} ${limit}`;
	}
	const parts = statusesOf(query).map(
		(status) =>
			Prisma.sql`SELECT * FROM (SELECT c.id AS id FROM carton c WHERE ${where} AND c.status = ${status} ${order} ${limit})`
	);
	if (parts.length === 0) return Prisma.sql`SELECT c.id AS id FROM carton c WHERE 0`;
	return Prisma.sql`SELECT id FROM (${Prisma.join(parts, ' UNION ALL ')}) ${order} ${limit}`;
}

function statusesOf({ status, shipment }: CartonListQuery): readonly CartonStatus[] {
	const among = shipment === 'none' ? UNLINKED : CARTON_STATUSES;
	return status === null ? among : among.filter((known) => known === status);
}

async function rowsOf(reader: PrismaClient, ids: readonly string[]): Promise<CartonList['rows']> {
	const records = await reader.carton.findMany({ where: { id: { in: [...ids] } } });
	const idsOf = (values: (string | null)[]) => [...new Set(values)].filter((id) => id !== null);
	const [shipments, locations] = await Promise.all([
		reader.shipment.findMany({ where: { id: { in: idsOf(records.map(({ shipmentId }) => shipmentId)) } } }),
		reader.location.findMany({ where: { id: { in: idsOf(records.map(({ locationId }) => locationId)) } } })
	]);
	const byId = new Map(records.map((record) => [record.id, record]));
	const shipmentById = new Map(shipments.map((record) => [record.id, shipmentRow(record)]));
	const locationById = new Map(locations.map(({ id, code }) => [id, code]));
	return ids.flatMap((id) => {
		const record = byId.get(id);
		if (record === undefined) return [];
		const { shipmentId, locationId } = record;
		const shipment = shipmentId === null ? null : (shipmentById.get(shipmentId) ?? null);
		const location = locationId === null ? null : (locationById.get(locationId) ?? null);
		return [{ carton: cartonRow(record), version: record.version, shipment, location }];
	});
}

const OPEN_SHIPMENT: ShipmentRow = {
	...{ id: 'asked', reference: null, temporaryReference: null, temporary: false, status: 'draft', cycle: 1 },
	...{ disputeId: null, disputeReason: null, disputedBy: null, disputedAt: null, latestStep: null, latestStepAt: null },
	...{ cartonsTotal: 0, cartonsAssigned: 0, cartonsLabeled: 0, cartonsShipped: 0, readyAt: null },
	...{ closedAt: null, closedBy: null, archivedAt: null, archivedBy: null, trackingToken: null },
	...{ destinationId: '', destinationCity: '', destinationIata: '', destinationCountry: '' },
	...{ shipper: null, recipient: null, correspondent: null, requestedOn: null, notes: '', createdBy: '', createdAt: '' }
};

/** A carton as the list shows it, and what the rules allow this person to do with it now. */
export function cartonEntry({ carton, version, shipment, location }: CartonList['rows'][number], context: Context) {
	const world = emptyWorld();
	world.cartons.set(carton.id, carton);
	if (shipment !== null) world.shipments.set(shipment.id, shipment);
	const may = (command: Command): boolean => availability(command, world, context).allowed;
	const seen = { cartonId: carton.id, shipmentId: carton.shipmentId };
	return {
		id: carton.id,
		version,
		code: carton.code,
		status: carton.status,
		shipmentId: carton.shipmentId,
		reference: shipment === null ? null : (shipment.reference ?? shipment.temporaryReference ?? ''),
		iata: shipment?.destinationIata ?? null,
		units: carton.items.reduce((sum, { quantity }) => sum + quantity, 0),
		location,
		statusBy: carton.statusBy,
		statusAt: carton.statusAt,
		may: {
			label: may({ name: 'carton.label', args: seen }),
			removeLabel: may({ name: 'carton.removeLabel', args: seen }),
			// Into which shipment is not known yet: as into one that is open.
			assign: assignable(carton, context)
		}
	};
}

/** [C4] May this carton join a shipment at all? Asked of one that nothing stands in the way of. */
function assignable(carton: CartonRow, context: Context): boolean {
	const world = emptyWorld();
	world.cartons.set(carton.id, carton);
	world.shipments.set(OPEN_SHIPMENT.id, OPEN_SHIPMENT);
	return availability(
		{ name: 'carton.assign', args: { cartonId: carton.id, shipmentId: OPEN_SHIPMENT.id } },
		world,
		context
	).allowed;
}
