/**
 * What a restore found in the queue may have been delivered since the backup, or be about something that was undone: it is
 * held until an admin releases or discards it. Nothing here delivers.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** Inside a write transaction: what was waiting or on its way waits for an admin. @returns how many */
export const holdQueued = (db: Database): number =>
	sql(db, `UPDATE mail_message SET state = 'held', claimed_at = NULL WHERE state IN ('pending', 'processing')`).run()
		.changes;

/** Inside a write transaction: the same and what was held or failed is never delivered. @returns how many */
export const discardQueued = (db: Database, at: string): number =>
	sql(
		db,
		`UPDATE mail_message SET state = 'discarded', claimed_at = NULL, ended_at = ?
		 WHERE state IN ('pending', 'processing', 'held', 'failed')`
	).run(at).changes;

/** Inside a write transaction: held messages are due at once, in their old order. @param id absent: all @returns how many */
export const releaseHeld = (db: Database, at: string, id: string | null = null): number =>
	sql(
		db,
		`UPDATE mail_message SET state = 'pending', attempts = 0, due_at = ? WHERE state = 'held' AND id = coalesce(?, id)`
	).run(at, id).changes;

/** Inside a write transaction: held messages are never delivered; they stay known, so that no job queues them anew. */
export const discardHeld = (db: Database, at: string, id: string | null = null): number =>
	sql(
		db,
		`UPDATE mail_message SET state = 'discarded', ended_at = ? WHERE state = 'held' AND id = coalesce(?, id)`
	).run(at, id).changes;
