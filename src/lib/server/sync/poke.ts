/**
 * "There is news": tells open streams that their scope changed, so that they pull. A poke carries no data, so losing or
 * joining some costs nothing; a desk's says which tables, so that a page is not read anew for what it does not show. It goes only to streams whose scope changed and not to the replica that caused it.
 */
import type { News } from '#lib/server/store/group-commit.ts';
import type { EventHub, Poke, Subscriber } from '#lib/server/store/store-port.ts';

/** Time as the hub needs it; tests move it by hand. */
export interface HubTimers {
	now: () => number;
	/** @returns what cancels it */
	after: (ms: number, run: () => void) => () => void;
	/** 0 ≤ x < 1: phones are spread, so that two hundred of them do not pull at once. */
	fraction: () => number;
}

export const realTimers: HubTimers = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
	fraction: Math.random
};

/** The least time between two pokes of one stream. A phone's is jittered from 1.5 to 2.5 seconds. */
const DESK_MS = 250;
const PHONE_MS = 2_000;

interface Stream extends Subscriber {
	quietUntil: number;
	/** Cancels the poke that waits for the end of the quiet time; null: none waits. */
	waiting: (() => void) | null;
	/** What the next poke is about. */
	touched: Set<string>;
}

export class PokeHub implements EventHub {
	readonly #timers: HubTimers;
	readonly #streams = new Set<Stream>();
	#latest: Poke;

	constructor(epoch: string, headSeq: number, timers: HubTimers = realTimers) {
		this.#timers = timers;
		this.#latest = { epoch, headSeq };
	}

	subscribe(subscriber: Subscriber): () => void {
		const stream: Stream = { ...subscriber, quietUntil: 0, waiting: null, touched: new Set() };
		this.#streams.add(stream);
		return () => {
			stream.waiting?.();
			stream.waiting = null;
			this.#streams.delete(stream);
		};
	}

	streams(): { desk: number; phone: number } {
		const open = { desk: 0, phone: 0, server: 0 };
		for (const { kind } of this.#streams) open[kind]++;
		return { desk: open.desk, phone: open.phone };
	}

	/** After a COMMIT. */
	publish(news: readonly News[], headSeq: number): void {
		this.#latest = { ...this.#latest, headSeq };
		if (news.length === 0) return;
		for (const stream of this.#streams) {
			const concerning = news.filter((one) => concerns(one, stream));
			if (concerning.length === 0) continue;
			for (const { tables } of concerning) for (const table of tables) stream.touched.add(table);
			this.#poke(stream);
		}
	}

	announce(topic: string, to: 'everybody' | 'desks'): void {
		for (const stream of this.#streams) {
			if (to === 'desks' && stream.kind !== 'desk') continue;
			stream.touched.add(topic);
			this.#poke(stream);
		}
	}

	/** Ends every waiting poke and forgets the streams. */
	close(): void {
		for (const stream of this.#streams) stream.waiting?.();
		this.#streams.clear();
	}

	#poke(stream: Stream): void {
		if (stream.waiting !== null) return;
		const wait = stream.quietUntil - this.#timers.now();
		if (wait > 0) {
			stream.waiting = this.#timers.after(wait, () => {
				stream.waiting = null;
				this.#send(stream);
			});
			return;
		}
		this.#send(stream);
	}

	#send(stream: Stream): void {
		const pause = stream.kind === 'phone' ? PHONE_MS * (0.75 + this.#timers.fraction() / 2) : DESK_MS;
		stream.quietUntil = this.#timers.now() + pause;
		const tables = [...stream.touched].sort();
		stream.touched.clear();
		try {
			stream.poke(stream.kind === 'desk' ? { ...this.#latest, tables } : this.#latest);
		} catch {
			// A stream that cannot be told is gone; its browser opens another. The answers of this group must still leave.
			this.#streams.delete(stream);
		}
	}
}

function concerns({ replicaId, scopes }: News, stream: Stream): boolean {
	if (replicaId !== null && replicaId === stream.replicaId) return false;
	const { scopes: wanted } = stream;
	return wanted === 'all' ? scopes.length > 0 : scopes.some((scope) => wanted.includes(scope));
}
