/**
 * `ops db-check`: do the migrations lead to the written schema, and has the database had them all, unedited, and nothing
 * else? Changes nothing. With --fresh it asks of a database that this program makes and throws away.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '#lib/server/config.ts';
import { migrate } from '#lib/server/store/migrate.ts';
import { openDatabase } from '#lib/server/store/open.ts';
import { databaseState, missingScript, type DatabaseState } from '../db/drift.ts';
import { MIGRATIONS_DIR } from '../db/migration-folder.ts';
import type { OpsCommand, Outcome } from '../command.ts';

export const dbCheck: OpsCommand = {
	options: {
		fresh: { type: 'boolean', about: 'ask of a new, throw-away database instead of the configured one' }
	},
	run: ({ fresh }) => (fresh === true ? checkFresh() : checkFile(readSettings().databaseFile))
};

/** A new database, migrated as a starting server would. */
async function checkFresh(): Promise<Outcome> {
	const scratch = mkdtempSync(join(tmpdir(), 'escale-db-check-'));
	try {
		const file = join(scratch, 'fresh.db');
		const database = openDatabase(file, true);
		try {
			migrate(database.writer, MIGRATIONS_DIR, file);
		} finally {
			database.close();
		}
		return await checkFile(file);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

async function checkFile(file: string): Promise<Outcome> {
	const missing = await missingScript();
	const state = existsSync(file) ? await databaseState(file) : null;
	const problems = [
		...(missing === ''
			? []
			: [
					'prisma/schema.prisma says more than the migrations. Write one with: npm run db:migrate:new -- <name>\n' +
						indented(missing)
				]),
		...(state === null ? [] : complaints(state))
	];
	const fine =
		state === null
			? 'Migrations and schema agree; there is no database yet.'
			: 'Migrations, schema and database agree.';
	return {
		exitCode: problems.length === 0 ? 0 : 1,
		lines: problems.length === 0 ? [fine] : problems,
		json: { missing, database: state }
	};
}

/** One sentence per kind of difference. */
function complaints({ pending, unknown, edited, failed, drift }: DatabaseState): string[] {
	const named: [names: string[], sentence: string][] = [
		[pending, 'not applied yet (npm run db:migrate)'],
		[unknown, 'applied, but unknown here: the database is newer than this program'],
		[edited, 'changed after it had been applied: put the released file back'],
		[failed, 'stopped half-way: restore the backup that was made before it']
	];
	return [
		...named.flatMap(([names, sentence]) => names.map((name) => `Migration ${name}: ${sentence}.`)),
		...(drift === '' ? [] : [`The database's tables are not those of the schema:\n${indented(drift)}`])
	];
}

const indented = (sql: string): string => sql.trim().replace(/^/gm, '    ');
