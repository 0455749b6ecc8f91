/**
 * A replica's live value as something a screen can read: subscribes while an effect or a template reads it, and lets go
 * when nobody does. Knows nothing of what the value is.
 */
import { createSubscriber } from 'svelte/reactivity';
import type { Live } from '#lib/sync/client.ts';

export class LiveValue<T, Start = T> {
	#value: T | Start;
	#subscribe: () => void;

	/** `start` is what a screen reads until the replica has answered for the first time. */
	constructor(live: Live<T>, start: Start) {
		this.#value = start;
		this.#subscribe = createSubscriber((update) => {
			// An answer given while subscribing is read right after; telling the reader again would only run it twice.
			let subscribing = true;
			const stop = live((value) => {
				this.#value = value;
				if (!subscribing) update();
			});
			subscribing = false;
			return stop;
		});
	}

	get current(): T | Start {
		this.#subscribe();
		return this.#value;
	}
}
