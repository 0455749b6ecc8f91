/** Gathers what the checks look at. Reads only: it runs beside a serving server. */
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listBackups, readRecords } from '#lib/server/backup/backup-folder.ts';
import type { Settings } from '#lib/server/config.ts';
import { mailFiguresAt } from '#lib/server/mail-figures.ts';
import { readAudit } from '#lib/server/desk/contact-audit.ts';
import { secondsBehind } from '#lib/server/store/newest-time.ts';
import { openToRead, writerFaults } from '#lib/server/store/open.ts';
import { openReadClient } from '#lib/server/store/read-client.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { databaseState } from '../db/drift.ts';
import type { Looked } from './check.ts';
import { askServer } from './running-server.ts';

/** @param envFile the `.env` that the settings may have come from; the caller closes `db` */
export async function look(settings: Settings, envFile: string): Promise<Looked> {
	const { databaseFile, backupDir } = settings;
	const { db, why } = open(databaseFile);
	const disk = existingFolder(databaseFile);
	const { bavail, bsize } = statfsSync(disk);
	const now = new Date();
	return {
		settings,
		now,
		node: process.version,
		db,
		whyNoDatabase: why,
		migrations: db && (await orNull(() => databaseState(databaseFile))),
		writerFaults: tryWriter(),
		contactIssues: db && (await orNull(() => countIssues(settings))),
		behindSeconds: db && (await orNull(() => secondsBehind(db, now))),
		mail: db && (await orNull(() => mailFiguresAt(db, now))),
		served: await askServer(settings),
		envMode: existsSync(envFile) ? statSync(envFile).mode & 0o777 : null,
		databaseBytes: statSync(databaseFile, { throwIfNoEntry: false })?.size ?? 0,
		freeBytes: bavail * bsize,
		databaseDevice: statSync(disk).dev,
		backupDevice: statSync(backupDir, { throwIfNoEntry: false })?.dev ?? null,
		backups: listBackups(backupDir),
		records: readRecords(backupDir)
	};
}

function open(file: string): { db: Database | null; why: string } {
	try {
		return { db: openToRead(file), why: '' };
	} catch (error) {
		return { db: null, why: error instanceof Error ? error.message : String(error) };
	}
}

/** The nearest folder above that exists: what lies in it is on its disk. */
function existingFolder(path: string): string {
	const folder = dirname(path);
	return existsSync(folder) || folder === path ? folder : existingFolder(folder);
}

function tryWriter(): string[] {
	const scratch = mkdtempSync(join(tmpdir(), 'escale-check-'));
	try {
		return writerFaults(join(scratch, 'scratch.db'));
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

async function countIssues({ databaseFile, defaultShipper }: Settings): Promise<number> {
	const reader = openReadClient(databaseFile);
	try {
		return (await readAudit(reader, defaultShipper)).length;
	} finally {
		await reader.$disconnect();
	}
}

/** A damaged database cannot be asked this; another check says so. */
async function orNull<T>(ask: () => T | Promise<T>): Promise<T | null> {
	try {
		return await ask();
	} catch {
		return null;
	}
}
