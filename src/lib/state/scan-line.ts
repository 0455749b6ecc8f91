/**
 * The line that scans and button presses stand in: each is taken once (`ScanGate`), in the order it came, one at a time, and
 * none is lost while another is being committed. Runs on the phone for every source together; what a scan means is the
 * handler's business.
 */
import type { Read, ReadSourceName } from '#lib/scanner/ports.ts';
import { ScanGate } from '#lib/scanner/scan-gate.ts';

export type TakenRead = Pick<Read, 'text' | 'source' | 'at'> & { symbology: string | null };

export interface ScanLineHandlers {
	/** One scan, from reading to its answer. The next one waits for it. */
	scan: (read: TakenRead) => Promise<void>;
	/** The same trigger pulled twice: worth a small sign, because a worker may have meant it. */
	repeated: (read: TakenRead) => void;
	/** The handler threw, which is a bug: the worker must hear that this scan was not taken. */
	failed: (read: TakenRead, error: unknown) => void;
	/** More are waiting than a hand can have scanned. */
	overflowed: (read: TakenRead) => void;
}

/** A scan takes milliseconds; so many waiting means that something is stuck, and the worker is told instead of it growing. */
export const MAX_WAITING = 500;

export class ScanLine {
	#gate: ScanGate;
	#handlers: ScanLineHandlers;
	#waiting: (() => Promise<void>)[] = [];
	#running: Promise<void> | null = null;

	constructor(handlers: ScanLineHandlers, repeatMs?: number) {
		this.#handlers = handlers;
		this.#gate = new ScanGate(repeatMs === undefined ? {} : { repeatMs });
	}

	/** How long the same code must be away from a trigger before it counts again, in ms. */
	rearmAfter(repeatMs: number): void {
		this.#gate = new ScanGate({ repeatMs });
	}

	/** Takes a read from whatever source. Empty text is no read. */
	take(read: { text: string; source: ReadSourceName; at: number; symbology?: string | null }): void {
		const text = read.text.trim();
		if (text === '') return;
		const taken = { text, source: read.source, at: read.at, symbology: read.symbology ?? null };
		const verdict = this.#gate.admit(taken);
		if (verdict === 'repeat') this.#handlers.repeated(taken);
		if (verdict !== 'new') return;
		if (this.#waiting.length >= MAX_WAITING) return this.#handlers.overflowed(taken);
		this.#queue(async () => {
			try {
				await this.#handlers.scan(taken);
			} catch (error) {
				this.#handlers.failed(taken, error);
			}
		});
	}

	/**
	 * A button was pressed: its turn comes after the scans and presses before it, so that it sees what they did. Rejects with
	 * what `run` throws.
	 */
	press(run: () => void | Promise<void>): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#queue(async () => {
				try {
					resolve(await run());
				} catch (error) {
					reject(error as Error);
				}
			});
		});
	}

	/** Resolves when nothing waits any more. */
	async idle(): Promise<void> {
		while (this.#running) await this.#running;
	}

	#queue(turn: () => Promise<void>): void {
		this.#waiting.push(turn);
		this.#running ??= this.#work();
	}

	async #work(): Promise<void> {
		for (let turn = this.#waiting.shift(); turn; turn = this.#waiting.shift()) await turn();
		this.#running = null;
	}
}
