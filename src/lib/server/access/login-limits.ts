/**
 * How often a password or a PIN may be guessed. Counted in the database, by account, device and address, so that a restart
 * forgives nothing; each further failure after the allowance locks for longer. A try counts before its secret is looked at,
 * so that a hundred at once are a hundred.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';

/** Failures within the window before the first lock. An address serves a whole warehouse behind one router. */
const ALLOWED = { account: 5, device: 10, address: 30 } as const;
const WINDOW_MS = 15 * 60_000;
/** A PIN has few digits: only its right one, or a day, forgives the tries at it. */
const PIN_WINDOW_MS = 24 * 3_600_000;
/** 30 s, 60 s, 120 s… */
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Made-up logins leave rows behind; nobody asks for them after a day. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** One thing that tries are counted by. */
interface Counter {
	key: string;
	allowed: number;
	windowMs: number;
	/** The right secret forgives it wholly; of the others, which strangers share, only that try. */
	own: boolean;
}

/** A password, tried at the sign-in page or where it confirms something. */
export const passwordCounters = (login: string, address: string): Counter[] => [
	{ key: `account:${login.toLowerCase()}`, allowed: ALLOWED.account, windowMs: WINDOW_MS, own: true },
	{ key: `address:${address}`, allowed: ALLOWED.address, windowMs: WINDOW_MS, own: false }
];

/** A PIN, tried on a device. Apart from passwords: neither can be used to lock somebody out of the other. */
export const pinCounters = (badgeCode: string, deviceId: string, address: string): Counter[] => [
	{ key: `pin:${badgeCode}`, allowed: ALLOWED.account, windowMs: PIN_WINDOW_MS, own: true },
	{ key: `pin-device:${deviceId}`, allowed: ALLOWED.device, windowMs: WINDOW_MS, own: false },
	{ key: `pin-address:${address}`, allowed: ALLOWED.address, windowMs: WINDOW_MS, own: false }
];

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
	async begin(counters: readonly Counter[]): Promise<number> {
		const now = this.clock();
		return this.store.write((db) => {
			const wait = waitOf(db, counters, now);
			if (wait > 0) return wait;
			sql(db, `DELETE FROM login_attempt WHERE window_from < ?`).run(iso(now, -FORGOTTEN_MS));
			for (const counter of counters) count(db, counter, now);
			return 0;
		});
	}

	/** Seconds until the next try; 0: now. */
	secondsToWait(counters: readonly Counter[]): number {
		return this.store.read((db) => waitOf(db, counters, this.clock()));
	}

	/** A right secret forgives its account, and of a device or an address only this try: others may be guessing there. */
	async succeeded(counters: readonly Counter[]): Promise<void> {
		await this.store.write((db) => {
			for (const { key, allowed, own } of counters) {
				if (own) sql(db, `DELETE FROM login_attempt WHERE key = ?`).run(key);
				else
					sql(
						db,
						`UPDATE login_attempt SET failures = failures - 1, locked_until = CASE WHEN failures > ? THEN locked_until END WHERE key = ?`
					).run(allowed, key);
			}
		});
	}
}

const read = (db: Database, key: string): Attempts | undefined =>
	sql<Attempts>(db, `SELECT failures, window_from, locked_until FROM login_attempt WHERE key = ?`).get(key);

function waitOf(db: Database, counters: readonly Counter[], now: Date): number {
	const waits = counters.map(({ key }) => {
		const until = read(db, key)?.locked_until;
		return until ? Math.max(0, Math.ceil((Date.parse(until) - now.getTime()) / 1000)) : 0;
	});
	return Math.max(...waits);
}

/** The window moves with every failure: patience, not the clock, ends a lock. */
function count(db: Database, { key, allowed, windowMs }: Counter, now: Date): void {
	const known = read(db, key);
	const isFresh = known === undefined || now.getTime() > Date.parse(known.window_from) + windowMs;
	const failures = isFresh ? 1 : known.failures + 1;
	const lockMs = failures < allowed ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - allowed));
	sql(
		db,
		`INSERT INTO login_attempt (key, failures, window_from, locked_until) VALUES (?, ?, ?, ?)
		 ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, window_from = excluded.window_from, locked_until = excluded.locked_until`
	).run(key, failures, iso(now), lockMs === 0 ? null : iso(now, lockMs));
}

const iso = (now: Date, later = 0): string => new Date(now.getTime() + later).toISOString();
