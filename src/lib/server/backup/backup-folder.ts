/**
 * The folder `BACKUP_DIR`: one folder per backup, named after its instant, and `records.json` with what was noted about them:
 * when one was read back whole, copied elsewhere, tried out in a drill. What is being made has a name that starts with a dot.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '#lib/server/make-folder.ts';
import { BackupRefusal, writingRefusal } from './backup-refusal.ts';
import { PRIVATE_FOLDER, replaceText } from './durable-files.ts';
import { DATABASE, MANIFEST, readManifest, SECRETS, UPLOADS, type Manifest } from './manifest.ts';
import { outlived } from './retention.ts';

const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/;
const MAKING = /^\.making-(\d+)-/;
const RECORDS = 'records.json';

export interface ListedBackup {
	name: string;
	folder: string;
	/** ISO. */
	madeAt: string;
	/** Bytes of everything in it. */
	bytes: number;
	/** Null when the manifest cannot be read. */
	manifest: Manifest | null;
	/** The manifest is whole and every file is there in its size. Contents are compared by `readBack`. */
	good: boolean;
}

const drill = z.object({
	backup: z.string(),
	at: z.string(),
	ok: z.boolean(),
	seconds: z.number(),
	found: z.array(z.string())
});
const records = z.object({
	/** By name: when every byte was last compared with the manifest. */
	verified: z.record(z.string(), z.string()),
	copies: z.array(z.object({ backup: z.string(), at: z.string(), to: z.string() })),
	/** The last 100 restore drills, oldest first. */
	drills: z.array(drill)
});
export type Records = z.infer<typeof records>;
export type Drill = z.infer<typeof drill>;

/** Where what is being made lies until it is whole. */
export const makingName = (name: string): string => `.making-${process.pid}-${name}`;

/** Makes the folder if it is absent. @throws BackupRefusal */
export function makeBackupDir(dir: string): void {
	try {
		makeFolder(dir, PRIVATE_FOLDER);
		removeLeftovers(dir);
	} catch (error) {
		throw writingRefusal(error, dir);
	}
}

/** What a process that is gone had begun below a folder. */
export function removeLeftovers(dir: string): void {
	for (const name of readdirSync(dir)) {
		const pid = Number(MAKING.exec(name)?.[1] ?? process.pid);
		if (pid !== process.pid && !isRunning(pid)) rmSync(join(dir, name), { recursive: true, force: true });
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Newest first; a folder that does not exist has none. */
export function listBackups(dir: string): ListedBackup[] {
	if (!existsSync(dir)) return [];
	const names = readdirSync(dir).filter((name) => NAME.test(name));
	return names
		.sort()
		.reverse()
		.map((name) => look(join(dir, name)));
}

function look(folder: string): ListedBackup {
	const name = basename(folder);
	const [day, time] = name.split('T') as [string, string];
	const madeAt = `${day}T${time.replace(/^(\d\d)-(\d\d)-(\d\d)-/, '$1:$2:$3.')}`;
	let manifest: Manifest | null = null;
	try {
		manifest = readManifest(folder);
	} catch (error) {
		if (!(error instanceof BackupRefusal)) throw error;
	}
	const good = manifest !== null && filesOf(manifest).every(({ path, bytes }) => sizeOf(join(folder, path)) === bytes);
	return { name, folder, madeAt, bytes: bytesBelow(folder), manifest, good };
}

/** Every file that a manifest names, by its path below the backup's folder. */
export function filesOf({ database, uploads, secrets }: Manifest): { path: string; bytes: number; sha256: string }[] {
	return [
		{ path: DATABASE, ...database },
		...(uploads ?? []).map((file) => ({ ...file, path: `${UPLOADS}/${file.path}` })),
		...(secrets ?? []).map((file) => ({ ...file, path: `${SECRETS}/${file.path}` }))
	];
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? -1;

function bytesBelow(folder: string): number {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	return entries.reduce((sum, entry) => sum + (entry.isFile() ? sizeOf(join(entry.parentPath, entry.name)) : 0), 0);
}

/**
 * The folder that somebody means by a path, by the name of a backup, or by its manifest or database.
 * @throws BackupRefusal
 */
export function findBackup(dir: string, meant: string): string {
	for (const path of [resolve(meant), join(dir, meant)]) {
		const folder = [MANIFEST, DATABASE].includes(basename(path)) ? dirname(path) : path;
		if (existsSync(join(folder, MANIFEST))) return folder;
	}
	throw new BackupRefusal(
		'missing',
		meant,
		'there is no backup here.',
		'List what there is: npm run -s ops -- backups'
	);
}

/** Removes what has outlived its slot, and the records of what is gone. @returns the names */
export function prune(dir: string, now: Date): string[] {
	const removed = outlived(listBackups(dir), now);
	for (const name of removed) rmSync(join(dir, name), { recursive: true, force: true });
	const left = new Set(listBackups(dir).map(({ name }) => name));
	note(dir, ({ verified }) => ({
		verified: Object.fromEntries(Object.entries(verified).filter(([name]) => left.has(name)))
	}));
	return removed;
}

export function readRecords(dir: string): Records {
	try {
		return records.parse(JSON.parse(readFileSync(join(dir, RECORDS), 'utf8')));
	} catch {
		// Absent or damaged: what it noted can be found out again.
		return { verified: {}, copies: [], drills: [] };
	}
}

/** Changes what `records.json` says; what `change` does not return stays. */
export function note(dir: string, change: (before: Records) => Partial<Records>): void {
	const before = readRecords(dir);
	replaceText(join(dir, RECORDS), `${JSON.stringify({ ...before, ...change(before) }, null, '\t')}\n`);
}
