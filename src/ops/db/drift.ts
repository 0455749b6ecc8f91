/**
 * Do the migrations, the written schema and a database say the same? The `db:*` commands and `npm run verify` ask. Works on
 * throw-away files in the system's temporary folder, never on the database itself: that one may be serving.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS_DIR, readMigrations, readSchema, SCHEMA_FILE } from './migration-folder.ts';
import { diffScript, introspected, NO_FILTER, withSchemaEngine } from './schema-engine.ts';
import { copyStructure } from './structure.ts';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

/**
 * The SQL that the migrations lack to arrive at the written schema; empty when they are in step. The migrations are really
 * applied, to an empty database: SQL written by hand counts as much as SQL that was derived.
 */
export async function missingScript(migrationsDir = MIGRATIONS_DIR, schemaFile = SCHEMA_FILE): Promise<string> {
	return withScratch((scratch) =>
		withSchemaEngine(join(scratch, 'empty.db'), async (engine) => {
			const migrations = readMigrations(migrationsDir);
			if (migrations.migrationDirectories.length === 0) {
				return diffScript(engine, { tag: 'empty' }, readSchema(schemaFile));
			}
			await engine.applyMigrations({ migrationsList: migrations, filters: NO_FILTER });
			return diffScript(engine, await introspected(engine), readSchema(schemaFile));
		})
	);
}

/** What separates a database from the program that would serve it. All empty: nothing. */
export interface DatabaseState {
	/** Migrations of the folder that the database has not had. */
	pending: string[];
	/** Migrations that the database has had and the folder does not know: the database is newer than the program. */
	unknown: string[];
	/** Migrations whose file was changed after they had been applied. */
	edited: string[];
	/** Migrations that stopped half-way. */
	failed: string[];
	/** SQL that would lead from the real tables to the written schema; only asked when nothing is pending. */
	drift: string;
}

/** How `databaseFile` (which exists) stands beside the migrations and the written schema. */
export async function databaseState(
	databaseFile: string,
	migrationsDir = MIGRATIONS_DIR,
	schemaFile = SCHEMA_FILE
): Promise<DatabaseState> {
	return withScratch(async (scratch) => {
		const copy = join(scratch, 'structure.db');
		await copyStructure(databaseFile, copy);
		return withSchemaEngine(copy, (engine) => stateOf(engine, migrationsDir, schemaFile));
	});
}

async function stateOf(engine: SchemaEngine, migrationsDir: string, schemaFile: string): Promise<DatabaseState> {
	const migrationsList = readMigrations(migrationsDir);
	const found = await engine.diagnoseMigrationHistory({
		migrationsList,
		optInToShadowDatabase: false,
		filters: NO_FILTER
	});
	const { history } = found;
	const pending = history !== null && 'unappliedMigrationNames' in history ? history.unappliedMigrationNames : [];
	const unknown = history !== null && 'unpersistedMigrationNames' in history ? history.unpersistedMigrationNames : [];
	const comparable = pending.length + unknown.length + found.failedMigrationNames.length === 0;
	return {
		pending,
		unknown,
		edited: found.editedMigrationNames,
		failed: found.failedMigrationNames,
		drift: comparable ? await diffScript(engine, await introspected(engine), readSchema(schemaFile)) : ''
	};
}

async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
	const scratch = mkdtempSync(join(tmpdir(), 'escale-drift-'));
	try {
		return await work(scratch);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
