/**
 * Reads that stay current: a query runs again when something that it read was changed, in this tab or another.
 */
import { liveQuery } from 'dexie';
import type { Live } from '#lib/sync/client.ts';

/** A query whose storage fails keeps its last value; `onError` hears why. */
export function live<T>(query: () => Promise<T>, onError: (error: unknown) => void): Live<T> {
	return (listener) => {
		const subscription = liveQuery(query).subscribe({ next: listener, error: onError });
		return () => subscription.unsubscribe();
	};
}

/** A value in memory that tells its listeners when it changes. */
export class Told<T> {
	#value: T;
	#listeners = new Set<(value: T) => void>();

	constructor(value: T) {
		this.#value = value;
	}

	get value(): T {
		return this.#value;
	}

	set(value: T): void {
		this.#value = value;
		for (const listener of this.#listeners) listener(value);
	}

	live: Live<T> = (listener) => {
		this.#listeners.add(listener);
		listener(this.#value);
		return () => void this.#listeners.delete(listener);
	};
}
