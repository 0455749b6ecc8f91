/** How much one person may ask in a minute, whatever they ask with. Counted in memory: a restart forgives a minute. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export class PersonBudget {
	readonly #limiter: RateLimiterMemory;

	constructor(requestsPerMinute: number) {
		this.#limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
	}

	/** Counts one request. @returns milliseconds to wait when the budget is used up, else 0 */
	async spend(personId: string): Promise<number> {
		try {
			await this.#limiter.consume(personId);
			return 0;
		} catch (spent) {
			if (spent instanceof RateLimiterRes) return Math.max(1000, spent.msBeforeNext);
			throw spent;
		}
	}
}
