/**
 * Makes one backup while the server runs: it reads beside the writer and takes no lock. Everything goes into a folder with a
 * hidden name that gets its own by one rename when it is whole; whatever fails before leaves nothing behind.
 *
 *   copy (VACUUM INTO) ─▶ check ─▶ compress ─▶ files ─▶ manifest ─▶ read back ─▶ rename ─▶ (copy elsewhere) ─▶ prune
 */
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { copyInto, openToRead } from '#lib/server/store/open.ts';
import { soundnessFaults } from '#lib/server/store/soundness.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { BackupRefusal, writingRefusal } from './backup-refusal.ts';
import { filesOf, listBackups, makeBackupDir, makingName, note, prune } from './backup-folder.ts';
import { readFacts, type Facts } from './database-facts.ts';
import { compressFile, copyWeighed, flushPath, PRIVATE_FOLDER, renameDurably, weigh } from './durable-files.ts';
import {
	DATABASE,
	FORMAT,
	MANIFEST,
	nameOf,
	SECRETS,
	UPLOADS,
	writeManifest,
	type BackedUpFile,
	type Manifest
} from './manifest.ts';
import { readBack } from './read-back.ts';

export type BackupStep = 'copying' | 'checking' | 'compressing' | 'files' | 'reading back' | 'copying elsewhere';
/** Told as each step begins, and in long ones how far it is, in bytes. */
export type OnBackupStep = (step: BackupStep, done?: number, total?: number) => void;

export interface BackupOptions {
	databaseFile: string;
	backupDir: string;
	/** The folder of uploaded files; null or absent on the disk: there are none. */
	uploadDir: string | null;
	/** Files with secrets that go along, by their paths; those that do not exist are left out. Empty: none were asked for. */
	secrets?: readonly string[];
	/** A second folder, best on another machine's disk, that gets a copy. */
	to?: string | null;
	/** True: this one lets go of none, so that the backup which is about to be restored stays. */
	keepAll?: boolean;
	appVersion: string;
	clock: () => Date;
	onStep?: OnBackupStep;
	/** Bytes that may still be written below a folder. */
	freeBytes?: (folder: string) => number;
}

export interface MadeBackup {
	name: string;
	folder: string;
	manifest: Manifest;
	/** Names of the backups that it has outlived. */
	removed: string[];
	copiedTo: string | null;
}

const freeBelow = (folder: string): number => {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize;
};

/** @throws BackupRefusal, StartRefusal when there is no database of ours */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
	const { backupDir, to = null, clock, onStep = () => undefined } = options;
	const madeAt = clock().toISOString();
	const name = nameOf(madeAt);
	makeBackupDir(backupDir);
	const making = join(backupDir, makingName(name));
	try {
		mkdirSync(making, { mode: PRIVATE_FOLDER });
		const { raw, ...database } = await packDatabase(options, making, onStep);
		onStep('files');
		const manifest: Manifest = {
			format: FORMAT,
			application: 'escale',
			madeAt,
			appVersion: options.appVersion,
			node: process.version,
			...database.facts,
			database: database.packed,
			unpacked: raw,
			uploads: await packUploads(options, making),
			secrets: await packSecrets(options.secrets ?? [], making)
		};
		writeManifest(making, manifest);
		await readBack(making, (done, total) => onStep('reading back', done, total));
		flushFolders(making);
		renameDurably(making, join(backupDir, name));
		note(backupDir, ({ verified }) => ({ verified: { ...verified, [name]: madeAt } }));
		const folder = join(backupDir, name);
		if (to !== null) {
			onStep('copying elsewhere');
			await copyElsewhere(folder, manifest, to);
			note(backupDir, ({ copies }) => ({ copies: [...copies.slice(-99), { backup: name, at: madeAt, to }] }));
			prune(to, clock());
		}
		const removed = options.keepAll ? [] : prune(backupDir, clock());
		return { name, folder, manifest, removed, copiedTo: to };
	} catch (error) {
		if (existsSync(making)) rmSync(making, { recursive: true });
		throw writingRefusal(error, backupDir);
	}
}

async function packDatabase(
	{ databaseFile, backupDir, freeBytes = freeBelow }: BackupOptions,
	making: string,
	onStep: OnBackupStep
) {
	const copy = join(making, 'copy.db');
	onStep('copying');
	const db = openToRead(databaseFile);
	try {
		const needed = sizeOf(db) * 2;
		const free = freeBytes(making);
		if (free < needed) {
			const why = `${inMegabytes(needed)} are needed and ${inMegabytes(free)} are free.`;
			throw new BackupRefusal('disk_full', backupDir, why, 'Free some space, or set BACKUP_DIR.');
		}
		copyInto(db, copy);
	} finally {
		db.close();
	}
	onStep('checking');
	const facts = check(copy, databaseFile);
	const { size } = statSync(copy);
	const weighed = await compressFile(copy, join(making, DATABASE), (done) => onStep('compressing', done, size));
	rmSync(copy);
	return { facts, ...weighed };
}

/** The copy in whole and compressed lie beside each other for a while. */
const sizeOf = (db: Database): number =>
	Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;

function check(copy: string, databaseFile: string): Facts {
	const db = openToRead(copy);
	try {
		const faults = soundnessFaults(db);
		if (faults.length > 0) {
			const why = `it is damaged (${faults[0]}).`;
			throw new BackupRefusal('unsound', databaseFile, why, 'Keep the backups that there are and restore the newest.');
		}
		const facts = readFacts(db);
		if (facts !== null) return facts;
		const why = 'nothing was ever served from it.';
		throw new BackupRefusal('nothing_to_back_up', databaseFile, why, 'Start the server once.');
	} finally {
		db.close();
	}
}

/** What has not changed since the newest backup is linked, not copied: photos are many and never change. */
async function packUploads({ uploadDir, backupDir }: BackupOptions, making: string): Promise<BackedUpFile[] | null> {
	if (uploadDir === null || !existsSync(uploadDir)) return null;
	const newest = listBackups(backupDir).find(({ good }) => good);
	const known = new Map((newest?.manifest?.uploads ?? []).map((file) => [file.path, file]));
	const files: BackedUpFile[] = [];
	for (const path of filesBelow(uploadDir)) {
		const [source, target] = [join(uploadDir, path), join(making, UPLOADS, path)];
		mkdirSync(dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
		const same = known.get(path);
		const isSame = same?.sha256 === (await weigh(source)).sha256;
		if (newest && same && isSame && (await isLinked(join(newest.folder, UPLOADS, path), target, same.sha256))) {
			files.push(same);
		} else {
			files.push({ path, ...(await copyWeighed(source, target)) });
		}
	}
	return files;
}

/** False where the file system has no links, or what lies in the older backup has decayed. */
async function isLinked(source: string, target: string, sha256: string): Promise<boolean> {
	try {
		linkSync(source, target);
	} catch {
		return false;
	}
	const isWhole = (await weigh(target)).sha256 === sha256;
	if (!isWhole) rmSync(target);
	return isWhole;
}

/** Paths below a folder with `/`, sorted; what an upload has not finished (a hidden name) is left out. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.sort();
}

async function packSecrets(secrets: readonly string[], making: string): Promise<BackedUpFile[] | null> {
	if (secrets.length === 0) return null;
	const folder = join(making, SECRETS);
	mkdirSync(folder, { mode: PRIVATE_FOLDER });
	const files: BackedUpFile[] = [];
	for (const secret of secrets.filter((path) => existsSync(path))) {
		const path = basename(secret);
		files.push({ path, ...(await copyWeighed(secret, join(folder, path))) });
	}
	return files;
}

function flushFolders(folder: string): void {
	for (const entry of readdirSync(folder, { withFileTypes: true }))
		if (entry.isDirectory()) flushFolders(join(folder, entry.name));
	flushPath(folder);
}

/** The same way: a hidden name, read back, one rename. */
async function copyElsewhere(folder: string, manifest: Manifest, to: string): Promise<void> {
	const name = basename(folder);
	const making = join(to, makingName(name));
	try {
		makeBackupDir(to);
		for (const path of [MANIFEST, ...filesOf(manifest).map((file) => file.path)]) {
			mkdirSync(dirname(join(making, path)), { recursive: true, mode: PRIVATE_FOLDER });
			await copyWeighed(join(folder, path), join(making, path));
		}
		await readBack(making);
		flushFolders(making);
		renameDurably(making, join(to, name));
	} catch (error) {
		if (existsSync(making)) rmSync(making, { recursive: true });
		const refusal = writingRefusal(error, to);
		if (refusal instanceof BackupRefusal) refusal.message += ` The backup itself is in ${folder}.`;
		throw refusal;
	}
}
