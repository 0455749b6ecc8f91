/**
 * Says whether a read is a new scan or the same one again. A camera sees a code many times a second while it is held in
 * view, and two scanners may see one code at once; a worker means one scan. Pure: time comes with each read.
 */
import type { Read } from './ports.ts';

export interface GateTimes {
	/** A code counts again after the camera has not seen it for this long, in ms. */
	absentMs: number;
	/** A scanner that types cannot say that the code left its view: the same code counts again after this long, in ms. */
	repeatMs: number;
	/** The same code from another source within this long is the same scan, in ms. */
	twinMs: number;
}

export const GATE_TIMES: GateTimes = { absentMs: 600, repeatMs: 1500, twinMs: 300 };

/**
 * `new`: act on it. `held`: still in the camera's view. `twin`: another scanner has just delivered it. `repeat`: the same
 * trigger pulled twice; worth a small sign, because a worker may have meant it.
 */
export type GateVerdict = 'new' | 'held' | 'twin' | 'repeat';

interface Seen {
	source: Read['source'];
	/** When it last counted. */
	countedAt: number;
	/** When a camera last saw it. */
	lastSeenAt: number;
}

export class ScanGate {
	#times: GateTimes;
	#seen = new Map<string, Seen>();

	constructor(times: Partial<GateTimes> = {}) {
		this.#times = { ...GATE_TIMES, ...times };
	}

	/** `at` of the reads must not go back by more than the times above; a clock set back re-arms at most one scan late. */
	admit(read: Pick<Read, 'text' | 'source' | 'at'>): GateVerdict {
		const key = sameCodeKey(read.text);
		const seen = this.#seen.get(key);
		const verdict = seen ? this.#compare(seen, read) : 'new';
		if (verdict === 'new') this.#seen.set(key, { source: read.source, countedAt: read.at, lastSeenAt: read.at });
		else if (seen && isCamera(read.source)) seen.lastSeenAt = read.at;
		this.#forget(read.at);
		return verdict;
	}

	#compare(seen: Seen, read: Pick<Read, 'source' | 'at'>): GateVerdict {
		const sinceCounted = read.at - seen.countedAt;
		if (sinceCounted < 0) return 'new';
		if (isCamera(read.source)) {
			if (isCamera(seen.source)) return read.at - seen.lastSeenAt < this.#times.absentMs ? 'held' : 'new';
			// The wedge delivered it first and the camera still looks at it: one scan for as long as it stays in view.
			if (seen.lastSeenAt > seen.countedAt) return read.at - seen.lastSeenAt < this.#times.absentMs ? 'held' : 'new';
			return sinceCounted < this.#times.twinMs ? 'twin' : 'new';
		}
		if (seen.source !== read.source) return sinceCounted < this.#times.twinMs ? 'twin' : 'new';
		// A person who types the code again means it; only the echo of one Enter is taken away.
		return sinceCounted < (read.source === 'typed' ? this.#times.twinMs : this.#times.repeatMs) ? 'repeat' : 'new';
	}

	/** Keeps the memory of a shift bounded. */
	#forget(now: number): void {
		const oldest = now - Math.max(this.#times.absentMs, this.#times.repeatMs, this.#times.twinMs);
		for (const [key, seen] of this.#seen)
			if (Math.max(seen.countedAt, seen.lastSeenAt) < oldest) this.#seen.delete(key);
	}
}

/** Codes compare without case, GTINs at any length (R4). */
export function sameCodeKey(text: string): string {
	const code = text.trim().toUpperCase();
	return /^(\d{8}|\d{12,14})$/.test(code) ? code.padStart(14, '0') : code;
}

function isCamera(source: Read['source']): boolean {
	return source === 'camera' || source === 'camera-fallback';
}
