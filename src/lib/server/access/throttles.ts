/**
 * What strangers may do once in a while: an account request, a public order. Kept in the database, so that a restart forgives
 * nothing; a key is a keyed hash, so that nobody reads addresses there.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { tokenHash } from './tokens.ts';

/**
 * Takes one turn for all of these keys, or for none. Part of the caller's write.
 * @param keys what is counted, each by itself: `account-request:address:192.0.2.1`
 * @returns seconds until the next turn; 0: taken
 */
export function takeTurn(
	db: Database,
	{ keys, secret, seconds, now }: { keys: readonly string[]; secret: string; seconds: number; now: Date }
): number {
	const at = now.toISOString();
	sql(db, `DELETE FROM throttle WHERE until <= ?`).run(at);
	const hashes = keys.map((key) => tokenHash(key, secret));
	const waits = hashes.map((key) => {
		const known = sql<{ until: string }>(db, `SELECT until FROM throttle WHERE key = ?`).get(key);
		return known ? Math.ceil((Date.parse(known.until) - now.getTime()) / 1000) : 0;
	});
	// A clock that was set back makes nobody wait longer than they would have.
	const wait = Math.min(Math.max(0, ...waits), seconds);
	if (wait > 0) return wait;
	const until = new Date(now.getTime() + seconds * 1000).toISOString();
	for (const key of hashes) sql(db, `INSERT INTO throttle (key, until) VALUES (?, ?)`).run(key, until);
	return 0;
}
