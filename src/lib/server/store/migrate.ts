/**
 * Applies the folder of migrations in Prisma's own format and keeps Prisma's own `_prisma_migrations`, so that its tools and
 * ours agree on what a database has had. A starting server runs it before it listens; it needs none of Prisma's engines.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { sql } from './sql.ts';
import { StartRefusal } from './start-refusal.ts';
import { ALL_TABLES } from './synced-tables.ts';
import { dropFeed } from './triggers.ts';

const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

interface Migration {
	name: string;
	text: string;
	checksum: string;
}

interface Applied {
	name: string;
	checksum: string;
	finished: number;
}

function readFolder(folder: string): Migration[] {
	const names = existsSync(folder)
		? readdirSync(folder, { withFileTypes: true })
				.filter((entry) => entry.isDirectory())
				.map((entry) => entry.name)
				.sort()
		: [];
	if (names.length === 0) {
		throw new StartRefusal(
			'broken_migration',
			folder,
			'there are no migrations here.',
			'Start from the folder of the program.'
		);
	}
	return names.map((name) => {
		const text = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
		return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
	});
}

function readApplied(db: Database): Applied[] {
	const hasHistory = sql(db, `SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'`).get() !== undefined;
	if (!hasHistory) return [];
	return db
		.prepare<[], Applied>(
			`SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`
		)
		.all();
}

/**
 * What the folder has and the database has not had, oldest first.
 * @throws StartRefusal when the database is newer than the folder, or one of its migrations was edited or stopped half-way
 */
export function pendingMigrations(db: Database, folder: string, file: string): string[] {
	return pending(db, folder, file).map(({ name }) => name);
}

function pending(db: Database, folder: string, file: string): Migration[] {
	const known = readFolder(folder);
	const applied = readApplied(db);
	for (const { name, checksum, finished } of applied) {
		const ours = known.find((migration) => migration.name === name);
		if (ours === undefined) {
			throw new StartRefusal(
				'newer',
				file,
				`it has had the migration ${name}, which this program does not know.`,
				'Start the newer program, or restore a backup from before the update.'
			);
		}
		if (!finished) {
			throw new StartRefusal(
				'broken_migration',
				file,
				`the migration ${name} stopped half-way.`,
				'Restore the backup that was made before it.'
			);
		}
		if (ours.checksum !== checksum) {
			throw new StartRefusal(
				'edited_migration',
				file,
				`the migration ${name} was changed after this database had had it.`,
				'Put the released file back; a change of the schema is a new migration.'
			);
		}
	}
	const had = new Set(applied.map(({ name }) => name));
	return known.filter(({ name }) => !had.has(name));
}

/** Does a migration's SQL name this table? Saying yes once too often costs phones one snapshot, saying no hides rows. */
const touches = (text: string, sqlName: string): boolean => new RegExp(`\\b${sqlName}\\b`, 'i').test(text);

/**
 * Applies what is pending, each migration in a transaction of its own. Triggers are gone afterwards: `installFeed` follows.
 * @returns the names of what was applied
 * @throws StartRefusal as `pendingMigrations`, or when a migration's SQL fails; then it left nothing
 */
export function migrate(db: Database, folder: string, file: string): string[] {
	const todo = pending(db, folder, file);
	if (todo.length === 0) return [];
	const isFresh = readApplied(db).length === 0;
	db.transaction(() => {
		db.exec(HISTORY);
		if (!isFresh) dropFeed(db);
	}).immediate();
	// A rebuilt table is dropped and renamed; with foreign keys on, SQLite would follow the references.
	db.pragma('foreign_keys = OFF');
	try {
		for (const migration of todo) apply(db, migration, file, isFresh);
	} finally {
		db.pragma('foreign_keys = ON');
	}
	return todo.map(({ name }) => name);
}

function apply(db: Database, { name, text, checksum }: Migration, file: string, isFresh: boolean): void {
	try {
		db.transaction(() => {
			db.exec(text);
			if (!isFresh) forgetTouched(db, text);
			const broken = db.pragma('foreign_key_check') as unknown[];
			if (broken.length > 0) throw new Error(`${broken.length} rows would name rows that do not exist`);
			db.prepare(
				`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, current_timestamp, ?, current_timestamp, 1)`
			).run(randomUUID(), checksum, name);
		}).immediate();
	} catch (error) {
		throw new StartRefusal(
			'broken_migration',
			file,
			`the migration ${name} failed (${error instanceof Error ? error.message : String(error)}) and left nothing behind.`,
			'Go back to the program that ran before, and report this.',
			error
		);
	}
}

/**
 * Rows of a touched table may read otherwise now: their hashes and digests are made anew at the start that follows, and
 * phones below the head take a snapshot. The triggers are away, so the sums are set here.
 */
function forgetTouched(db: Database, text: string): void {
	const touched = ALL_TABLES.filter(({ sqlName }) => touches(text, sqlName));
	for (const { table, sqlName } of touched) {
		db.exec(`UPDATE ${sqlName} SET content_hash = NULL`);
		db.exec(`DELETE FROM in_scope WHERE "table" = '${table}' AND row_id NOT IN (SELECT id FROM ${sqlName})`);
		db.exec(`UPDATE in_scope SET digest = NULL WHERE "table" = '${table}'`);
		db.exec(
			`UPDATE digest_sum SET sum = 0, count = (SELECT count(*) FROM in_scope WHERE in_scope.scope = digest_sum.scope AND in_scope."table" = digest_sum."table") WHERE "table" = '${table}'`
		);
	}
	if (touched.length > 0) {
		db.exec(`UPDATE sync_meta SET floor_seq = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0)`);
	}
}
