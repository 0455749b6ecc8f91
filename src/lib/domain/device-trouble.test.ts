import { expect, test } from 'vitest';
import {
	ALL_TROUBLES,
	compareTroubles,
	releaseTime,
	troublesOf,
	type DeviceFacts,
	type DeviceTrouble
} from './device-trouble.ts';

const now = Date.parse('2026-03-02T12:00:00.000Z');
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const WELL: DeviceFacts = {
	...{ revoked: false, lastSeenAt: ago(400), appVersion: '2', reportedQueue: 0, oldestUnsentAt: null, refused: 0 },
	...{ clockLate: 299, persisted: true, freeMb: 200, mismatchAt: null, lostScans: 0, lostAt: null, salvaged: 0 },
	unconfirmedAt: null
};
const of = (change: Partial<DeviceFacts>, release: string | null = '2') =>
	troublesOf({ ...WELL, ...change }, { now, release });

const ILL: Record<DeviceTrouble, Partial<DeviceFacts>> = {
	unconfirmed: { unconfirmedAt: ago(1) },
	lost: { lostAt: ago(1), lostScans: 2 },
	stuck: { reportedQueue: 1, oldestUnsentAt: ago(1) },
	salvaged: { salvaged: 1 },
	mismatch: { mismatchAt: ago(7 * 24 - 0.1) },
	refused: { refused: 1 },
	full: { freeMb: 199 },
	clock: { clockLate: -300 },
	not_kept: { persisted: false },
	old: { appVersion: '1' }
};

test.each(ALL_TROUBLES)('%s is noticed, and nothing else with it', (trouble) => {
	expect(of(ILL[trouble])).toEqual([trouble]);
});

test('a phone that is well, however long it was silent, and one of which little is known, has none', () => {
	expect(of({})).toEqual([]);
	expect(of({ clockLate: null, persisted: null, freeMb: null, appVersion: '' })).toEqual([]);
	expect(of({ reportedQueue: 9, oldestUnsentAt: ago(0.9), mismatchAt: ago(7 * 24 + 1) })).toEqual([]);
	expect(of({ appVersion: '1' }, null)).toEqual([]);
});

test('an older release does not say since when its scans wait: then it is since it was seen', () => {
	expect(of({ reportedQueue: 1 })).toEqual(['stuck']);
	expect(of({ reportedQueue: 1, lastSeenAt: ago(0.5) })).toEqual([]);
});

test('of a revoked one only what it lost and what it handed back matters', () => {
	const everything = Object.assign({}, ...Object.values(ILL)) as Partial<DeviceFacts>;
	expect(of(everything)).toEqual(ALL_TROUBLES);
	expect(of({ ...everything, revoked: true })).toEqual(['lost', 'salvaged']);
});

test('the worst comes first, then the one with more', () => {
	const sorted = [[], ['old'], ['stuck'], ['stuck', 'old'], ['lost'], ['unconfirmed']] as DeviceTrouble[][];
	expect(sorted.toReversed().sort(compareTroubles)).toEqual([
		['unconfirmed'],
		['lost'],
		['stuck', 'old'],
		['stuck'],
		['old'],
		[]
	]);
});

test('a release that is named by the time of its build tells it', () => {
	expect(releaseTime('1795392002644')).toBe('2026-11-23T00:00:02.644Z');
	expect([releaseTime(''), releaseTime('1.4.0'), releaseTime('abcdef0123456')]).toEqual([null, null, null]);
});
