/** Compares what lies in a backup with its manifest, byte by byte. Reads only. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BackupRefusal } from './backup-refusal.ts';
import { filesOf } from './backup-folder.ts';
import { weigh } from './durable-files.ts';
import { readManifest, type Manifest } from './manifest.ts';

/** @param onBytes how much of all files has been read, of how much */
export async function readBack(
	folder: string,
	onBytes: (done: number, total: number) => void = () => undefined
): Promise<Manifest> {
	const manifest = readManifest(folder);
	const files = filesOf(manifest);
	const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
	let done = 0;
	for (const { path, bytes, sha256 } of files) {
		const file = join(folder, path);
		if (!existsSync(file)) refuse('truncated', file, 'it is missing.');
		if (statSync(file).size !== bytes) refuse('truncated', file, `it has ${statSync(file).size} bytes of ${bytes}.`);
		const found = await weigh(file, (read) => onBytes(done + read, total));
		if (found.sha256 !== sha256) refuse('tampered', file, 'its content is not what the manifest says.');
		done += bytes;
	}
	return manifest;
}

function refuse(reason: 'truncated' | 'tampered', file: string, why: string): never {
	throw new BackupRefusal(reason, file, why, 'Take another backup.');
}
