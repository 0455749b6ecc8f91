/**
 * [T5] How often tracking links may be opened, by whoever holds one or tries to guess one: in a minute, from one address and
 * for one link. Counted in memory: a restart forgives a minute.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const SECONDS = 60;
/** A whole hospital may be behind one address. */
const BY_ADDRESS = 60;
const BY_TOKEN = 30;

export class TrackingBudget {
	readonly #addresses = new RateLimiterMemory({ keyPrefix: 'address', points: BY_ADDRESS, duration: SECONDS });
	readonly #tokens = new RateLimiterMemory({ keyPrefix: 'token', points: BY_TOKEN, duration: SECONDS });

	/** Counts one request. @returns milliseconds to wait when either budget is used up, else 0 */
	async spend(token: string, address: string): Promise<number> {
		try {
			// The address first: it bounds how many made-up tokens are remembered.
			await this.#addresses.consume(address);
			await this.#tokens.consume(token);
			return 0;
		} catch (spent) {
			if (spent instanceof RateLimiterRes) return Math.max(1000, spent.msBeforeNext);
			throw spent;
		}
	}
}
