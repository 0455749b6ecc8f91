/**
 * Answers that may be a minute old, kept for the person who asked: nobody is ever given another one's. Bounded: what was
 * asked for longest ago goes first.
 */
interface Kept<T> {
	answer: Promise<T>;
	/** ms since 1970. */
	until: number;
}

export class AnswerCache<T> {
	readonly #kept = new Map<string, Kept<T>>();

	/** @param keepMs how old an answer may get @param most answers kept at once, of all people */
	constructor(
		readonly keepMs: number,
		readonly most: number,
		readonly clock: () => Date
	) {}

	get size(): number {
		return this.#kept.size;
	}

	/** The kept answer, or what `find` finds; two who ask at once wait for one finding. A failure is not kept. */
	get(personId: string, question: readonly (string | null)[], find: () => Promise<T>): Promise<T> {
		const key = JSON.stringify([personId, ...question]);
		const now = this.clock().getTime();
		const kept = this.#kept.get(key);
		this.#kept.delete(key);
		if (kept !== undefined && now < kept.until) {
			this.#kept.set(key, kept);
			return kept.answer;
		}
		const answer = find();
		const fresh = { answer, until: now + this.keepMs };
		this.#kept.set(key, fresh);
		answer.catch(() => {
			if (this.#kept.get(key) === fresh) this.#kept.delete(key);
		});
		const oldest = this.#kept.keys().next();
		if (this.#kept.size > this.most && !oldest.done) this.#kept.delete(oldest.value);
		return answer;
	}
}
