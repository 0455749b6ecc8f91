/**
 * A part of a transaction that can fail alone. SQLite may end the whole transaction by itself, so that is looked at before
 * every savepoint and after every error.
 */
import type { Database } from 'better-sqlite3';
import { isStorageFault, TransactionLost } from './faults.ts';
import { sql } from './sql.ts';

/** Nested names differ, because ROLLBACK TO goes to the innermost of a name. */
export type SavepointName = 'job' | 'mutation';

/**
 * Runs `work`; when it throws, its writes are rolled back and the error goes on.
 * @throws TransactionLost when the transaction is gone, the error of SQLite when it concerns the whole group
 */
export function inSavepoint<T>(db: Database, name: SavepointName, work: () => T): T {
	if (!db.inTransaction) throw new TransactionLost('no transaction is open');
	sql(db, `SAVEPOINT ${name}`).run();
	let result: T;
	try {
		result = work();
	} catch (error) {
		if (!db.inTransaction) throw new TransactionLost('SQLite ended the transaction', { cause: error });
		if (!isStorageFault(error) && !(error instanceof TransactionLost)) {
			sql(db, `ROLLBACK TO ${name}`).run();
			sql(db, `RELEASE ${name}`).run();
		}
		throw error;
	}
	if (!db.inTransaction) throw new TransactionLost('the transaction was ended inside a savepoint');
	sql(db, `RELEASE ${name}`).run();
	return result;
}
