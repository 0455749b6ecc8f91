/**
 * What may be wrong with a phone, as far as it has said. The fleet page, the device's own page there and the command line ask the
 * same table; the first is the most serious. Nothing here stops anything: a person is to look.
 */
export interface DeviceFacts {
	revoked: boolean;
	/** ISO. */
	lastSeenAt: string;
	/** Empty: it never synced. */
	appVersion: string;
	reportedQueue: number;
	/** ISO; null: nothing waits, or it did not say. */
	oldestUnsentAt: string | null;
	refused: number;
	/** Seconds by which its clock is late; negative: early. */
	clockLate: number | null;
	persisted: boolean | null;
	freeMb: number | null;
	mismatchAt: string | null;
	/** ISO; null: an admin knows that it is one of ours. */
	unconfirmedAt: string | null;
	lostScans: number;
	/** ISO; null: nothing was lost, or an admin has seen it. */
	lostAt: string | null;
	/** Salvaged mutations that nobody has looked at. */
	salvaged: number;
}

interface Asked {
	/** Milliseconds since 1970. */
	now: number;
	/** The release that the server gives out; null: not known here. */
	release: string | null;
}

const HOUR_MS = 3_600_000;
const STUCK_MS = HOUR_MS;
const MISMATCH_SHOWN_MS = 7 * 24 * HOUR_MS;
const CLOCK_OFF_S = 300;
const LITTLE_MB = 200;

const isYounger = (iso: string | null, ms: number, now: number): boolean => iso !== null && now - Date.parse(iso) < ms;

/** In the order of their weight. */
export const DEVICE_TROUBLES = {
	/** [I33] A restore may have undone its revocation. */
	unconfirmed: ({ revoked, unconfirmedAt }) => !revoked && unconfirmedAt !== null,
	/** It came back without what it had queued. */
	lost: ({ lostAt }) => lostAt !== null,
	/** Scans have waited there for an hour and more. */
	stuck: ({ revoked, reportedQueue, oldestUnsentAt, lastSeenAt }, { now }) =>
		!revoked && reportedQueue > 0 && !isYounger(oldestUnsentAt ?? lastSeenAt, STUCK_MS, now),
	salvaged: ({ salvaged }) => salvaged > 0,
	/** Its rows were not the server's, and it loaded them anew. */
	mismatch: ({ revoked, mismatchAt }, { now }) => !revoked && isYounger(mismatchAt, MISMATCH_SHOWN_MS, now),
	refused: ({ revoked, refused }) => !revoked && refused > 0,
	full: ({ revoked, freeMb }) => !revoked && freeMb !== null && freeMb < LITTLE_MB,
	clock: ({ revoked, clockLate }) => !revoked && clockLate !== null && Math.abs(clockLate) >= CLOCK_OFF_S,
	/** Its browser may throw its storage away when it is short of room. */
	not_kept: ({ revoked, persisted }) => !revoked && persisted === false,
	old: ({ revoked, appVersion }, { release }) =>
		!revoked && release !== null && appVersion !== '' && appVersion !== release
} as const satisfies Record<string, (device: DeviceFacts, asked: Asked) => boolean>;

export type DeviceTrouble = keyof typeof DEVICE_TROUBLES;
export const ALL_TROUBLES = Object.keys(DEVICE_TROUBLES) as DeviceTrouble[];

/** The most serious first. */
export const troublesOf = (device: DeviceFacts, asked: Asked): DeviceTrouble[] =>
	ALL_TROUBLES.filter((trouble) => DEVICE_TROUBLES[trouble](device, asked));

/** Whose worst trouble is worse comes first, then who has more of them. */
export function compareTroubles(a: readonly DeviceTrouble[], b: readonly DeviceTrouble[]): number {
	const weight = ([worst]: readonly DeviceTrouble[]) =>
		worst === undefined ? ALL_TROUBLES.length : ALL_TROUBLES.indexOf(worst);
	return weight(a) - weight(b) || b.length - a.length;
}

/** When a release was built, ISO: a build names itself by that. Null where it is named otherwise. */
export const releaseTime = (appVersion: string): string | null =>
	/^\d{13}$/.test(appVersion) ? new Date(Number(appVersion)).toISOString() : null;
