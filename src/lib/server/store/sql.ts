/**
 * Prepared statements, made once per connection and text. Everything in the store asks here, so that a scan costs no
 * parsing; the texts are constants, never built from values.
 */
import type { Database, Statement } from 'better-sqlite3';

const prepared = new WeakMap<Database, Map<string, Statement<unknown[], unknown>>>();

/** The statement for `text` on this connection. `Row` is what it returns; the caller states it. */
export function sql<Row = unknown>(db: Database, text: string): Statement<unknown[], Row> {
	let statements = prepared.get(db);
	if (statements === undefined) {
		statements = new Map();
		prepared.set(db, statements);
	}
	let statement = statements.get(text);
	if (statement === undefined) {
		statement = db.prepare<unknown[], unknown>(text);
		statements.set(text, statement);
	}
	return statement as Statement<unknown[], Row>;
}
