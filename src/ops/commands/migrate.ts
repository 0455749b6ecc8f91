/** `ops migrate`: brings the configured database to this program's migrations, as every start does before it listens. */
import { existsSync } from 'node:fs';
import { readSettings } from '#lib/server/config.ts';
import { migrate as applyMigrations } from '#lib/server/store/migrate.ts';
import { openDatabase } from '#lib/server/store/open.ts';
import { databaseState } from '../db/drift.ts';
import { MIGRATIONS_DIR, readMigrations } from '../db/migration-folder.ts';
import type { OpsCommand, Outcome } from '../command.ts';

export const migrate: OpsCommand = {
	options: {
		check: { type: 'boolean', about: 'apply nothing, list what is pending; exit code 1 if there is any' }
	},
	run: ({ check }) => {
		const file = readSettings().databaseFile;
		return check === true ? listPending(file) : Promise.resolve(apply(file));
	}
};

/** @throws StartRefusal when the file is not ours, is newer than the program, or is in use */
function apply(file: string): Outcome {
	const database = openDatabase(file, true);
	try {
		const applied = applyMigrations(database.writer, MIGRATIONS_DIR, file);
		const lines = applied.length === 0 ? ['Nothing to apply.'] : applied.map((name) => `Applied ${name}.`);
		return { exitCode: 0, lines, json: { applied } };
	} finally {
		database.close();
	}
}

async function listPending(file: string): Promise<Outcome> {
	const pending = existsSync(file)
		? (await databaseState(file)).pending
		: readMigrations().migrationDirectories.map(({ path }) => path);
	return {
		exitCode: pending.length === 0 ? 0 : 1,
		lines: pending.length === 0 ? ['Nothing is pending.'] : pending.map((name) => `Pending: ${name}`),
		json: { pending }
	};
}
