/**
 * Beside the database, a small file that remembers how far references and carton codes were given out (R5): a database
 * copied back by hand forgets, the file does not. It is written before the answer that gives out a number leaves, in steps
 * that cover the next hundred, so that it costs one flush now and then. Restoring with it is `sync.md` §6.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** `<name>:<year>` → the first number that the file does not cover. */
export type Heads = Record<string, number>;

interface Written {
	epoch: string;
	/** The feed's head when it was written: a database behind it is an older copy. */
	headSeq: number;
	heads: Heads;
}

export const headKey = (name: string, year: number): string => `${name}:${year}`;

const STEP = 100;

export class HighWater {
	readonly #path: string | null;
	#heads: Heads = {};
	#isBehind = false;

	/** @param file the database's path; null: in memory, nothing is written */
	constructor(file: string | null) {
		this.#path = file === null ? null : `${file}.high-water.json`;
	}

	/** What was written last, or null. An unreadable file counts as none: the allocators in the database still hold. */
	read(): Written | null {
		if (this.#path === null || !existsSync(this.#path)) return null;
		try {
			const written = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Written>;
			if (typeof written.epoch !== 'string' || typeof written.headSeq !== 'number' || !written.heads) return null;
			this.#heads = { ...written.heads };
			return { epoch: written.epoch, headSeq: written.headSeq, heads: { ...written.heads } };
		} catch {
			return null;
		}
	}

	/** `next` is about to become the allocator's head; the file must cover it before the answer leaves. */
	cover(name: string, year: number, next: number): void {
		const key = headKey(name, year);
		if (next <= (this.#heads[key] ?? 0)) return;
		this.#heads[key] = next + STEP;
		this.#isBehind = true;
	}

	/** Writes what `cover` asked for, flushed to the disk. @throws when it cannot: then nothing may be given out */
	flush(epoch: string, headSeq: () => number): void {
		if (this.#isBehind) this.write(epoch, headSeq(), this.#heads);
	}

	write(epoch: string, headSeq: number, heads: Heads): void {
		this.#isBehind = false;
		this.#heads = { ...heads };
		if (this.#path === null) return;
		const fresh = `${this.#path}.new`;
		const handle = openSync(fresh, 'w', 0o644);
		writeSync(handle, JSON.stringify({ epoch, headSeq, heads } satisfies Written));
		fsyncSync(handle);
		closeSync(handle);
		renameSync(fresh, this.#path);
		const folder = openSync(dirname(this.#path), 'r');
		fsyncSync(folder);
		closeSync(folder);
	}
}
