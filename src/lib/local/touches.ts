/**
 * What a transaction wrote or a query read, by store and key, and who is told: queries run again when the two meet, in this tab
 * and in the others (`live.ts`).
 */
import type { StoreName } from '#lib/sync/records.ts';

type Key = string | number;
/** Of each store the keys, or null for all of it. */
type Stores = Map<StoreName, Set<Key> | null>;

/** Above this, naming each costs more than reading again for nothing. */
const MOST_KEYS = 200;

export class Touches {
	readonly stores: Stores = new Map();

	keys(store: StoreName, keys: readonly Key[]): void {
		const known = this.stores.get(store);
		if (known === null) return;
		const all = known ?? new Set<Key>();
		for (const key of keys) all.add(key);
		this.stores.set(store, all.size > MOST_KEYS ? null : all);
	}

	whole(store: StoreName): void {
		this.stores.set(store, null);
	}

	meets(others: Stores): boolean {
		for (const [store, keys] of this.stores) {
			const theirs = others.get(store);
			if (theirs === undefined) continue;
			if (keys === null || theirs === null || haveOneInCommon(keys, theirs)) return true;
		}
		return false;
	}
}

function haveOneInCommon(some: Set<Key>, others: Set<Key>): boolean {
	for (const key of some) if (others.has(key)) return true;
	return false;
}

type Listener = (isMet: (reads: Touches) => boolean) => void;

/** One per open database. */
export class ChangeNews {
	#channel: BroadcastChannel | null;
	#listeners = new Set<Listener>();
	#shown = (event: PageTransitionEvent) => event.persisted && this.#hear(() => true);

	/** @param name of the database */
	constructor(name: string) {
		this.#channel = new BroadcastChannel(`${name}-touches`);
		this.#channel.onmessage = ({ data }: MessageEvent<Stores>) => this.#hear((reads) => reads.meets(data));
		// A page that comes back as it was left has missed what the others said.
		addEventListener('pageshow', this.#shown);
	}

	/** What a transaction that is on disk wrote. Who waits for its answer gets that first: the queries would take its processor. */
	tell({ stores }: Touches): void {
		if (stores.size === 0) return;
		this.#channel?.postMessage(stores);
		setTimeout(() => this.#hear((reads) => reads.meets(stores)));
	}

	/** @returns what ends it */
	listen(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	close(): void {
		removeEventListener('pageshow', this.#shown);
		this.#channel?.close();
		this.#channel = null;
		this.#listeners.clear();
	}

	#hear(isMet: (reads: Touches) => boolean): void {
		for (const listener of this.#listeners) listener(isMet);
	}
}
