/** When something was last written here, by the server's clock: a clock that says less than that is wrong. */
import { sql } from './sql.ts';
import type { Database } from './store-port.ts';

/** The newest of the last decision, job and act of an admin, as ISO; null where none of them was ever written. */
export const newestTime = (db: Database): string | null =>
	sql<{ newest: string | null }>(
		db,
		`SELECT max(at) AS newest FROM (
			SELECT * FROM (SELECT server_time AS at FROM mutation_result ORDER BY rowid DESC LIMIT 1)
			UNION ALL SELECT * FROM (SELECT coalesce(ended_at, asked_at) FROM job_run ORDER BY rowid DESC LIMIT 1)
			UNION ALL SELECT * FROM (SELECT at FROM audit_event ORDER BY rowid DESC LIMIT 1)
		)`
	).get()!.newest;

/** By how much this clock is behind what was written already, in seconds; 0: it is not. */
export function secondsBehind(db: Database, now: Date): number {
	const newest = newestTime(db);
	return newest === null ? 0 : Math.max(0, (Date.parse(newest) - now.getTime()) / 1000);
}
