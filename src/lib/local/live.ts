/**
 * Reads that stay current: a query runs again when something that it read was changed, in this tab or another.
 */
import type { Live } from '#lib/sync/client.ts';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import type { IdbStore } from './idb-store.ts';
import { Touches } from './touches.ts';

/** A query whose storage fails keeps its last value, and runs again with the next change; `onError` hears why. */
export function live<T>(
	store: IdbStore,
	query: (store: ReplicaStore) => Promise<T>,
	onError: (error: unknown) => void
): Live<T> {
	return (listener) => {
		let isStopped = false;
		let isRunning = false;
		let isDue: (isMet: (reads: Touches) => boolean) => boolean;
		/** Changes that came while it ran, before or after it had read what they changed. */
		let missed: Parameters<typeof isDue>[0][] = [];

		const runOnce = async () => {
			const reads = new Touches();
			missed = [];
			let value: T;
			try {
				value = await query(store.watched(reads));
			} catch (error) {
				isDue = () => true;
				if (!isStopped) onError(error);
				return;
			}
			isDue = (isMet) => isMet(reads);
			if (!isStopped) listener(value);
		};
		const run = async () => {
			isRunning = true;
			try {
				do await runOnce();
				while (!isStopped && missed.some((isMet) => isDue(isMet)));
			} finally {
				isRunning = false;
			}
		};
		const stop = store.news.listen((isMet) => {
			if (isRunning) missed.push(isMet);
			else if (isDue(isMet)) void run();
		});
		void run();
		return () => {
			isStopped = true;
			stop();
		};
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
