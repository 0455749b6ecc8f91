/**
 * `npm run db:migrate:new -- <name>`: derives the migration that leads from the ones already written to
 * prisma/schema.prisma. The developer reads the SQL and commits it; it is applied by `db:migrate` and by every start.
 */
import { missingScript } from './drift.ts';
import { writeMigration } from './migration-folder.ts';

const name = process.argv[2];
if (name === undefined) {
	console.error('Usage: npm run db:migrate:new -- <snake_case_name>');
	process.exit(2);
}

const script = await missingScript();
if (script === '') {
	console.log('Nothing to write: the migrations already lead to prisma/schema.prisma.');
} else {
	try {
		console.log(`Wrote ${writeMigration(name, script, new Date())}. Read it before you commit it.`);
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exit(2);
	}
}
