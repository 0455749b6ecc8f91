/**
 * The one row that says which server this is and how far back its feed reaches, and the feed's head. Read in the same
 * transaction as what is answered with it.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

export interface SyncMeta {
	instance: string;
	epoch: string;
	/** Cookies below it are answered with a reset (I29). */
	floorSeq: number;
}

export function readMeta(db: Database): SyncMeta {
	const meta = sql<SyncMeta>(db, `SELECT instance, epoch, floor_seq AS floorSeq FROM sync_meta WHERE id = 1`).get();
	if (meta === undefined) throw new Error('sync_meta has no row');
	return meta;
}
