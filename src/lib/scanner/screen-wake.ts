/**
 * Keeps the screen on while a worker scans. The phone lets go of the lock when the page is hidden, so it is taken again when
 * the page comes back; a phone without wake locks just dims.
 */
export class ScreenWake {
	#document: Document;
	#wanted: AbortController | null = null;
	#lock: WakeLockSentinel | null = null;

	constructor(target: Document) {
		this.#document = target;
	}

	hold(): void {
		if (!this.#wanted) {
			this.#wanted = new AbortController();
			this.#document.addEventListener('visibilitychange', () => void this.#take(), { signal: this.#wanted.signal });
		}
		void this.#take();
	}

	release(): void {
		this.#wanted?.abort();
		this.#wanted = null;
		void this.#lock?.release();
		this.#lock = null;
	}

	async #take(): Promise<void> {
		const wakeLock = this.#document.defaultView?.navigator.wakeLock;
		if (!wakeLock || this.#document.hidden || (this.#lock && !this.#lock.released)) return;
		try {
			const lock = await wakeLock.request('screen');
			if (this.#wanted) this.#lock = lock;
			else void lock.release();
		} catch {
			// Low battery or a page that has just been hidden: the phone decides.
		}
	}
}
