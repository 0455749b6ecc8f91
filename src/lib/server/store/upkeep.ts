/**
 * What keeps a database quick and small, on the writer's connection between two groups: checkpoint, the planner's statistics,
 * giving free pages back to the disk.
 */
import type { Database } from './store-port.ts';

const asNumber = (db: Database, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

/** Bytes of the file, and how many of them hold nothing. */
export function sizeOf(db: Database): { bytes: number; freeBytes: number } {
	const page = asNumber(db, 'page_size');
	return { bytes: asNumber(db, 'page_count') * page, freeBytes: asNumber(db, 'freelist_count') * page };
}

/** Waits for nobody: what a reader still needs stays in the log. @returns pages of the log, and those brought home */
export function checkpoint(db: Database): { log: number; checkpointed: number } {
	const [row] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
	return { log: Math.max(0, row?.log ?? 0), checkpointed: Math.max(0, row?.checkpointed ?? 0) };
}

/** Bounded: each index is looked at a little. */
export function optimize(db: Database): void {
	db.pragma('analysis_limit = 400');
	db.pragma('optimize');
}

/** Writes the whole file anew; this process stands still for as long as it takes. */
export function vacuum(db: Database): void {
	db.exec('VACUUM');
	db.pragma('wal_checkpoint(PASSIVE)');
}
