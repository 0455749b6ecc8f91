import { expect, test } from 'vitest';
import { Uids } from './uid.ts';

const random = { fraction: () => 0, bytes16: () => crypto.getRandomValues(new Uint8Array(16)) };

test('[I31] ids are UUIDv7, sort in the order of making, and stay so when the clock goes back', () => {
	let now = Date.parse('2026-03-02T08:00:00.000Z');
	const uids = new Uids({ now: () => now }, random);
	const made: string[] = [];
	for (let i = 0; i < 10_000; i++) {
		if (i === 5000) now -= 400 * 86_400_000;
		if (i === 6000) now += 401 * 86_400_000;
		made.push(uids.next());
	}
	expect(
		made.filter((uid) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uid))
	).toEqual([]);
	expect([...made].sort()).toEqual(made);
	expect(new Set(made).size).toBe(made.length);
});
