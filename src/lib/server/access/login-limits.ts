/**
 * How often a password may be guessed. Counted in the database, by account and by address, so that a restart forgives
 * nothing; each further failure after the allowance locks for longer.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';

/** Failures within the window before the first lock. An address serves a whole warehouse behind one router. */
const ALLOWED = { account: 5, address: 30 } as const;
const WINDOW_MS = 15 * 60_000;
/** 30 s, 60 s, 120 s… */
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

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

	/** Seconds until this login may be tried again from this address; 0: now. */
	secondsToWait(login: string, address: string): number {
		const now = this.clock().getTime();
		const waits = keys(login, address).map(({ key }) => {
			const until = this.#read(key)?.locked_until;
			return until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : 0;
		});
		return Math.max(...waits);
	}

	/** @returns seconds until the next try is allowed */
	async failed(login: string, address: string): Promise<number> {
		const now = this.clock();
		await this.store.write((db) => {
			for (const { key, allowed } of keys(login, address)) {
				const known = sql<Attempts>(db, `SELECT * FROM login_attempt WHERE key = ?`).get(key);
				const fresh = known === undefined || now.getTime() > Date.parse(known.window_from) + WINDOW_MS;
				const failures = fresh ? 1 : known.failures + 1;
				const lockMs = failures < allowed ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - allowed));
				sql(
					db,
					`INSERT INTO login_attempt (key, failures, window_from, locked_until) VALUES (?, ?, ?, ?)
					 ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, window_from = excluded.window_from, locked_until = excluded.locked_until`
				).run(
					key,
					failures,
					// The window moves with every failure: patience, not the clock, ends a lock.
					now.toISOString(),
					lockMs === 0 ? null : new Date(now.getTime() + lockMs).toISOString()
				);
			}
		});
		return this.secondsToWait(login, address);
	}

	/** A right password forgives its account, not its address: others may be guessing from there. */
	async succeeded(login: string): Promise<void> {
		const key = accountKey(login);
		if (this.#read(key) === undefined) return;
		await this.store.write((db) => sql(db, `DELETE FROM login_attempt WHERE key = ?`).run(key));
	}

	#read(key: string): Attempts | undefined {
		return this.store.read((db) => sql<Attempts>(db, `SELECT * FROM login_attempt WHERE key = ?`).get(key));
	}
}

const accountKey = (login: string): string => `account:${login.toLowerCase()}`;

const keys = (login: string, address: string): { key: string; allowed: number }[] => [
	{ key: accountKey(login), allowed: ALLOWED.account },
	{ key: `address:${address}`, allowed: ALLOWED.address }
];
