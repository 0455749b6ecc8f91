/**
 * What of the queue somebody should look at: ids, counts and reasons; no address, no text, but where an admin asks by
 * page. Counts are mail-figures.ts.
 */
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
	sql<QueuedMail>(db, `${ROW} WHERE state = 'pending' ORDER BY rowid LIMIT 1`).get() ?? null;

/** Newest first. */
export const lastFailures = (db: Database, most: number): QueuedMail[] =>
	sql<QueuedMail>(db, `${ROW} WHERE state = 'failed' ORDER BY ended_at DESC, id DESC LIMIT ?`).all(most);

/** As an admin sees it, to know whose it is. */
export interface AddressedMail extends QueuedMail {
	to: string;
	/** Empty: it was so long ago that its words were removed. */
	subject: string;
}

/** Of a state, what was queued first comes first; of failed ones, what failed last. */
export const mailsIn = (db: Database, state: 'failed' | 'held', most: number): AddressedMail[] =>
	sql<AddressedMail>(
		db,
		`${ROW.replace(' FROM', ', to_address AS "to", subject FROM')} WHERE state = ?
		 ORDER BY ${state === 'failed' ? 'ended_at DESC, rowid DESC' : 'rowid'} LIMIT ?`
	).all(state, most);
