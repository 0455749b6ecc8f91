/** What SQLite itself can say about a database that opens: slower than the check at every start, and complete. */
import type { Database } from 'better-sqlite3';

/** Damaged pages, indexes and references, a sentence each: the first 20 of each kind; none: an empty list. */
export function soundnessFaults(db: Database): string[] {
	const found = (db.pragma('integrity_check(20)') as { integrity_check: string }[]).map((row) => row.integrity_check);
	const dangling = (db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]).slice(0, 20);
	return [
		...found.filter((line) => line !== 'ok'),
		...dangling.map(({ table, rowid, parent }) => `${table} ${rowid} names a ${parent} that does not exist`)
	];
}
