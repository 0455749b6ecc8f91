/**
 * Puts a whole database file in the place of another by one rename, and keeps the old one beside it. Killed anywhere, either the
 * old or the new one is there, whole.
 */
import { chmodSync, chownSync, copyFileSync, existsSync, linkSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { settleFile } from '#lib/server/store/open.ts';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import { flushPath } from './durable-files.ts';
import { nameOf } from './manifest.ts';

/** What can be watched while a file takes the place of another, in order. */
export type ReplaceStep = 'settling' | 'moving away' | 'replacing' | 'flushing';

/** Only for who holds the lock of `file`. @returns where the old file lies afterwards; null: there was none */
export function replaceDatabase(
	file: string,
	copy: string,
	now: Date,
	onStep: (step: ReplaceStep) => void = () => undefined
): string | null {
	onStep('settling');
	flushPath(copy);
	const isThere = existsSync(file);
	if (isThere) {
		settleIfPossible(file);
		takeOver(file, copy);
	}
	onStep('moving away');
	const away = `${file}.replaced-${nameOf(now.toISOString())}`;
	// A second name, so that the old database stays in its place until the rename.
	if (isThere) giveSecondName(file, away);
	for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, away + suffix);
	flushPath(dirname(file));
	onStep('replacing');
	renameSync(copy, file);
	onStep('flushing');
	flushPath(dirname(file));
	return isThere ? away : null;
}

/** A damaged file keeps what stands in its `-wal`; both are moved away. */
function settleIfPossible(file: string): void {
	try {
		settleFile(file);
	} catch (error) {
		if (!(error instanceof StartRefusal) || !['corrupt', 'not_sqlite'].includes(error.reason)) throw error;
	}
}

/** Who may read the database is as it was, though somebody else restores it. */
function takeOver(file: string, copy: string): void {
	const { mode, uid, gid } = statSync(file);
	chmodSync(copy, mode);
	if (process.getuid?.() === 0) chownSync(copy, uid, gid);
}

function giveSecondName(file: string, away: string): void {
	try {
		linkSync(file, away);
	} catch {
		// A file system without links.
		copyFileSync(file, away);
	}
}
