/**
 * One drainer per browser profile: a Web Lock, which a visible tab may take from one that has been silent for ten seconds
 * (a frozen tab keeps its lock for ever). A hidden holder gives way to a visible tab that asks. Correctness never depends
 * on it (I20), so a browser without Web Locks simply drains in every tab.
 */
import type { DrainLock } from '#lib/sync/ports.ts';

type Word = { kind: 'ping'; visible: boolean } | { kind: 'pong' };

const PING_EVERY_MS = 3000;
const SILENT_AFTER_MS = 10_000;

export class TabLock implements DrainLock {
	#name: string;
	#channel: BroadcastChannel | null = null;
	#timer: ReturnType<typeof setInterval> | null = null;
	#release: (() => void) | null = null;
	#waiting: AbortController | null = null;
	#heardAt = 0;
	#stopped = true;
	#onHeld: () => void = () => undefined;
	#onLost: () => void = () => undefined;

	constructor(name: string) {
		this.#name = name;
	}

	start(onHeld: () => void, onLost: () => void): void {
		this.#onHeld = onHeld;
		this.#onLost = onLost;
		this.#stopped = false;
		if (!('locks' in navigator)) return onHeld();
		this.#channel = new BroadcastChannel(`${this.#name}-lock`);
		this.#channel.onmessage = ({ data }: MessageEvent<Word>) => this.#heard(data);
		this.#heardAt = Date.now();
		this.#timer = setInterval(() => this.#watch(), PING_EVERY_MS);
		this.#request(false);
	}

	stop(): void {
		this.#stopped = true;
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#waiting?.abort();
		this.#release?.();
		this.#channel?.close();
	}

	#request(steal: boolean): void {
		this.#waiting?.abort();
		this.#waiting = steal ? null : new AbortController();
		const options: LockOptions = steal ? { steal: true } : { signal: this.#waiting!.signal };
		navigator.locks
			.request(this.#name, options, () => this.#hold())
			.then(
				() => this.#again(),
				(error: unknown) => {
					// Our own waiting was called off: another request took its place.
					if (this.#release === null && error instanceof DOMException && error.name === 'AbortError') return;
					this.#lost();
					this.#again();
				}
			);
	}

	/** Holds until released or stolen. */
	#hold(): Promise<void> {
		if (this.#stopped) return Promise.resolve();
		this.#waiting = null;
		return new Promise((resolve) => {
			this.#release = () => {
				this.#lost();
				resolve();
			};
			this.#onHeld();
		});
	}

	#lost(): void {
		if (this.#release === null) return;
		this.#release = null;
		if (!this.#stopped) this.#onLost();
	}

	#again(): void {
		if (this.#stopped) return;
		this.#heardAt = Date.now();
		this.#request(false);
	}

	#heard(word: Word): void {
		if (word.kind === 'pong') this.#heardAt = Date.now();
		else if (this.#release) {
			this.#channel?.postMessage({ kind: 'pong' } satisfies Word);
			if (word.visible && document.visibilityState === 'hidden') this.#release();
		}
	}

	/** Only a tab that waits, and that somebody looks at, asks whether the holder is alive. */
	#watch(): void {
		if (this.#release || document.visibilityState === 'hidden') {
			this.#heardAt = Date.now();
			return;
		}
		if (Date.now() - this.#heardAt > SILENT_AFTER_MS) {
			this.#heardAt = Date.now();
			this.#request(true);
		} else this.#channel?.postMessage({ kind: 'ping', visible: true } satisfies Word);
	}
}
