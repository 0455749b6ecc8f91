/** Backups and restores of a test world on disk, as the commands make them: `backups` lies beside its database. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { makeBackup, type BackupOptions, type MadeBackup } from '#lib/server/backup/make-backup.ts';
import type { RestoreOptions } from '#lib/server/backup/restore.ts';
import { createWorld, MIGRATIONS, testId, type TestWorld, type WorldOptions } from './world.ts';

let ids = 0;

export const backupDirOf = (world: TestWorld): string => join(dirname(world.file), 'backups');

export const backupOf = (world: TestWorld): BackupOptions => ({
	databaseFile: world.file,
	backupDir: backupDirOf(world),
	uploadDir: null,
	appVersion: 'test',
	clock: () => world.now()
});

/** Without a journal, confirmed. */
export const restoreOf = (world: TestWorld, made: MadeBackup, more: Partial<RestoreOptions> = {}): RestoreOptions => ({
	folder: made.folder,
	databaseFile: world.file,
	uploadDir: null,
	backup: backupOf(world),
	asStaging: false,
	journalDir: null,
	until: null,
	force: false,
	dryRun: false,
	migrations: MIGRATIONS,
	siteTimeZone: 'Europe/Paris',
	clock: () => world.now(),
	randomBytes: (size) => new Uint8Array(size),
	newId: () => testId(++ids, 7),
	confirm: () => Promise.resolve(true),
	...more
});

/** A server with a planned shipment of two cartons that made a backup an hour ago. `close` it with `removeWorld`. */
export async function worldWithBackup(
	options: WorldOptions = {}
): Promise<{ world: TestWorld; made: MadeBackup; shipmentId: string }> {
	const world = await createWorld({ on: 'disk', ...options });
	const { shipmentId } = await world.plannedShipment(2);
	const made = await makeBackup(backupOf(world));
	world.advance(3_600_000);
	return { world, made, shipmentId };
}

/** Whatever a test did to its files. */
export async function removeWorld(world: TestWorld): Promise<void> {
	rmSync(`${world.file}.lock`, { force: true });
	await world.store.close();
	rmSync(dirname(world.file), { recursive: true, force: true });
}

/** The first value that a statement finds in a database file as it lies there. */
export function readFile<T>(file: string, text: string): T {
	const db = new Database(file, { readonly: true });
	try {
		return db.prepare(text).pluck().get() as T;
	} finally {
		db.close();
	}
}
