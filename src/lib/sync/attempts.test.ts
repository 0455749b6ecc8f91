import { expect, test } from 'vitest';
import { Attempts, type Pause } from './attempts.ts';
import type { Timers } from './ports.ts';

/** Timers by hand: `fire` lets the next one go off. */
class Hand implements Timers {
	waiting: { ms: number; run: () => void }[] = [];

	after(ms: number, run: () => void): () => void {
		const timer = { ms, run };
		this.waiting.push(timer);
		return () => void (this.waiting = this.waiting.filter((each) => each !== timer));
	}

	fire(): number {
		const next = this.waiting.shift()!;
		next.run();
		return next.ms;
	}
}

const settle = () => new Promise(setImmediate);

function loop(answer: () => Pause | Promise<Pause>, fraction = 1) {
	const timers = new Hand();
	let made = 0;
	const random = { fraction: () => fraction, bytes16: () => new Uint8Array(16) };
	const attempts = new Attempts(timers, random, async () => {
		made++;
		return answer();
	});
	return { timers, attempts, made: () => made };
}

test('[I19] failures wait longer and longer, sixty seconds at most, and never end', async () => {
	const { timers, attempts } = loop(() => ({ kind: 'failed' }));
	attempts.start();
	const waits: number[] = [];
	for (let i = 0; i < 30; i++) {
		await settle();
		waits.push(timers.fire());
	}
	expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
	expect(Math.max(...waits)).toBe(60000);
	expect(timers.waiting).toHaveLength(0);
});

test('[I19] the jitter only shortens', async () => {
	const { timers, attempts } = loop(() => ({ kind: 'failed' }), 0);
	attempts.start();
	await settle();
	expect(timers.fire()).toBe(700);
});

test('[I19] wakes that come all the time cannot put the next attempt off', async () => {
	const { timers, attempts, made } = loop(() => ({ kind: 'failed' }));
	attempts.start();
	for (let i = 0; i < 6; i++) {
		await settle();
		timers.fire();
	}
	await settle();
	const first = () => timers.waiting[0];
	attempts.wake('soon');
	const brought = first();
	expect(brought!.ms).toBeLessThanOrEqual(2000);
	attempts.wake('soon');
	attempts.wake('soon');
	expect(first()).toBe(brought);
	timers.fire();
	await settle();
	expect(made()).toBe(8);
});

test('a pause that the server asked for is kept by a scan and broken by a person', async () => {
	const { timers, attempts, made } = loop(() => ({ kind: 'asked', afterMs: 500_000 }));
	attempts.start();
	await settle();
	expect(timers.waiting[0]!.ms).toBe(120_000);
	attempts.wake('soon');
	expect(made()).toBe(1);
	attempts.wake('now');
	expect(made()).toBe(2);
});

test('never two attempts at once; a wake during one is answered after it', async () => {
	let end: (pause: Pause) => void = () => undefined;
	const { attempts, made } = loop(() => new Promise<Pause>((resolve) => (end = resolve)));
	attempts.start();
	attempts.wake('now');
	attempts.wake('soon');
	expect(made()).toBe(1);
	end({ kind: 'rest', afterMs: 60_000 });
	await settle();
	expect(made()).toBe(2);
});

test('an attempt that ends after a stop and a new start does not disturb the new ones', async () => {
	const ends: ((pause: Pause) => void)[] = [];
	const { timers, attempts, made } = loop(() => new Promise<Pause>((resolve) => void ends.push(resolve)));
	attempts.start();
	attempts.stop();
	attempts.start();
	expect(made()).toBe(2);
	ends[0]!({ kind: 'rest', afterMs: 1000 });
	await settle();
	expect(timers.waiting).toHaveLength(0);
	ends[1]!({ kind: 'rest', afterMs: 1000 });
	await settle();
	expect(timers.waiting).toHaveLength(1);
});

test('storage that throws under an attempt is a failure like any other', async () => {
	const { timers, attempts } = loop(() => Promise.reject(new Error('closed')));
	attempts.start();
	await settle();
	expect(timers.waiting).toHaveLength(1);
});

test('[I19] what failed is tried soon when the line is back, once a pause, and one that the server asked for is kept', async () => {
	let pause: Pause = { kind: 'failed' };
	const { attempts, timers, made } = loop(() => pause);
	attempts.start();
	for (let i = 0; i < 5; i++) {
		await settle();
		timers.fire();
	}
	await settle();
	attempts.lineIsBack();
	attempts.lineIsBack();
	expect(timers.waiting.map(({ ms }) => ms)).toEqual([2000]);
	pause = { kind: 'asked', afterMs: 30_000 };
	timers.fire();
	await settle();
	attempts.lineIsBack();
	expect(timers.waiting.map(({ ms }) => ms)).toEqual([30_000]);
	expect(made()).toBe(7);
});
