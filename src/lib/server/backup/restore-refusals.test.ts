import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	backupDirOf,
	backupOf,
	readFile,
	restoreOf,
	removeWorld,
	worldWithBackup
} from '../../../../tests/support/restoring.ts';
import { MIGRATIONS, type TestWorld } from '../../../../tests/support/world.ts';
import { listBackups } from './backup-folder.ts';
import type { MadeBackup } from './make-backup.ts';
import { DATABASE } from './manifest.ts';
import { restore, type RestoreOptions } from './restore.ts';

let world: TestWorld;
let dir: string;
let made: MadeBackup;

beforeEach(async () => {
	({ world, made } = await worldWithBackup());
	dir = backupDirOf(world);
});
afterEach(() => removeWorld(world));

const backup = () => backupOf(world);
const options = (more: Partial<RestoreOptions> = {}) => restoreOf(world, made, more);
const read = <T>(text: string, file = world.file): T => readFile<T>(file, text);

describe('a restore is refused, and the old state stays', () => {
	const before = () => ({
		epoch: read('SELECT epoch FROM sync_meta'),
		shipments: read('SELECT count(*) FROM shipment')
	});

	async function refused(more: Partial<RestoreOptions> = {}): Promise<unknown> {
		const was = before();
		const error = await restore(options(more)).then(
			() => undefined,
			(reason: unknown) => reason
		);
		expect(before()).toEqual(was);
		expect(readdirSync(dirname(world.file)).filter((name) => /making|replaced/.test(name))).toEqual([]);
		return error;
	}

	test('while a server holds the database', async () => {
		writeFileSync(`${world.file}.lock`, JSON.stringify({ pid: process.ppid, began: null }));
		expect(await refused()).toMatchObject({ name: 'StartRefusal', reason: 'in_use' });
	});

	test('when nobody confirms', async () => {
		await world.store.close();
		const error = await refused({ confirm: () => Promise.resolve(false) });
		expect(error).toMatchObject({ reason: 'not_confirmed' });
		expect(listBackups(dir)).toHaveLength(1);
	});

	test.for<[string, (folder: string) => void]>([
		[
			'truncated',
			(folder) => writeFileSync(join(folder, DATABASE), readFileSync(join(folder, DATABASE)).subarray(0, 99))
		],
		[
			'tampered',
			(folder) => {
				const bytes = readFileSync(join(folder, DATABASE));
				bytes[200]! ^= 255;
				writeFileSync(join(folder, DATABASE), bytes);
			}
		]
	])('of a backup that is %s', async ([reason, spoil]) => {
		await world.store.close();
		spoil(made.folder);
		expect(await refused()).toMatchObject({ name: 'BackupRefusal', reason });
	});

	test('of a backup that a newer program made: it knows a migration that this one does not', async () => {
		await world.store.close();
		const older = join(dirname(world.file), 'older');
		cpSync(MIGRATIONS, older, { recursive: true });
		const latest = made.manifest.schema.latestMigration;
		rmSync(join(older, latest), { recursive: true });
		const error = await refused({ migrations: older });
		expect(error).toMatchObject({ reason: 'newer', message: expect.stringContaining(latest) });
	});

	test('of another installation’s backup, unless it is forced', async () => {
		await world.store.close();
		const db = new Database(world.file);
		db.exec(`UPDATE sync_meta SET instance = 'another'`);
		db.close();
		expect(await refused()).toMatchObject({ reason: 'foreign' });
		await restore(options({ force: true }));
		expect(read('SELECT instance FROM sync_meta')).toBe(made.manifest.instance);
	});

	test('as staging over the very installation that the backup is of', async () => {
		await world.store.close();
		expect(await refused({ asStaging: true, force: true })).toMatchObject({ reason: 'foreign' });
	});

	test('over another program’s database, forced or not', async () => {
		const databaseFile = join(dirname(world.file), 'customers.db');
		const db = new Database(databaseFile);
		db.exec('CREATE TABLE customers (id INTEGER)');
		db.close();
		expect(await refused({ databaseFile, force: true })).toMatchObject({ reason: 'foreign' });
		expect(read('SELECT count(*) FROM customers', databaseFile)).toBe(0);
	});

	test('when what is there cannot be backed up for want of space', async () => {
		await world.store.close();
		const error = await refused({ backup: { ...backup(), freeBytes: () => 0 } });
		expect(error).toMatchObject({ reason: 'disk_full' });
		expect(existsSync(`${world.file}.lock`)).toBe(false);
	});
});
