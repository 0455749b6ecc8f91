/**
 * This device's clock, timers and randomness, as the ports want them.
 */
import type { Clock, Random, Timers } from '#lib/sync/ports.ts';

export const browserClock: Clock = { now: () => Date.now() };

export const browserTimers: Timers = {
	after(ms, run) {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	}
};

export const browserRandom: Random = {
	fraction: () => Math.random(),
	bytes16: () => crypto.getRandomValues(new Uint8Array(16))
};
