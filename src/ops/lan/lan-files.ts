/**
 * The authority and the certificate on the disk: the folder `lan` beside the database, for the account that runs Escale alone.
 * A pair is one file, certificate and key together, written whole or not at all.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRIVATE_FOLDER, replaceText } from '#lib/server/backup/durable-files.ts';
import { makeFolder } from '#lib/server/make-folder.ts';
import { StepFailed } from '../progress.js';
import type { KeyPair } from './certificates.ts';

const OTHERS_MAY = 0o077;

export interface LanFiles {
	folder: string;
	authority: string;
	certificate: string;
}

/** @param databaseFile an absolute path */
export function lanFiles(databaseFile: string): LanFiles {
	const folder = join(dirname(databaseFile), 'lan');
	return { folder, authority: join(folder, 'lan-authority.pem'), certificate: join(folder, 'lan-certificate.pem') };
}

/** @throws StepFailed when other accounts may read it: its key is then no secret any more. Null: there is none. */
export function readPair(file: string): KeyPair | null {
	if (!existsSync(file)) return null;
	const mode = openMode(file);
	if (mode !== null)
		throw new StepFailed(
			`Other accounts of this machine can read ${file} (mode ${mode}), which holds a private key. If nobody did: chmod 600 ${file}`
		);
	const text = readFileSync(file, 'utf8');
	return { certificate: pemIn(text, 'CERTIFICATE'), key: pemIn(text, 'PRIVATE KEY') };
}

/** Its permissions when they let others in, as chmod writes them; null: they do not, or there is no such file. */
export function openMode(file: string): string | null {
	const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
	return (mode & OTHERS_MAY) === 0 ? null : (mode & 0o777).toString(8);
}

export function writePair(file: string, { certificate, key }: KeyPair): void {
	makeFolder(dirname(file), PRIVATE_FOLDER);
	replaceText(file, certificate + key);
}

/** Empty where there is none. */
const pemIn = (text: string, label: string): string =>
	new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n?`).exec(text)?.[0] ?? '';
