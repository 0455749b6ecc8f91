/** What of the queue somebody should look at: ids, counts and reasons; no address, no text. Counts are mail-figures.ts. */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

export interface QueuedMail {
	id: string;
	kind: string;
	attempts: number;
	/** Null: it never failed. */
	reason: string | null;
	createdAt: string;
	dueAt: string;
	endedAt: string | null;
}

const ROW = `SELECT id, kind, attempts, last_error AS reason, created_at AS createdAt, due_at AS dueAt, ended_at AS endedAt FROM mail_message`;

/** What was queued first and is still pending. */
export const oldestPending = (db: Database): QueuedMail | null =>
	sql<QueuedMail>(db, `${ROW} WHERE state = 'pending' ORDER BY id LIMIT 1`).get() ?? null;

/** Newest first. */
export const lastFailures = (db: Database, most: number): QueuedMail[] =>
	sql<QueuedMail>(db, `${ROW} WHERE state = 'failed' ORDER BY ended_at DESC, id DESC LIMIT ?`).all(most);
