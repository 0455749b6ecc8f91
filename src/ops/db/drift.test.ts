import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseState, missingScript } from './drift.ts';
import { readMigrations, writeMigration } from './migration-folder.ts';
import { NO_FILTER, withSchemaEngine } from './schema-engine.ts';

const HEAD = 'datasource db {\n  provider = "sqlite"\n}\n';
const CRATE = `${HEAD}model Crate {\n  id String @id\n  @@map("crate")\n}\n`;
const CRATE_WITH_WEIGHT = `${HEAD}model Crate {\n  id String @id\n  weightGrams Int? @map("weight_grams")\n  @@map("crate")\n}\n`;

let folder: string;
let migrations: string;
let schema: string;
let database: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-drift-test-'));
	[migrations, schema, database] = ['migrations', 'schema.prisma', 'real.db'].map((name) => join(folder, name)) as [
		string,
		string,
		string
	];
	writeFileSync(schema, CRATE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute, 5));

async function migrated(): Promise<void> {
	writeMigration('init', await missingScript(migrations, schema), at(4), migrations);
	await withSchemaEngine(database, (engine) =>
		engine.applyMigrations({ migrationsList: readMigrations(migrations), filters: NO_FILTER })
	);
}

const STATE = { pending: [], unknown: [], edited: [], failed: [], drift: '' };

test('the first migration is what leads from nothing to the schema, in a folder that Prisma would have named', async () => {
	const script = await missingScript(migrations, schema);
	expect(script).toContain('CREATE TABLE "crate"');
	const file = writeMigration('init', script, at(4), migrations);
	expect(file).toBe(join(migrations, '20260102030405_init', 'migration.sql'));
	expect(existsSync(join(migrations, 'migration_lock.toml'))).toBe(true);
	expect(await missingScript(migrations, schema)).toBe('');
});

test('a schema that says more than the migrations is told as the SQL that is missing', async () => {
	await migrated();
	writeFileSync(schema, CRATE_WITH_WEIGHT);
	expect(await missingScript(migrations, schema)).toContain('ALTER TABLE "crate" ADD COLUMN "weight_grams" INTEGER');
});

test('a database that had every migration and nothing else is in step', async () => {
	await migrated();
	expect(await databaseState(database, migrations, schema)).toEqual(STATE);
});

test('a migration that the database has not had is pending', async () => {
	await migrated();
	writeFileSync(schema, CRATE_WITH_WEIGHT);
	writeMigration('weight', await missingScript(migrations, schema), at(6), migrations);
	const state = await databaseState(database, migrations, schema);
	expect(state).toEqual({ ...STATE, pending: ['20260102030605_weight'] });
});

test('a migration that only the database knows is unknown: the database is newer', async () => {
	await migrated();
	rmSync(migrations, { recursive: true });
	const state = await databaseState(database, migrations, schema);
	expect(state.unknown).toEqual(['20260102030405_init']);
});

test('a migration file changed after it was applied is edited', async () => {
	await migrated();
	writeFileSync(
		join(migrations, '20260102030405_init', 'migration.sql'),
		'CREATE TABLE "crate" ("id" TEXT PRIMARY KEY);'
	);
	const state = await databaseState(database, migrations, schema);
	expect(state.edited).toEqual(['20260102030405_init']);
});

test('what the store installs at every start is no drift, and a database that is being written to can be asked', async () => {
	await migrated();
	const serving = await new PrismaBetterSqlite3({ url: `file:${database}` }).connect();
	await serving.executeScript(`PRAGMA journal_mode = WAL;
		CREATE INDEX feed_crate_short ON crate (id) WHERE length(id) < 5;
		CREATE TRIGGER feed_crate_put AFTER INSERT ON crate BEGIN SELECT 1; END;
		BEGIN IMMEDIATE; INSERT INTO crate VALUES ('a')`);
	const state = await databaseState(database, migrations, schema);
	await serving.executeScript('COMMIT');
	await serving.dispose();
	expect(state).toEqual(STATE);
});

test('a file that is no database is refused in a sentence', async () => {
	writeFileSync(database, 'carton;weight\n'.repeat(100));
	await expect(databaseState(database, migrations, schema)).rejects.toThrow('its tables cannot be read');
});

test('a column added behind the migrations is drift', async () => {
	await migrated();
	await withSchemaEngine(database, (engine) =>
		engine.dbExecute({
			datasourceType: { tag: 'url', url: `file:${database}` },
			script: 'ALTER TABLE "crate" ADD COLUMN "colour" TEXT'
		})
	);
	const state = await databaseState(database, migrations, schema);
	expect(state.drift).toContain('"crate"');
});

test('a name that cannot be a folder and a column value is refused', () => {
	expect(() => writeMigration('Add weight!', '', at(4), migrations)).toThrow('snake_case');
});
