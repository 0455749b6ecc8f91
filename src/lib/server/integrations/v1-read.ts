/**
 * The lists and single things of /api/v1. A list is walked in the order of ids, which never changes: what is there all the
 * while comes exactly once, whatever is added meanwhile. A walk remembers how far the change feed was when it began; asked
 * with that the next time, only what changed since is read.
 */
import type { z } from 'zod';
import { cartonRow, shipmentRow, timelineRow } from '#lib/server/desk/records.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { cursorOf, seqOf } from './event-feed.ts';
import { Problem } from './problem.ts';
import { showCarton, showDestination, showEntry, showProduct, showShipment } from './v1-rows.ts';
import type { cartonQuery, destinationQuery, productQuery, shipmentQuery } from './v1-schemas.ts';

export interface Source {
	reader: PrismaClient;
	store: Pick<Store, 'read' | 'epoch'>;
}

interface Listing {
	cursor?: string | undefined;
	limit: number;
	updatedSince?: string | undefined;
}

interface Walk {
	/** The last id of the page before; '' at the beginning. */
	after: string;
	/** Where the change feed and the event feed were when the walk began. */
	asOf: string;
	/** Rows that are not among these are left out; null: none are. */
	changed: Prisma.Sql | null;
}

/** @throws Problem `invalid_query`, `feed_restarted` */
function walkOf({ store }: Source, { cursor, updatedSince }: Listing, table: string): Walk {
	const changed = updatedSince === undefined ? null : changedSince(store, updatedSince, table);
	if (cursor !== undefined) {
		const [after = '', asOf = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
		if (!/^[\w.:-]{1,80}$/.test(after) || asOf === '')
			throw new Problem('invalid_query', { errors: [{ path: 'cursor', message: 'cursor' }] });
		return { after, asOf, changed };
	}
	const [change, told] = store.read((db) => [
		headSeq(db),
		sql<{ seq: number | null }>(db, `SELECT max(seq) AS seq FROM integration_event`).get()?.seq ?? 0
	]);
	return { after: '', asOf: cursorOf(store.epoch, change!, told!), changed };
}

function changedSince(store: Source['store'], asOf: string, table: string): Prisma.Sql {
	const [change = 0, told = 0] = seqOf(asOf, store.epoch, 2, 'updatedSince');
	const floor = store.read((db) => sql<{ floor: number }>(db, `SELECT floor_seq AS floor FROM sync_meta`).get()?.floor);
	if (change < (floor ?? 0)) throw new Problem('feed_restarted');
	const rows = Prisma.sql`SELECT row_id FROM change WHERE seq > ${change} AND "table" = ${table}`;
	if (table !== 'shipments') return rows;
	// What was closed long ago is in no phone's scope and so not in the change feed; its timeline still tells of it.
	return Prisma.sql`${rows} UNION SELECT t.shipment_id FROM integration_event e JOIN timeline t ON t.id = e.row_id WHERE e.seq > ${told}`;
}

async function pageOf<R>(
	source: Source,
	query: Listing,
	table: 'products' | 'destinations' | 'shipments' | 'cartons',
	conditions: (Prisma.Sql | null)[],
	load: (ids: string[]) => Promise<(R & { id: string })[]>
) {
	const { after, asOf, changed } = walkOf(source, query, table);
	const all = [
		Prisma.sql`id > ${after}`,
		...conditions.filter((one) => one !== null),
		...(changed === null ? [] : [Prisma.sql`id IN (${changed})`])
	];
	const found = await source.reader.$queryRaw<{ id: string }[]>(
		Prisma.sql`SELECT id FROM ${Prisma.raw(table.slice(0, -1))} WHERE ${Prisma.join(all, ' AND ')} ORDER BY id LIMIT ${query.limit + 1}`
	);
	const ids = found.slice(0, query.limit).map(({ id }) => id);
	const rows = new Map((await load(ids)).map((row) => [row.id, row]));
	const last = found.length > query.limit ? ids.at(-1) : undefined;
	return {
		data: ids.flatMap((id) => rows.get(id) ?? []),
		nextCursor: last === undefined ? null : Buffer.from(`${last} ${asOf}`).toString('base64url'),
		asOf
	};
}

const yes = (asked: string | undefined, condition: Prisma.Sql): Prisma.Sql | null =>
	asked === undefined ? null : asked === 'true' ? condition : Prisma.sql`NOT (${condition})`;

export const listProducts = (source: Source, query: z.output<typeof productQuery>) =>
	pageOf(source, query, 'products', [yes(query.active, Prisma.sql`active = 1`)], async (ids) =>
		(await source.reader.product.findMany({ where: { id: { in: ids } } })).map(showProduct)
	);

export const listDestinations = (source: Source, query: z.output<typeof destinationQuery>) =>
	pageOf(source, query, 'destinations', [yes(query.active, Prisma.sql`active = 1`)], async (ids) =>
		(await source.reader.destination.findMany({ where: { id: { in: ids } } })).map(showDestination)
	);

export const listShipments = (source: Source, query: z.output<typeof shipmentQuery>) => {
	const { status, destination, disputed, archived } = query;
	const conditions = [
		status === undefined ? null : Prisma.sql`status = ${status}`,
		destination === undefined
			? null
			: Prisma.sql`(destination_id = ${destination} OR destination_iata = ${destination.toUpperCase()})`,
		yes(disputed, Prisma.sql`dispute_id IS NOT NULL`),
		yes(archived, Prisma.sql`archived_at IS NOT NULL`)
	];
	return pageOf(source, query, 'shipments', conditions, async (ids) =>
		(await source.reader.shipment.findMany({ where: { id: { in: ids } } })).map((record) =>
			showShipment(shipmentRow(record))
		)
	);
};

export async function listCartons(source: Source, query: z.output<typeof cartonQuery>) {
	const { status, shipment, discarded } = query;
	const shipmentId = shipment === undefined ? null : await shipmentIdOf(source.reader, shipment);
	const conditions = [
		status === undefined ? null : Prisma.sql`status = ${status}`,
		shipmentId === null ? null : Prisma.sql`shipment_id = ${shipmentId}`,
		yes(discarded, Prisma.sql`discarded_at IS NOT NULL`)
	];
	return pageOf(source, query, 'cartons', conditions, async (ids) =>
		(await source.reader.carton.findMany({ where: { id: { in: ids } } })).map((record) => showCarton(cartonRow(record)))
	);
}

/** The id of a shipment named by its id or a reference. @throws Problem `not_found` */
export async function shipmentIdOf(reader: PrismaClient, named: string): Promise<string> {
	const found = await findShipmentId(reader, named);
	if (found === null) throw new Problem('not_found');
	return found;
}

/** A shipment as it is now. @throws Problem `not_found` */
export async function readShipment(reader: PrismaClient, id: string) {
	const record = await reader.shipment.findUnique({ where: { id } });
	if (record === null) throw new Problem('not_found');
	return shipmentRow(record);
}

export async function oneShipment({ reader }: Source, named: string) {
	const row = await readShipment(reader, await shipmentIdOf(reader, named));
	const entries = await reader.timeline.findMany({ where: { shipmentId: row.id }, orderBy: { ordinal: 'asc' } });
	return { ...showShipment(row), timeline: entries.map((entry) => showEntry(timelineRow(entry))) };
}

/** By id, or by the code that it holds; of a code that was used again, its present holder. */
export async function oneCarton({ reader }: Source, named: string) {
	const code = named.trim().toUpperCase();
	const found =
		(await reader.carton.findUnique({ where: { id: named } })) ??
		(await reader.carton.findUnique({ where: { heldCode: code } })) ??
		(await reader.carton.findFirst({ where: { code }, orderBy: { id: 'desc' } }));
	if (found === null) throw new Problem('not_found');
	return showCarton(cartonRow(found));
}

export async function oneProduct({ reader }: Source, named: string) {
	const found =
		(await reader.product.findUnique({ where: { id: named } })) ??
		(await reader.product.findUnique({ where: { sku: named.trim() } }));
	if (found === null) throw new Problem('not_found');
	return showProduct(found);
}

export async function oneDestination({ reader }: Source, named: string) {
	const found =
		(await reader.destination.findUnique({ where: { id: named } })) ??
		(await reader.destination.findFirst({ where: { iata: named.trim().toUpperCase() }, orderBy: { id: 'asc' } }));
	if (found === null) throw new Problem('not_found');
	return showDestination(found);
}
