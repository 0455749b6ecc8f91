/**
 * Copies what a database is made of, without what is in it: tables, indexes and the history of its migrations. The schema
 * engine asks its questions of the copy, since it takes exclusive locks, which a serving database must not meet, and
 * stumbles over the partial indexes that the store installs itself at every start (`feed_…`, like its triggers).
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { StepFailed } from '../progress.js';

const MADE_BY_MIGRATIONS = `sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
	AND (type = 'table' OR (type = 'index' AND name NOT LIKE 'feed\\_%' ESCAPE '\\'))`;

/** @throws StepFailed when `databaseFile` (which exists) is no SQLite database */
export async function copyStructure(databaseFile: string, copyFile: string): Promise<void> {
	const copy = await new PrismaBetterSqlite3({ url: `file:${copyFile}` }).connect();
	const ask = async (sql: string): Promise<unknown[]> =>
		(await copy.queryRaw({ sql, args: [], argTypes: [] })).rows.flat();
	try {
		await copy.executeScript(`ATTACH '${databaseFile.replaceAll("'", "''")}' AS real`);
		const made = await ask(`SELECT sql FROM real.sqlite_master WHERE ${MADE_BY_MIGRATIONS} ORDER BY type = 'index'`);
		await copy.executeScript(made.map((sql) => `${String(sql)};`).join('\n'));
		const history = await ask(`SELECT name FROM real.sqlite_master WHERE name = '_prisma_migrations'`);
		if (history.length > 0) {
			await copy.executeScript('INSERT INTO main._prisma_migrations SELECT * FROM real._prisma_migrations');
		}
	} catch (error) {
		throw new StepFailed(
			`${databaseFile}: its tables cannot be read (${error instanceof Error ? error.message : String(error)}).`
		);
	} finally {
		await copy.dispose();
	}
}
