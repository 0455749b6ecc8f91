/**
 * How often a password may be guessed. Counted in the database, by account and by address, so that a restart forgives
 * nothing; each further failure after the allowance locks for longer. A try counts before its password is looked at, so that
 * a hundred at once are a hundred.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';

/** Failures within the window before the first lock. An address serves a whole warehouse behind one router. */
const ALLOWED = { account: 5, address: 30 } as const;
const WINDOW_MS = 15 * 60_000;
/** 30 s, 60 s, 120 s… */
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Made-up logins leave rows behind; nobody asks for them after a day. */
const FORGOTTEN_MS = 24 * 3_600_000;

interface Attempts {
	failures: number;
	window_from: string;
	locked_until: string | null;
}

export class LoginLimits {
	constructor(
		readonly store: Store,
		readonly clock: () => Date
	) {}

	/** Counts one try as failed until `succeeded` takes it back. @returns seconds to wait; then it was no try */
	async begin(login: string, address: string): Promise<number> {
		const now = this.clock();
		return this.store.write((db) => {
			const wait = waitOf(db, login, address, now);
			if (wait > 0) return wait;
			sql(db, `DELETE FROM login_attempt WHERE window_from < ?`).run(iso(now, -FORGOTTEN_MS));
			for (const { key, allowed } of keys(login, address)) count(db, key, allowed, now);
			return 0;
		});
	}

	/** Seconds until this login may be tried again from this address; 0: now. */
	secondsToWait(login: string, address: string): number {
		return this.store.read((db) => waitOf(db, login, address, this.clock()));
	}

	/** A right password forgives its account, and of its address only this try: others may be guessing from there. */
	async succeeded(login: string, address: string): Promise<void> {
		await this.store.write((db) => {
			const [account, place] = keys(login, address);
			sql(db, `DELETE FROM login_attempt WHERE key = ?`).run(account.key);
			sql(
				db,
				`UPDATE login_attempt SET failures = failures - 1, locked_until = CASE WHEN failures > ? THEN locked_until END WHERE key = ?`
			).run(place.allowed, place.key);
		});
	}
}

const keys = (login: string, address: string) =>
	[
		{ key: `account:${login.toLowerCase()}`, allowed: ALLOWED.account },
		{ key: `address:${address}`, allowed: ALLOWED.address }
	] as const;

const read = (db: Database, key: string): Attempts | undefined =>
	sql<Attempts>(db, `SELECT failures, window_from, locked_until FROM login_attempt WHERE key = ?`).get(key);

function waitOf(db: Database, login: string, address: string, now: Date): number {
	const waits = keys(login, address).map(({ key }) => {
		const until = read(db, key)?.locked_until;
		return until ? Math.max(0, Math.ceil((Date.parse(until) - now.getTime()) / 1000)) : 0;
	});
	return Math.max(...waits);
}

/** The window moves with every failure: patience, not the clock, ends a lock. */
function count(db: Database, key: string, allowed: number, now: Date): void {
	const known = read(db, key);
	const isFresh = known === undefined || now.getTime() > Date.parse(known.window_from) + WINDOW_MS;
	const failures = isFresh ? 1 : known.failures + 1;
	const lockMs = failures < allowed ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - allowed));
	sql(
		db,
		`INSERT INTO login_attempt (key, failures, window_from, locked_until) VALUES (?, ?, ?, ?)
		 ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, window_from = excluded.window_from, locked_until = excluded.locked_until`
	).run(key, failures, iso(now), lockMs === 0 ? null : iso(now, lockMs));
}

const iso = (now: Date, later = 0): string => new Date(now.getTime() + later).toISOString();
