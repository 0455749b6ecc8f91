/**
 * Prepared statements, made once per connection and text. Everything in the store asks here, so that a scan costs no
 * parsing; the texts are constants, never built from values.
 */
import type { Database, Statement } from 'better-sqlite3';

/** Told what a statement took, in milliseconds; by connection. */
type Took = (text: string, ms: number) => void;
const watched = new WeakMap<Database, Took>();

/** From now on `took` hears of each statement that is prepared here and takes `SLOW_STATEMENT_MS` or longer. */
export const watchStatements = (db: Database, took: Took): void => void watched.set(db, took);

/** What is faster is told to nobody. */
export const SLOW_STATEMENT_MS = 100;

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
		const took = watched.get(db);
		if (took !== undefined) timeCalls(statement, (ms) => took(text, ms));
		statements.set(text, statement);
	}
	return statement as Statement<unknown[], Row>;
}

function timeCalls(statement: Statement<unknown[], unknown>, took: (ms: number) => void): void {
	for (const name of ['get', 'all', 'run'] as const) {
		const plain = statement[name] as (...values: unknown[]) => unknown;
		const timed = function (this: unknown, ...values: unknown[]): unknown {
			const started = performance.now();
			try {
				return plain.apply(this, values);
			} finally {
				const ms = performance.now() - started;
				if (ms >= SLOW_STATEMENT_MS) took(ms);
			}
		};
		Object.assign(statement, { [name]: timed });
	}
}
