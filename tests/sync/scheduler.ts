/**
 * Time that a test moves: timers fire in order, and between two of them everything that was promised is settled, the real
 * server's own asynchronous work included. One seed, one history.
 */
import type { Clock, Random, Timers } from '#lib/sync/ports.ts';

/** Small, fast and repeatable (mulberry32). */
export class Seeded implements Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** Goes on as a new one of this seed would: what comes is then the same, whatever was drawn before. */
	restart(seed: number): void {
		this.#state = seed >>> 0;
	}

	fraction(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	bytes16(): Uint8Array {
		return Uint8Array.from({ length: 16 }, () => Math.floor(this.fraction() * 256));
	}

	/** An integer, both ends included. */
	between(least: number, most: number): number {
		return least + Math.floor(this.fraction() * (most - least + 1));
	}

	chance(probability: number): boolean {
		return this.fraction() < probability;
	}

	pick<T>(list: readonly T[]): T {
		return list[Math.floor(this.fraction() * list.length)]!;
	}
}

interface Timer {
	at: number;
	order: number;
	run: () => void;
}

export class Scheduler implements Timers, Clock {
	#now: number;
	#timers: Timer[] = [];
	#order = 0;
	#busy = 0;
	#onAdvance: (ms: number) => void;

	/** @param onAdvance moves the server's clock along */
	constructor(now: number, onAdvance: (ms: number) => void) {
		this.#now = now;
		this.#onAdvance = onAdvance;
	}

	now(): number {
		return this.#now;
	}

	after(ms: number, run: () => void): () => void {
		const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((each) => each !== timer);
		};
	}

	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => void this.after(ms, resolve));
	}

	/** Real work of the server: time stands still until it is done. */
	async busy<T>(work: Promise<T>): Promise<T> {
		this.#busy++;
		try {
			return await work;
		} finally {
			this.#busy--;
		}
	}

	/** Waits for a promise that needs no time to pass. */
	async settle(): Promise<void> {
		do await new Promise(setImmediate);
		while (this.#busy > 0);
		await new Promise(setImmediate);
	}

	/** Lets time pass. */
	async run(ms: number): Promise<void> {
		const until = this.#now + ms;
		await this.runUntil(() => false, ms);
		this.#move(until);
	}

	/** Time passes while nothing runs, as for machines that are asleep: what is due meanwhile comes late. */
	skip(ms: number): void {
		this.#move(this.#now + ms);
	}

	/** Lets time pass until something holds. @returns the milliseconds it took, or null when it did not come true in time. */
	async runUntil(holds: () => boolean, withinMs: number): Promise<number | null> {
		const began = this.#now;
		await this.settle();
		for (;;) {
			if (holds()) return this.#now - began;
			const next = this.#timers.sort((a, b) => a.at - b.at || a.order - b.order)[0];
			if (!next || next.at > began + withinMs) return null;
			this.#timers.shift();
			this.#move(next.at);
			next.run();
			await this.settle();
		}
	}

	/** The value of a promise that needs time to pass. */
	async during<T>(promise: Promise<T>, withinMs = 600_000): Promise<T> {
		let isDone = false;
		const done = promise.finally(() => (isDone = true));
		done.catch(() => undefined);
		if ((await this.runUntil(() => isDone, withinMs)) === null) throw new Error(`not done after ${withinMs} ms`);
		return done;
	}

	#move(to: number): void {
		if (to <= this.#now) return;
		this.#onAdvance(to - this.#now);
		this.#now = to;
	}
}
