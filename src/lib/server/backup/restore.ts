/**
 * Puts a backup in the place of the database. Until the one rename the old database is what it was; after it the new one is
 * whole. Killed anywhere between, it can simply be run again.
 *
 *   verify ─▶ confirm ─▶ lock ─▶ back up what is there ─▶ unpack ─▶ migrate, journal, new state ─▶ check ─▶ uploads
 *          ─▶ settle and link the old one away ─▶ rename ─▶ flush
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listJournals } from '#lib/server/journal/journal-files.ts';
import { readJournalMeta } from '#lib/server/journal/journal.ts';
import { lineageFrom } from '#lib/server/journal/lineage.ts';
import { replayJournal, type Replayed } from '#lib/server/journal/replay-journal.ts';
import { allHeads } from '#lib/server/store/allocators.ts';
import { takeLock } from '#lib/server/store/lock-file.ts';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { reportRestore } from '#lib/server/sync/restore-report.ts';
import type { Verified } from '#lib/server/verify/verify-database.ts';
import { BackupRefusal } from './backup-refusal.ts';
import { readFacts } from './database-facts.ts';
import { copyWeighed, PRIVATE_FOLDER, renameDurably, weigh } from './durable-files.ts';
import { makeBackup, type BackupOptions } from './make-backup.ts';
import { UPLOADS, type Manifest } from './manifest.ts';
import { readBack } from './read-back.ts';
import { replaceDatabase } from './replace-database.ts';
import { changeState, type Head, type StateChanged } from './restored-state.ts';
import {
	checkCopy,
	makeStagingFolder,
	prepareCopy,
	readOn,
	requireKnownSchema,
	unpackCopy,
	type Program
} from './staged-copy.ts';
import { lostMutations, undoneBy, type Undone } from './undone.ts';

/** In order. Each is told before it begins; the tests kill the process there. */
export const RESTORE_STEPS = [
	'verifying',
	'confirming',
	'locking',
	'backing up what is there',
	'unpacking',
	'migrating',
	'replaying',
	'checking',
	'uploads',
	'settling',
	'moving away',
	'replacing',
	'flushing',
	'tidying'
] as const;
export type RestoreStep = (typeof RESTORE_STEPS)[number];

export interface RestoreOptions extends Program {
	/** The backup's folder. */
	folder: string;
	databaseFile: string;
	uploadDir: string | null;
	/** How what is there is backed up first. */
	backup: BackupOptions;
	/** The copy becomes another installation: no phone of production attaches to it. */
	asStaging: boolean;
	/** BACKUP_DIR, whose journals are replayed over the copy (sync §6); null: none is. */
	journalDir: string | null;
	/** ISO: what was committed later is not replayed; null: all that there is. */
	until: string | null;
	/** Another installation's backup, or another program's file in the way, is no obstacle. */
	force: boolean;
	/** Everything short of taking the lock and replacing anything. */
	dryRun: boolean;
	/** False: nothing happens. */
	confirm: (plan: RestorePlan) => Promise<boolean>;
	onStep?: (step: RestoreStep, done?: number, total?: number) => void;
}

export interface RestorePlan {
	manifest: Manifest;
	/** What lies where the restored database goes. */
	there: Found;
}

export type Found =
	| { kind: 'nothing' }
	| { kind: 'unreadable'; why: string }
	| { kind: 'database'; instance: string | null; epoch: string | null; headSeq: number; heads: Head[] };

export interface Restored extends StateChanged {
	epoch: string;
	/** Of what was there; null where there was nothing that could be backed up. */
	backedUpAs: string | null;
	/** Where the old file lies now. */
	replaced: string | null;
	verified: Verified;
	/** What journals brought back; null: none went on from this backup, or none was to. */
	journal: Replayed | null;
	undone: Undone[];
	lostMutations: number;
	uploadsRestored: number;
}

/** @throws BackupRefusal, StartRefusal; then the old state stays */
export async function restore(options: RestoreOptions): Promise<Restored> {
	const { folder, databaseFile: file, dryRun, onStep = () => undefined } = options;
	onStep('verifying');
	const manifest = await readBack(folder, (done, total) => onStep('verifying', done, total));
	requireKnownSchema(folder, manifest, options);
	const there = look(file);
	requireSameInstallation(options, manifest, there);
	onStep('confirming');
	if (!dryRun && !(await options.confirm({ manifest, there }))) {
		throw new BackupRefusal('not_confirmed', file, 'nothing was restored.', 'Confirm, or say --force.');
	}
	onStep('locking');
	const unlock = dryRun ? () => undefined : takeLock(file);
	let staging: string | null = null;
	try {
		onStep('backing up what is there');
		const backedUpAs = dryRun || there.kind !== 'database' ? null : await backUp(options);
		staging = makeStagingFolder(file);
		const { copy, ...prepared } = await prepare(options, manifest, there, staging);
		onStep('uploads');
		const uploadsRestored = dryRun ? 0 : await restoreUploads(options, manifest);
		const replaced = dryRun ? null : replaceDatabase(file, copy, options.clock(), onStep);
		onStep('tidying');
		return { ...prepared, backedUpAs, replaced, uploadsRestored };
	} finally {
		if (staging !== null) rmSync(staging, { recursive: true, force: true });
		unlock();
	}
}

function look(file: string): Found {
	if (!existsSync(file) || statSync(file).size === 0) return { kind: 'nothing' };
	try {
		return readOn(file, (db) => {
			const facts = readFacts(db);
			const { instance = null, epoch = null, headSeq = 0 } = facts ?? {};
			return { kind: 'database', instance, epoch, headSeq, heads: allHeads(db) };
		});
	} catch (error) {
		if (error instanceof StartRefusal && error.reason === 'foreign') throw error;
		return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
	}
}

function requireSameInstallation(
	{ asStaging, force, databaseFile }: RestoreOptions,
	{ instance }: Manifest,
	there: Found
): void {
	if (there.kind !== 'database' || there.instance === null) return;
	if (asStaging && there.instance === instance) {
		const why = 'it is the database of the very installation that the backup is of.';
		throw new BackupRefusal('foreign', databaseFile, why, 'Staging has a database of its own: check DATABASE_URL.');
	}
	if (!asStaging && !force && there.instance !== instance) {
		const why = 'it is the database of another installation than the backup.';
		throw new BackupRefusal('foreign', databaseFile, why, 'If this is meant, say --force.');
	}
}

/** @returns its name; null where what is there is damaged or was never served: its file is kept beside all the same */
async function backUp({ backup }: RestoreOptions): Promise<string | null> {
	try {
		return (await makeBackup({ ...backup, keepAll: true })).name;
	} catch (error) {
		const isHopeless =
			(error instanceof BackupRefusal && ['unsound', 'nothing_to_back_up'].includes(error.reason)) ||
			String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT');
		if (isHopeless) return null;
		throw error;
	}
}

async function prepare(options: RestoreOptions, manifest: Manifest, there: Found, staging: string) {
	const { folder, databaseFile, asStaging, onStep = () => undefined } = options;
	onStep('unpacking');
	const { bytes } = manifest.database;
	const copy = await unpackCopy(folder, manifest, staging, (done) => onStep('unpacking', done, bytes));
	onStep('migrating');
	const epoch = options.newId();
	const isSame = there.kind === 'database' && there.instance === manifest.instance;
	const changed = await prepareCopy(copy, options, (db) => {
		const journal = replay(options, manifest, there, db);
		// What the replaced database has had and the journal has not is compared before the copy becomes another one.
		const lost = isSame ? whatIsLost(databaseFile, db) : { undone: [], lostMutations: 0 };
		const state = changeState(db, {
			epoch,
			instance: asStaging ? options.newId() : null,
			replaces: databaseFile,
			replacedHeads: there.kind === 'database' ? there.heads : [],
			now: options.clock(),
			siteTimeZone: options.siteTimeZone
		});
		const restored = { ...state, ...lost, journal };
		if (!asStaging) reportRestore(db, options.clock(), { ...restored, backupMadeAt: manifest.madeAt });
		return restored;
	});
	onStep('checking');
	const verified = checkCopy(copy, options.clock(), (_part, done, total) => onStep('checking', done, total));
	return { copy, epoch, verified, ...changed };
}

/** [I24] Inside the copy's write transaction. Staging is the backup and nothing else. */
function replay(
	{ journalDir, until, asStaging, onStep = () => undefined }: RestoreOptions,
	{ instance }: Manifest,
	there: Found,
	copy: Database
): Replayed | null {
	if (journalDir === null || asStaging) return null;
	onStep('replaying');
	const { epoch, seq } = readJournalMeta(copy);
	const journals = listJournals(journalDir).filter(({ header }) => header.instance === instance);
	const stretches = lineageFrom(journals, { epoch, seq }, there.kind === 'database' ? there.epoch : null);
	return stretches.length === 0 ? null : replayJournal(copy, seq, stretches, until);
}

/** Nothing where the old one cannot be read any more. */
function whatIsLost(old: string, copy: Database): Pick<Restored, 'undone' | 'lostMutations'> {
	try {
		return readOn(old, (replaced) => ({
			undone: undoneBy(replaced, copy),
			lostMutations: lostMutations(replaced, copy)
		}));
	} catch {
		return { undone: [], lostMutations: 0 };
	}
}

/** Files that are missing or differ come back; those that came since the backup stay, since phones may bring back their rows. */
async function restoreUploads({ folder, uploadDir }: RestoreOptions, { uploads }: Manifest): Promise<number> {
	if (uploadDir === null) return 0;
	let restored = 0;
	for (const { path, bytes, sha256 } of uploads ?? []) {
		const target = join(uploadDir, path);
		const size = statSync(target, { throwIfNoEntry: false })?.size;
		if (size === bytes && (await weigh(target)).sha256 === sha256) continue;
		mkdirSync(dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
		const fresh = join(dirname(target), `.restored-${process.pid}`);
		rmSync(fresh, { force: true });
		await copyWeighed(join(folder, UPLOADS, path), fresh);
		renameDurably(fresh, target);
		restored++;
	}
	return restored;
}
