/**
 * The folder of uploaded photos: one file each, named by its id. A file is there whole or not at all: it is written under a
 * temporary name, flushed, and renamed. Knows nothing of disputes or people.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#lib/server/make-folder.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { newUuid } from '#lib/server/uuid.ts';

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

export class PhotoFiles {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Writes it durably; the same id again takes its place. @throws TransportError `storage_full` */
	async save(id: string, bytes: Uint8Array): Promise<void> {
		const temporary = join(this.#folder, `.${id}.${newUuid()}`);
		try {
			makeFolder(this.#folder, 0o700);
			const file = await open(temporary, 'wx', 0o600);
			try {
				await file.writeFile(bytes);
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(temporary, this.#path(id));
			await this.#flushFolder();
		} catch (error) {
			await rm(temporary, { force: true }).catch(() => undefined);
			if (!FULL.has((error as NodeJS.ErrnoException).code)) throw error;
			throw new TransportError('storage_full', 'The disk of the photos is full.', { cause: error });
		}
	}

	/** Null: it is not there. */
	async read(id: string): Promise<Uint8Array<ArrayBuffer> | null> {
		try {
			return new Uint8Array(await readFile(this.#path(id)));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
			throw error;
		}
	}

	async has(id: string): Promise<boolean> {
		return stat(this.#path(id)).then(
			(found) => found.isFile(),
			() => false
		);
	}

	/** `id` was checked to be a UUID: it names no other folder. */
	#path(id: string): string {
		return join(this.#folder, id);
	}

	/** The new name is on disk, too. */
	async #flushFolder(): Promise<void> {
		const folder = await open(this.#folder, 'r');
		try {
			await folder.sync();
		} finally {
			await folder.close();
		}
	}
}
