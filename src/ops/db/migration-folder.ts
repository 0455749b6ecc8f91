/**
 * The folder `prisma/migrations` in Prisma's own format: one folder per migration, `<UTC time>_<name>/migration.sql`, and a
 * lock file that names the database kind. Read and written by the `db:*` commands; knows nothing of what the SQL says.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiffTarget, MigrationList } from '@prisma/schema-engine-wasm';

export const SCHEMA_FILE = 'prisma/schema.prisma';
export const MIGRATIONS_DIR = 'prisma/migrations';

const LOCK_FILE = 'migration_lock.toml';
const LOCK_TEXT =
	'# Kept by Prisma\'s format: which kind of database these migrations are written for.\nprovider = "sqlite"\n';

/** The folder as the schema engine wants it, oldest first. An absent folder has no migrations. */
export function readMigrations(dir = MIGRATIONS_DIR): MigrationList {
	const names = existsSync(dir)
		? readdirSync(dir, { withFileTypes: true })
				.filter((entry) => entry.isDirectory())
				.map((entry) => entry.name)
				.sort()
		: [];
	const lock = join(dir, LOCK_FILE);
	return {
		baseDir: dir,
		lockfile: { path: LOCK_FILE, content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
		shadowDbInitScript: '',
		migrationDirectories: names.map((name) => ({
			path: name,
			migrationFile: {
				path: 'migration.sql',
				content: { tag: 'ok', value: readFileSync(join(dir, name, 'migration.sql'), 'utf8') }
			}
		}))
	};
}

/** The written schema, as a target of `diff`. */
export function readSchema(file = SCHEMA_FILE): DiffTarget {
	return { tag: 'schemaDatamodel', files: [{ path: file, content: readFileSync(file, 'utf8') }] };
}

/**
 * Writes `script` as a new migration and returns its path.
 * @throws RangeError when the name is not snake_case, since it becomes a folder and a column value
 */
export function writeMigration(name: string, script: string, now: Date, dir = MIGRATIONS_DIR): string {
	if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new RangeError(`a migration's name is snake_case, not "${name}"`);
	const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
	const folder = join(dir, `${stamp}_${name}`);
	mkdirSync(folder, { recursive: true });
	const file = join(folder, 'migration.sql');
	writeFileSync(file, script, { flag: 'wx' });
	const lock = join(dir, LOCK_FILE);
	if (!existsSync(lock)) writeFileSync(lock, LOCK_TEXT);
	return file;
}
