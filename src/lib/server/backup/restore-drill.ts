/**
 * Restores the newest backup beside the running system, proves it equal to its manifest, migrates and verifies it, and throws
 * it away. What came of it is noted beside the backups: a backup that was never restored is a hope.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import { BackupRefusal } from './backup-refusal.ts';
import { listBackups, makeBackupDir, makingName, note, type Drill } from './backup-folder.ts';
import { PRIVATE_FOLDER } from './durable-files.ts';
import { readBack } from './read-back.ts';
import { checkCopy, prepareCopy, requireKnownSchema, unpackCopy, type Program } from './staged-copy.ts';

export type DrillStep = 'reading' | 'unpacking' | 'migrating' | 'checking';

export interface DrillOptions extends Program {
	backupDir: string;
	onStep?: (step: DrillStep, done?: number, total?: number) => void;
}

/** @throws BackupRefusal when there is no backup to try */
export async function drill(options: DrillOptions): Promise<Drill> {
	const { backupDir, clock } = options;
	// The newest one as it is, damaged or not: that is the one which would be asked for.
	const [newest] = listBackups(backupDir);
	if (newest === undefined) {
		throw new BackupRefusal('missing', backupDir, 'there is no backup to try.', 'Make one: npm run -s ops -- backup');
	}
	makeBackupDir(backupDir);
	const staging = join(backupDir, makingName('drill'));
	mkdirSync(staging, { mode: PRIVATE_FOLDER });
	const started = performance.now();
	let found: string[];
	try {
		found = await tryOut(options, newest.folder, staging);
	} catch (error) {
		if (!(error instanceof BackupRefusal) && !(error instanceof StartRefusal)) throw error;
		found = [error.message];
	} finally {
		rmSync(staging, { recursive: true, force: true });
	}
	const seconds = Math.round((performance.now() - started) / 100) / 10;
	const result = { backup: newest.name, at: clock().toISOString(), ok: found.length === 0, seconds, found };
	note(backupDir, ({ drills }) => ({ drills: [...drills.slice(-99), result] }));
	return result;
}

/** @returns what is wrong with it */
async function tryOut(options: DrillOptions, folder: string, staging: string): Promise<string[]> {
	const { clock, onStep = () => undefined } = options;
	const manifest = await readBack(folder, (done, total) => onStep('reading', done, total));
	requireKnownSchema(folder, manifest, options);
	const copy = await unpackCopy(folder, manifest, staging, (done) =>
		onStep('unpacking', done, manifest.database.bytes)
	);
	onStep('migrating');
	await prepareCopy(copy, options, () => undefined);
	const { findings } = checkCopy(copy, clock(), (_part, done, total) => onStep('checking', done, total));
	return findings.map(({ says }) => says);
}
