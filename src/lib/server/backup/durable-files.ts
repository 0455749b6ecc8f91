/**
 * Files that must be whole after the power goes: written, flushed, counted and hashed as they pass. Nothing here knows what
 * is in them.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Transform, Writable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** Size in bytes and SHA-256 as hexadecimal. */
export interface Weighed {
	bytes: number;
	sha256: string;
}

/** Only the account that runs Escale may read what backups hold. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** Told how many bytes have been read so far. */
export type OnBytes = (done: number) => void;

/** Passes everything on and knows afterwards how much it was. */
class Scale extends Transform {
	readonly #hash = createHash('sha256');
	#bytes = 0;

	constructor(readonly onBytes: OnBytes = () => undefined) {
		super();
	}

	override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
		this.#hash.update(chunk);
		this.#bytes += chunk.length;
		this.onBytes(this.#bytes);
		done(null, chunk);
	}

	get weighed(): Weighed {
		return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
	}
}

/** Compresses (gzip) `source` into the new file `target`, flushed. @returns what went in and what came out */
export async function compressFile(
	source: string,
	target: string,
	onBytes?: OnBytes
): Promise<{ raw: Weighed; packed: Weighed }> {
	const [raw, packed] = [new Scale(onBytes), new Scale()];
	await pipeline(createReadStream(source), raw, createGzip(), packed, newFile(target));
	return { raw: raw.weighed, packed: packed.weighed };
}

/** The way back. @throws Error of zlib when `source` is torn */
export async function expandFile(source: string, target: string, onBytes?: OnBytes): Promise<Weighed> {
	const raw = new Scale();
	await pipeline(createReadStream(source), new Scale(onBytes), createGunzip(), raw, newFile(target));
	return raw.weighed;
}

/** Copies `source` to the new file `target`, flushed. @returns what was copied */
export async function copyWeighed(source: string, target: string): Promise<Weighed> {
	const scale = new Scale();
	await pipeline(createReadStream(source), scale, newFile(target));
	return scale.weighed;
}

export async function weigh(file: string, onBytes?: OnBytes): Promise<Weighed> {
	const scale = new Scale(onBytes);
	await pipeline(createReadStream(file), scale, new Writable({ write: (_chunk, _encoding, done) => done() }));
	return scale.weighed;
}

/** A new file; flushed to the disk before the pipeline that writes it ends. */
const newFile = (target: string) => createWriteStream(target, { flags: 'wx', mode: PRIVATE_FILE, flush: true });

/** Puts `text` into `file`, whole or not at all. */
export function replaceText(file: string, text: string): void {
	const fresh = `${file}.new`;
	const handle = openSync(fresh, 'w', PRIVATE_FILE);
	try {
		writeSync(handle, text);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	renameDurably(fresh, file);
}

/** One rename, flushed: afterwards `target` is what `source` was, whatever happens. */
export function renameDurably(source: string, target: string): void {
	renameSync(source, target);
	flushPath(dirname(target));
}

/** Flushes a file's content, or the names in a folder. */
export function flushPath(path: string): void {
	const handle = openSync(path, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}
