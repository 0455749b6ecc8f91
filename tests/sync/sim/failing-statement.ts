/**
 * One write statement of a group of the server's that fails, as a disk or a lack of memory makes it (I39). It stands between
 * the program and SQLite: the product has no hook for it.
 */
import Database from 'better-sqlite3';

export interface Failure {
	/** On this connection; one that is opened anew is none of it. */
	database: Database.Database;
	/** So many writes of groups succeed before it. */
	after: number;
	code: 'SQLITE_FULL' | 'SQLITE_IOERR_WRITE' | 'SQLITE_NOMEM';
	/** SQLite may roll back by itself before it says so. */
	endsTransaction: boolean;
}

const WRITES = /^\s*(INSERT|UPDATE|DELETE|COMMIT)/i;

let coming: Failure | null = null;
let isGroup = false;

/** Null: nothing fails any more. */
export function failStatement(failure: Failure | null): void {
	coming = failure && { ...failure };
	isGroup = false;
}

const statement = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1')) as Database.Statement;
const { run } = statement;
statement.run = function (this: Database.Statement, ...values: unknown[]) {
	if (coming !== null) failWhenDue(this);
	return run.apply(this, values);
};

function failWhenDue({ source, database }: Database.Statement): void {
	if (database !== coming!.database) return;
	// A group that failed by itself may have ended without a word to a statement.
	if (source.startsWith('BEGIN')) isGroup = source === 'BEGIN IMMEDIATE';
	else if (isGroup && WRITES.test(source) && coming!.after-- <= 0) {
		const { code, endsTransaction } = coming!;
		failStatement(null);
		if (endsTransaction) database.exec('ROLLBACK');
		throw new Database.SqliteError('injected', code);
	} else if (source === 'COMMIT' || source === 'ROLLBACK') isGroup = false;
}
