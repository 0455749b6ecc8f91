/**
 * What a backup says about itself: the file `manifest.json` of its folder, with a checksum of its own, so that a torn or
 * edited one is told from a whole one. The folder is named after the instant at which it was made.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupRefusal } from './backup-refusal.ts';
import { replaceText } from './durable-files.ts';

/** Raised when an older program could not restore what a newer one writes. */
export const FORMAT = 1;
export const MANIFEST = 'manifest.json';
export const DATABASE = 'escale.db.gz';
export const UPLOADS = 'uploads';
export const SECRETS = 'secrets';

const weighed = { bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) };
/** Below its folder, with `/`; never out of it. */
const relativePath = z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'));
const file = z.object({ path: relativePath, ...weighed });

const manifest = z.object({
	format: z.int(),
	application: z.literal('escale'),
	/** ISO, UTC. */
	madeAt: z.iso.datetime(),
	appVersion: z.string(),
	node: z.string(),
	/** Which installation it is of, and in which epoch. */
	instance: z.string(),
	epoch: z.string(),
	headSeq: z.int(),
	schema: z.object({ latestMigration: z.string(), schemaCurrent: z.int() }),
	/** As it lies in the backup. */
	database: z.object(weighed),
	/** As it is when unpacked. */
	unpacked: z.object(weighed),
	/** Rows by SQL table. */
	counts: z.record(z.string(), z.int()),
	/** The running sums of the synced rows, by scope and table. */
	digests: z.array(z.object({ scope: z.string(), table: z.string(), count: z.int(), sum: z.int() })),
	/** Null where the installation has no folder of uploads. */
	uploads: z.array(file).nullable(),
	secrets: z.array(file).nullable()
});

export type Manifest = z.infer<typeof manifest>;
export type BackedUpFile = z.infer<typeof file>;

const sealed = z.object({ sha256: z.string(), manifest: z.unknown() });
const sealOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** `2026-03-02T08-00-00-000Z`: sorts by time and is a name on every file system. */
export const nameOf = (madeAt: string): string => madeAt.replaceAll(/[:.]/g, '-');

export function writeManifest(folder: string, content: Manifest): void {
	replaceText(
		join(folder, MANIFEST),
		`${JSON.stringify({ sha256: sealOf(content), manifest: content }, null, '\t')}\n`
	);
}

/** @throws BackupRefusal when there is none, it was changed, or a newer program made it */
export function readManifest(folder: string): Manifest {
	let text: string;
	try {
		text = readFileSync(join(folder, MANIFEST), 'utf8');
	} catch (error) {
		const advice = 'List what there is: npm run -s ops -- backups';
		throw new BackupRefusal('missing', folder, 'there is no backup here.', advice, error);
	}
	const { sha256, manifest: content } = parseSealed(folder, text);
	if (sealOf(content) !== sha256) tampered(folder);
	const format = (content as { format?: unknown } | null)?.format;
	if (typeof format === 'number' && format > FORMAT) {
		throw new BackupRefusal('newer', folder, 'a newer Escale made it.', 'Restore it with that program.');
	}
	const parsed = manifest.safeParse(content);
	return parsed.success ? parsed.data : tampered(folder);
}

function parseSealed(folder: string, text: string): z.infer<typeof sealed> {
	try {
		return sealed.parse(JSON.parse(text));
	} catch {
		return tampered(folder);
	}
}

function tampered(folder: string): never {
	throw new BackupRefusal('tampered', folder, 'its manifest was changed or torn.', 'Take another backup.');
}
