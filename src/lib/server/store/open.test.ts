import { spawnSync } from 'node:child_process';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWorld, MIGRATIONS, testId, type TestWorld } from '../../../../tests/support/world.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { StartRefusal, type StartRefusalReason } from './start-refusal.ts';
import { openStore, type StoreOptions } from './store.ts';

// Every COMMIT is flushed to a disk that other tests are using as well.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let file: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-open-'));
	file = join(folder, 'escale.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = (more: Partial<StoreOptions> = {}): StoreOptions => {
	let ids = 0;
	return {
		file,
		migrations: MIGRATIONS,
		siteTimeZone: 'Europe/Paris',
		clock: () => new Date('2026-03-02T08:00:00.000Z'),
		randomBytes: (size) => new Uint8Array(size),
		newId: () => testId(++ids, 5),
		...more
	};
};

function refusal(more: Partial<StoreOptions> = {}): StartRefusal {
	try {
		void openStore(options(more)).close();
	} catch (error) {
		if (error instanceof StartRefusal) return error;
		throw error;
	}
	throw new Error('the store opened');
}

/** The reason is as expected, and the sentence names the file, says why and what to do. */
function expectRefusal(found: StartRefusal, reason: StartRefusalReason): void {
	expect(found).toMatchObject({ name: 'StartRefusal', reason, file });
	expect(found.message).toMatch(new RegExp(`^${file.replace(/\W/g, '\\$&')}: .+\\. .+`));
}

/** A database that was served once. */
async function served(): Promise<void> {
	await openStore(options()).close();
}

test('an absent file is made, unless the caller forbids it', async () => {
	expectRefusal(refusal({ create: false }), 'missing');
	expect(existsSync(file)).toBe(false);
	await served();
	await openStore(options({ create: false })).close();
	expect(statSync(file).size).toBeGreaterThan(0);
});

test('production does not start on a new database where an old one had been', async () => {
	const world = await createWorld({ on: 'disk' });
	await world.store.close();
	file = join(folder, 'escale.db');
	copyFileSync(`${world.file}.high-water.json`, `${file}.high-water.json`);
	await world.restart();
	await world.close();
	const database = openDatabase(file, true);
	migrate(database.writer, MIGRATIONS, file);
	database.close();
	const found = refusal({ create: false });
	expectRefusal(found, 'emptied');
	expect(found.message).toContain('restore FILE');
	rmSync(`${file}.high-water.json`);
	await openStore(options({ create: false })).close();
});

test('an empty file counts as none', () => {
	writeFileSync(file, '');
	expectRefusal(refusal({ create: false }), 'missing');
});

test('a file that is no SQLite database is left as it is', () => {
	writeFileSync(file, 'codes;quantities\n'.repeat(500));
	const before = readFileSync(file);
	expectRefusal(refusal(), 'not_sqlite');
	expect(readFileSync(file)).toEqual(before);
	expect(existsSync(`${file}.lock`)).toBe(false);
});

test('a database of another program is refused and not changed', () => {
	const db = new Database(file);
	db.exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY); INSERT INTO customers VALUES (1)`);
	db.close();
	expectRefusal(refusal(), 'foreign');
	const after = new Database(file);
	expect(after.prepare(`SELECT name FROM sqlite_master`).pluck().all()).toEqual(['customers']);
	after.close();
});

test('a database of another program that also has a sync_meta is refused', () => {
	const db = new Database(file);
	db.exec(`CREATE TABLE sync_meta (id INTEGER, application TEXT); INSERT INTO sync_meta VALUES (1, 'other')`);
	db.close();
	expectRefusal(refusal(), 'foreign');
});

test('a database that is newer than the program is refused', async () => {
	await served();
	const db = new Database(file);
	db.exec(
		`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'x', '2030-01-01', '20300101000000_later')`
	);
	db.close();
	const found = refusal();
	expectRefusal(found, 'newer');
	expect(found.message).toContain('20300101000000_later');
});

test('a damaged database is refused', async () => {
	await served();
	const bytes = readFileSync(file);
	// The page of the first table after the schema: its header is overwritten.
	bytes.fill(0xff, 4096 * 3, 4096 * 9);
	writeFileSync(file, bytes);
	expectRefusal(refusal(), 'corrupt');
});

test('a truncated database is refused', async () => {
	await served();
	writeFileSync(file, readFileSync(file).subarray(0, 4096 * 5 + 100));
	expectRefusal(refusal(), 'corrupt');
});

test('a database that is being used is refused, by another process and by this one', async () => {
	const store = openStore(options());
	expectRefusal(refusal(), 'in_use');
	await store.close();
	writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, began: null }));
	const found = refusal();
	expectRefusal(found, 'in_use');
	expect(found.message).toContain(String(process.ppid));
});

test('a lock left by a process that was killed is taken over', async () => {
	const { pid } = spawnSync(process.execPath, ['--version']);
	writeFileSync(`${file}.lock`, JSON.stringify({ pid, began: null }));
	await served();
	// The pid lives again, as somebody else; or the lock is our own pid from before a restart of the container.
	writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, began: 'another boot/1' }));
	await served();
	writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.pid, began: null }));
	await served();
	writeFileSync(`${file}.lock`, 'torn');
	await served();
	expect(existsSync(`${file}.lock`)).toBe(false);
});

test('a folder that cannot be written is refused', () => {
	const inFile = join(folder, 'a-file');
	writeFileSync(inFile, '');
	file = join(inFile, 'escale.db');
	expectRefusal(refusal(), 'not_writable');
});

test('a directory in the place of the file is refused', () => {
	mkdirSync(file);
	expectRefusal(refusal(), 'not_writable');
});

test('the writer flushes fully, keeps foreign keys, and the reader cannot write', async () => {
	const world = await createWorld({ on: 'disk', seed: false });
	const pragmas = await world.store.write((db) =>
		Object.fromEntries(
			['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map((name) => [
				name,
				db.pragma(name, { simple: true })
			])
		)
	);
	expect(pragmas).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1, busy_timeout: 5000 });
	expect(() => world.store.read((db) => db.exec(`DELETE FROM sync_meta`))).toThrow('readonly');
	await world.close();
});

test('epoch and instance stay over restarts', async () => {
	const world = await createWorld({ on: 'disk', seed: false });
	const { epoch, instance } = world.store;
	await world.restart();
	expect(world.store).toMatchObject({ epoch, instance });
	await world.close();
});

test('[R5] a database copied back by hand is noticed: new epoch, and no number is given out again', async () => {
	const world: TestWorld = await createWorld({ on: 'disk' });
	await world.shipment();
	const { epoch } = world.store;
	await world.store.close();
	copyFileSync(world.file, `${world.file}.copy`);
	await world.restart().catch(() => {});
	await world.shipment();
	await world.shipment();
	await world.store.close();
	copyFileSync(`${world.file}.copy`, world.file);
	await world.restart();
	expect(world.store.epoch).not.toBe(epoch);
	expect(world.warnings.map(({ event }) => event)).toContain('database_copied_back');
	const next = await world.shipment();
	expect(world.value('SELECT reference FROM shipment WHERE id = ?', next)).toBe('260004');
	await world.close();
});
