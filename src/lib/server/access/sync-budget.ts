/**
 * How much a device may sync: calls per minute, with a third of them at once. Its own budget, so that 200 phones behind one
 * router do not use up each other's, and none starves the desk.
 */
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export class SyncBudget {
	readonly #limiter: BurstyRateLimiter;

	constructor(callsPerMinute: number) {
		this.#limiter = new BurstyRateLimiter(
			new RateLimiterMemory({ points: Math.ceil(callsPerMinute / 60), duration: 1 }),
			new RateLimiterMemory({ keyPrefix: 'burst', points: Math.ceil(callsPerMinute / 3), duration: 60 })
		);
	}

	/** Counts one call. @returns milliseconds to wait when the budget is used up, else 0 */
	async spend(deviceId: string): Promise<number> {
		try {
			await this.#limiter.consume(deviceId);
			return 0;
		} catch (spent) {
			if (spent instanceof RateLimiterRes) return Math.max(1000, spent.msBeforeNext);
			throw spent;
		}
	}
}
