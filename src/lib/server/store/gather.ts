/**
 * Loads the rows that a batch of commands needs, in one query per table, inside the transaction that will save. What a
 * command needs is the domain's footprint; how the rows are used is its rules'.
 */
import type { Database } from 'better-sqlite3';
import type { CodeHolder, Footprint, World } from '#lib/domain/decision.ts';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { emptyWorld, missingParties, missingShipments } from '#lib/domain/world.ts';
import { readRefusals } from './refusal-rows.ts';
import { readMany, readWhere, type StoredRow } from './rows.ts';
import { sql } from './sql.ts';

/** The tables that commands write. */
export type SavedTable = 'cartons' | 'shipments' | 'timeline' | 'contacts' | 'destinations';

/** Each gathered row that can be saved, as it was read. Absent: the row is new. */
export type Before = { [T in SavedTable]: Map<string, StoredRow<T>> };

export interface Gathered {
	world: World;
	before: Before;
}

export function emptyGathered(): Gathered {
	const before: Before = {
		cartons: new Map(),
		shipments: new Map(),
		timeline: new Map(),
		contacts: new Map(),
		destinations: new Map()
	};
	return { world: emptyWorld(), before };
}

/** The world of one merged footprint. */
export function gather(db: Database, footprint: Footprint): Gathered {
	const gathered = emptyGathered();
	const { world, before } = gathered;
	const keep = <T extends keyof Before>(table: T, into: Map<string, SyncedRows[T]>, found: StoredRow<T>[]) => {
		for (const stored of found) {
			into.set(stored.row.id, stored.row);
			before[table].set(stored.row.id, stored);
		}
	};
	const wanted = <T extends SyncedTable>(table: T, into: Map<string, SyncedRows[T]>, ids: readonly string[]) => {
		for (const { row } of readMany(db, table, ids)) into.set(row.id, row);
	};
	const ofShipments = <T extends 'cartons' | 'timeline'>(table: T, ids: readonly string[]): StoredRow<T>[] =>
		ids.length === 0
			? []
			: readWhere(db, table, 'shipment_id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));

	keep('cartons', world.cartons, readMany(db, 'cartons', footprint.cartonIds));
	keep('cartons', world.cartons, ofShipments('cartons', footprint.allCartonsOf));
	keep('shipments', world.shipments, readMany(db, 'shipments', footprint.shipmentIds));
	keep('shipments', world.shipments, readMany(db, 'shipments', missingShipments(world)));
	keep('timeline', world.timeline, ofShipments('timeline', footprint.timelineOf));
	wanted('products', world.products, footprint.productIds);
	keep('contacts', world.contacts, readMany(db, 'contacts', footprint.contactIds));
	keep('destinations', world.destinations, readMany(db, 'destinations', footprint.destinationIds));
	if (footprint.partiesOf.length > 0) {
		const missing = missingParties(world, footprint.partiesOf);
		keep('contacts', world.contacts, readMany(db, 'contacts', missing.contacts));
		keep('destinations', world.destinations, readMany(db, 'destinations', missing.destinations));
	}
	wanted('locations', world.locations, footprint.locationIds);
	wanted('warehouses', world.warehouses, footprint.warehouseIds);
	for (const row of readRefusals(db, footprint.refusalIds)) world.refusals.set(row.id, row);
	if (footprint.codes.length > 0) gatherCodes(db, footprint.codes, world.codes);
	return gathered;
}

/** [R3, R4] What holds each normalised code, the first kind of R4 winning. A product's GTIN is refused by its form. */
const CODE_HOLDERS: readonly { kind: CodeHolder['kind']; text: string }[] = [
	{
		kind: 'product',
		text: `SELECT upper(barcode) AS code, id FROM product WHERE upper(barcode) IN (SELECT value FROM json_each(?))`
	},
	{
		kind: 'product',
		text: `SELECT upper(sku) AS code, id FROM product WHERE upper(sku) IN (SELECT value FROM json_each(?))`
	},
	{
		kind: 'person',
		text: `SELECT upper(badge_code) AS code, id FROM person WHERE upper(badge_code) IN (SELECT value FROM json_each(?))`
	},
	{ kind: 'location', text: `SELECT code, id FROM location WHERE code IN (SELECT value FROM json_each(?))` },
	{
		kind: 'shipment',
		text: `SELECT temporary_reference AS code, id FROM shipment WHERE temporary_reference IN (SELECT value FROM json_each(?))`
	},
	{
		kind: 'shipment',
		text: `SELECT reference AS code, id FROM shipment WHERE reference IN (SELECT value FROM json_each(?))`
	},
	{
		kind: 'carton',
		text: `SELECT held_code AS code, id FROM carton WHERE held_code IN (SELECT value FROM json_each(?))`
	}
];

function gatherCodes(db: Database, codes: readonly string[], into: Map<string, CodeHolder>): void {
	const list = JSON.stringify(codes);
	for (const { kind, text } of CODE_HOLDERS) {
		for (const { code, id } of sql<{ code: string; id: string }>(db, text).all(list)) into.set(code, { kind, id });
	}
}
