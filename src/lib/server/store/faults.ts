/**
 * Whose error is it? A constraint violation and an exception of the pure rule are the mutation's (`dead`); a job's own
 * exception is the job's; every other error of SQLite decides nothing (I39).
 */
import Database from 'better-sqlite3';
import { TransportError } from '#lib/server/sync/transport-error.ts';

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '');

/** Something that a rule threw: a bug in it, about this one mutation. */
export class RuleFault extends Error {
	override readonly name = 'RuleFault';
	constructor(cause: unknown) {
		super(cause instanceof Error ? cause.message : String(cause), { cause });
	}
}

const isConstraint = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_CONSTRAINT');

/** One mutation is to blame, and the others of its push are not. */
export const isMutationFault = (error: unknown): boolean => error instanceof RuleFault || isConstraint(error);

/** A statement that cannot run: a bug, or a row that somebody wrote by hand. It concerns the job that ran it. */
const OWN_FAULTS = ['SQLITE_ERROR', 'SQLITE_RANGE', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_MISUSE'];

/** Full, I/O, busy, memory, corrupt…: the transaction is not to be trusted, and nobody's mutation is to blame. */
export function isStorageFault(error: unknown): boolean {
	const code = codeOf(error);
	return code !== '' && !isConstraint(error) && !OWN_FAULTS.includes(code);
}

/** The transaction ended without us: SQLite rolls back by itself after some errors. */
export class TransactionLost extends Error {
	override readonly name = 'TransactionLost';
}

const RETRY_MS = 2_000;

/** What every caller of a group that failed gets to hear. */
export function groupRefusal(error: unknown): TransportError {
	const cause = error instanceof TransactionLost && error.cause !== undefined ? error.cause : error;
	const isFull = codeOf(cause) === 'SQLITE_FULL' || (cause as NodeJS.ErrnoException).code === 'ENOSPC';
	return isFull
		? new TransportError('storage_full', 'The disk of the server is full; nothing was decided.', {
				retryAfterMs: 30_000,
				cause: error
			})
		: new TransportError('busy', 'The server could not write; nothing was decided.', {
				retryAfterMs: RETRY_MS,
				cause: error
			});
}
