import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWorld, MIGRATIONS, type TestWorld } from '../../../../tests/support/world.ts';
import { databaseState } from '../../../ops/db/drift.ts';
import { pendingMigrations } from './migrate.ts';

// Every COMMIT is flushed to a disk that other tests are using as well.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let world: TestWorld | undefined;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-migrations-'));
	cpSync(MIGRATIONS, folder, { recursive: true });
});
afterEach(async () => {
	await world?.close().catch(() => {});
	world = undefined;
	rmSync(folder, { recursive: true, force: true });
});

function addMigration(name: string, sql: string): void {
	mkdirSync(join(folder, name));
	writeFileSync(join(folder, name, 'migration.sql'), sql);
}

/** As Prisma writes it for SQLite when a column's type changes. */
const REBUILD = `
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_warehouse" ("id" TEXT NOT NULL PRIMARY KEY, "code" TEXT NOT NULL, "name" TEXT NOT NULL DEFAULT '', "version" INTEGER NOT NULL DEFAULT 1, "content_hash" BIGINT);
INSERT INTO "new_warehouse" ("id", "code", "name", "version", "content_hash") SELECT "id", "code", upper("name"), "version", "content_hash" FROM "warehouse";
DROP TABLE "warehouse";
ALTER TABLE "new_warehouse" RENAME TO "warehouse";
CREATE UNIQUE INDEX "warehouse_code_key" ON "warehouse"("code");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`;

test('a fresh database gets every migration, in Prisma’s own bookkeeping', async () => {
	world = await createWorld({ on: 'disk', migrations: folder, seed: false });
	const names = readdirSync(folder).filter((name) => /^\d/.test(name));
	const applied = world.rows(
		'SELECT migration_name, checksum, finished_at, rolled_back_at, applied_steps_count FROM _prisma_migrations'
	);
	expect(applied.map((row) => row['migration_name'])).toEqual(names);
	for (const row of applied) {
		expect(row).toMatchObject({ rolled_back_at: null, applied_steps_count: 1 });
		expect(row['finished_at']).toEqual(expect.any(String));
		expect(row['checksum']).toMatch(/^[0-9a-f]{64}$/);
	}
});

test('Prisma’s own engine agrees: nothing pending, nothing edited, no drift, triggers and indexes of the feed included', async () => {
	world = await createWorld({ on: 'disk' });
	expect(await databaseState(world.file)).toEqual({ pending: [], unknown: [], edited: [], failed: [], drift: '' });
});

test('what is pending is named, and is applied at the next start', async () => {
	world = await createWorld({ on: 'disk', migrations: folder });
	addMigration('20990101000000_more', `ALTER TABLE "device" ADD COLUMN "note" TEXT;`);
	expect(world.store.read((db) => pendingMigrations(db, folder, world!.file))).toEqual(['20990101000000_more']);
	await world.restart();
	expect(world.store.read((db) => pendingMigrations(db, folder, world!.file))).toEqual([]);
	expect(world.rows('SELECT note FROM device')).toEqual([{ note: null }]);
	// It touched no synced table: no phone starts over.
	expect(world.value('SELECT floor_seq FROM sync_meta')).toBe(0);
});

test('[I29, I34] after a migration that rebuilt a synced table the feed stands, sums agree and phones start over', async () => {
	world = await createWorld({ on: 'disk', migrations: folder });
	const phone = await world.phone('r1');
	phone.pull();
	const head = world.value('SELECT max(seq) FROM change');
	addMigration('20990101000000_rebuild', REBUILD);
	await world.restart();
	expect(world.value('SELECT floor_seq FROM sync_meta')).toBe(head);
	phone.cookie = 1;
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'floor' });
	phone.cookie = 0;
	phone.rows.clear();
	await world.raw(`UPDATE sync_meta SET floor_seq = 0`);
	phone.pull();
	expect(phone.row('warehouses', 'w-paris')).toEqual({ id: 'w-paris', code: 'ORLY', name: 'ORLY' });
	expect(world.value('SELECT count(*) FROM warehouse WHERE content_hash IS NULL')).toBe(0);
	expect(world.value('SELECT count(*) FROM in_scope WHERE digest IS NULL')).toBe(0);
	await world.raw(`UPDATE warehouse SET name = 'by hand' WHERE id = 'w-paris'`);
	phone.pull();
	expect(phone.row('warehouses', 'w-paris')).toMatchObject({ name: 'by hand' });
});

test('a migration that fails leaves nothing behind and stops the start', async () => {
	world = await createWorld({ on: 'disk', migrations: folder, seed: false });
	addMigration(
		'20990101000000_broken',
		`ALTER TABLE "device" ADD COLUMN "note" TEXT; ALTER TABLE "nothing" ADD COLUMN "x" TEXT;`
	);
	await expect(world.restart()).rejects.toMatchObject({ name: 'StartRefusal', reason: 'broken_migration' });
	rmSync(join(folder, '20990101000000_broken'), { recursive: true });
	await world.restart();
	expect(() => world!.rows('SELECT note FROM device')).toThrow('no such column');
});

test('a migration that was edited after it was applied stops the start', async () => {
	world = await createWorld({ on: 'disk', migrations: folder, seed: false });
	const init = join(
		folder,
		readdirSync(folder).find((name) => name.endsWith('_init'))!,
		'migration.sql'
	);
	const text = readFileSync(init, 'utf8');
	writeFileSync(init, `${text}\n-- a second thought\n`);
	await expect(world.restart()).rejects.toMatchObject({ reason: 'edited_migration' });
	writeFileSync(init, text);
	await world.restart();
	expect(world.rows('SELECT 1 FROM sync_meta')).toHaveLength(1);
});

test('a folder without migrations stops the start', async () => {
	const empty = join(folder, 'empty');
	mkdirSync(empty);
	await expect(createWorld({ migrations: empty, seed: false })).rejects.toMatchObject({
		reason: 'broken_migration',
		file: empty
	});
});
