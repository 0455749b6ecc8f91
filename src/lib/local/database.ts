/**
 * The phone's IndexedDB: which tables there are, by what they are found, and how older ones become these. No unique index but
 * primary keys, so that no row of the server can ever be refused here. Loaded when a phone has not these tables yet, or a photo.
 */
import Dexie from 'dexie';
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { TABLE_SETS, viewStore } from '#lib/sync/records.ts';
import { blockStore, blockViews } from './row-blocks.ts';
import { photosOf, type TABLES_VERSION } from './tables.ts';

/** Beside its id: by code where something prints one, by parent where a shipment holds it. */
const VIEW_INDICES: Record<SyncedTable, string> = {
	cartons: 'id, *codes, parent',
	shipments: 'id, *codes',
	timeline: 'id, parent',
	products: 'id, *codes',
	locations: 'id, *codes',
	people: 'id, *codes',
	destinations: 'id',
	contacts: 'id',
	warehouses: 'id'
};

/** A later version only adds: what old programs stored stays readable. */
const VERSION_1: Record<string, string> = {
	meta: 'key',
	mutations: 'mid, uid, stands, undoes',
	base: 'key',
	inbox: 'from',
	scanlog: 'id',
	...Object.fromEntries(
		TABLE_SETS.flatMap((set) => SYNCED_TABLES.map((table) => [viewStore(set, table), VIEW_INDICES[table]]))
	)
};

/** The rows that a snapshot brought lie in blocks, and those that changed since tell what they hide of them. */
const VERSION_2: Record<string, string> = Object.fromEntries(
	blockViews.flatMap((view) => [
		[view, `${VERSION_1[view]}, *hides`],
		[blockStore(view), 'last, *codes, *parents']
	])
);

/** Strict: a transaction is complete when it is on disk (I16). */
function make(name: string, versions: readonly Record<string, string>[]): Dexie {
	const database = new Dexie(name, { chromeTransactionDurability: 'strict', cache: 'disabled' });
	for (const [at, schema] of versions.entries()) database.version(at + 1).stores(schema);
	return database;
}

const VERSIONS = [VERSION_1, VERSION_2] as const satisfies { length: typeof TABLES_VERSION };

/** Makes the tables of a new phone, or alters those of an older program. @param name of the database; one per installation */
export async function makeTables(name: string): Promise<void> {
	const database = make(name, VERSIONS);
	await database.open();
	database.close();
}

/** The photos of disputes, apart: what a scan needs neither waits for them nor grows with them. */
export const makePhotoDatabase = (name: string): Dexie => make(photosOf(name), [{ photos: 'id' }]);
