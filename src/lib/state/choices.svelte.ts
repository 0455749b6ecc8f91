/**
 * A code with several meanings, waiting for the worker to choose one (R4). At most one at a time: a new scan replaces it.
 */
import type { Meaning } from '#lib/sync/client.ts';

export interface OpenChoice {
	code: string;
	meanings: readonly Meaning[];
	choose: (meaning: Meaning) => Promise<void>;
}

export class Choices {
	#current = $state.raw<OpenChoice | null>(null);

	get current(): OpenChoice | null {
		return this.#current;
	}

	offer(choice: OpenChoice): void {
		this.#current = choice;
	}

	/** The worker has chosen; the list goes before anything else happens. */
	async choose(meaning: Meaning): Promise<void> {
		const choice = this.#current;
		this.#current = null;
		await choice?.choose(meaning);
	}

	clear(): void {
		this.#current = null;
	}
}
