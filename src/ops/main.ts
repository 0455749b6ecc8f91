/**
 * `npm run -s ops -- <command>`: the command line for whoever runs Escale. Parses, runs one command, prints its outcome for
 * people or as JSON. Exit codes: 0 done, 1 found problems, 2 wrong use. What a command does is in commands/.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseOptions, WrongUse, type OpsCommand, type Values } from './command.ts';
import { stopWith } from './progress.js';

/** Each command is loaded when it is asked for: half the server hangs on some of them. */
const COMMANDS: Record<string, { summary: string; load: () => Promise<OpsCommand> }> = {
	'api-keys': {
		summary: 'Lists, makes and revokes the keys of programs.',
		load: async () => (await import('./commands/api-keys.ts')).apiKeys
	},
	'audit-contacts': {
		summary: 'Lists contacts and live shipments that are out of scope; mends what has one answer.',
		load: async () => (await import('./commands/audit-contacts.ts')).auditContacts
	},
	backup: {
		summary: 'Makes a backup while the server runs, checks it, and lets go of those it has outlived.',
		load: async () => (await import('./commands/backup.ts')).backup
	},
	backups: {
		summary: 'Lists the backups that there are: age, size, when each was verified.',
		load: async () => (await import('./commands/backups.ts')).backups
	},
	'add-warehouse': {
		summary: 'Makes a warehouse, which a new installation needs before its first carton, or renames it.',
		load: async () => (await import('./commands/add-warehouse.ts')).addWarehouse
	},
	check: {
		summary: 'Looks at the installation and says what is wrong and what to do; --deploy asks more of it.',
		load: async () => (await import('./commands/check.ts')).check
	},
	compact: {
		summary: 'Lets old history leave the change feed, and gives the disk back what that frees where it pays.',
		load: async () => (await import('./commands/compact.ts')).compact
	},
	'create-admin': {
		summary: 'Makes an admin and prints the link by which that person chooses a password.',
		load: async () => (await import('./commands/create-admin.ts')).createAdmin
	},
	users: {
		summary: 'Lists the accounts: login, role, state, when the person was last seen.',
		load: async () => (await import('./commands/people.ts')).users
	},
	'create-user': {
		summary: 'Makes an account and prints the link by which its person chooses a password.',
		load: async () => (await import('./commands/people.ts')).createUser
	},
	'set-role': {
		summary: 'Gives an account another role.',
		load: async () => (await import('./commands/people.ts')).setRole
	},
	'deactivate-user': {
		summary: 'Ends an account: its sessions and grants at once; devices are revoked separately.',
		load: async () => (await import('./commands/people.ts')).deactivateUser
	},
	'reactivate-user': {
		summary: 'Lets the person of a deactivated account sign in again.',
		load: async () => (await import('./commands/people.ts')).reactivateUser
	},
	'reset-password': {
		summary: 'Prints a link by which a person chooses a new password.',
		load: async () => (await import('./commands/people.ts')).resetPassword
	},
	'inactive-users': {
		summary: 'Lists active accounts whose person was not seen for some days.',
		load: async () => (await import('./commands/people.ts')).inactiveUsers
	},
	'account-requests': {
		summary: 'Lists account requests that wait for an answer.',
		load: async () => (await import('./commands/people.ts')).accountRequests
	},
	devices: {
		summary: 'Lists the devices: who works there, when it was last seen, what it has to send.',
		load: async () => (await import('./commands/devices.ts')).devices
	},
	'confirm-device': {
		summary: 'Says that a device, or all of them, is one of ours after a restore without a whole journal.',
		load: async () => (await import('./commands/devices.ts')).confirmDevice
	},
	'revoke-device': {
		summary: 'Takes a lost device out of service, for good.',
		load: async () => (await import('./commands/devices.ts')).revokeDevice
	},
	'import-queue': {
		summary: 'Brings in a phone’s queue from the file that its worker exported; each scan counts once.',
		load: async () => (await import('./commands/import-queue.ts')).importQueue
	},
	'db-check': {
		summary: 'Compares migrations, written schema and database (drift, pending, edited).',
		load: async () => (await import('./commands/db-check.ts')).dbCheck
	},
	jobs: {
		summary: 'Lists the jobs with their last and next runs; runs, retries, cancels and forgets them.',
		load: async () => (await import('./commands/jobs.ts')).jobs
	},
	lan: {
		summary: 'Makes the keys of HTTPS on the local network, and says how phones reach this server.',
		load: async () => (await import('./commands/lan.ts')).lan
	},
	logs: {
		summary: 'Shows the log by time, level, request and person, counts its lines, or writes them to a file.',
		load: async () => (await import('./commands/logs.ts')).logs
	},
	maintenance: {
		summary: 'Announces, begins and ends a window in which the desk only reads; publishes an incident note.',
		load: async () => (await import('./commands/maintenance.ts')).maintenance
	},
	'email-queue': {
		summary: 'Shows the mail queue: counts, the oldest, the last failures; releases or discards what a restore held.',
		load: async () => (await import('./commands/email-queue.ts')).emailQueue
	},
	migrate: {
		summary: 'Applies pending migrations to the database; makes it if it is absent.',
		load: async () => (await import('./commands/migrate.ts')).migrate
	},
	notices: {
		summary: 'Queues notices, or prints them: the status of a shipment, late shipments, the daily summary, a message.',
		load: async () => (await import('./commands/notices.ts')).notices
	},
	'process-email-queue': {
		summary: 'Delivers what is due in the mail queue, as the server does every minute.',
		load: async () => (await import('./commands/process-email-queue.ts')).processEmailQueue
	},
	restore: {
		summary: 'Puts a backup in the place of the database; the server must be stopped.',
		load: async () => (await import('./commands/restore.ts')).restore
	},
	'restore-drill': {
		summary: 'Restores the newest backup beside the running system and proves it equal; notes how it went.',
		load: async () => (await import('./commands/restore-drill.ts')).restoreDrill
	},
	'seed-demo': {
		summary: 'Fills an empty database with a demo warehouse and its users.',
		load: async () => (await import('./commands/seed-demo.ts')).seedDemo
	},
	stats: {
		summary:
			'Tells how large the database is, how it grows, what was slow and went wrong, and which devices there are.',
		load: async () => (await import('./commands/stats.ts')).stats
	},
	verify: {
		summary: 'Replays what happened and compares it with what the database holds; reports, never mends.',
		load: async () => (await import('./commands/verify.ts')).verify
	},
	smoke: {
		summary: 'Opens the pages of a running server and says which do not answer as they should.',
		load: async () => (await import('./commands/smoke.ts')).smoke
	},
	serve: {
		summary: 'Serves the built application until it is stopped.',
		load: async () => (await import('./commands/serve.ts')).serve
	}
};

const COMMON: OpsCommand['options'] = {
	help: { type: 'boolean', about: 'say what the command does and takes' },
	json: { type: 'boolean', about: 'print the outcome as one JSON line' }
};

function usage(): string {
	const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(17)} ${summary}`);
	return `Usage: npm run -s ops -- <command> [--help] [--json]\n\n${rows.join('\n')}`;
}

function helpOf(name: string, { options, takes = [] }: OpsCommand): string {
	const rows = [
		...takes.map(({ word, about }) => `  ${word.padEnd(22)} ${about}`),
		...Object.entries({ ...options, ...COMMON }).map(
			([option, { type, about }]) => `  --${(type === 'string' ? `${option} VALUE` : option).padEnd(20)} ${about}`
		)
	];
	const words = takes.map(({ word, optional }) => (optional ? ` [${word}]` : ` ${word}`)).join('');
	return `npm run -s ops -- ${name}${words}\n\n${COMMANDS[name]?.summary}\n\n${rows.join('\n')}\n\nExit codes: 0 done, 1 found problems, 2 wrong use.`;
}

function wrongUse(message: string): never {
	console.error(message);
	process.exit(2);
}

interface Given {
	values: Values;
	taken: string[];
}

function parse(name: string, command: OpsCommand, args: string[]): Given {
	const options = parseOptions({ ...command.options, ...COMMON });
	const { takes = [] } = command;
	try {
		const parsed = parseArgs({ args, options, strict: true, allowPositionals: takes.length > 0 });
		const given: Given = { values: parsed.values as Values, taken: parsed.positionals };
		const missing = takes[given.taken.length];
		const isComplete = missing === undefined ? given.taken.length === takes.length : missing.optional === true;
		if (given.values['help'] === true || isComplete) return given;
		const what = missing ? `${missing.word} is missing` : `"${given.taken[takes.length]}" is one word too many`;
		throw new WrongUse(`${what}.`);
	} catch (error) {
		wrongUse(`${error instanceof Error ? error.message : error}\n\n${helpOf(name, command)}`);
	}
}

if (existsSync('.env')) process.loadEnvFile('.env');
const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === '--help' || name === 'help') {
	console.log(usage());
	process.exit(name === undefined ? 2 : 0);
}
const found = COMMANDS[name];
if (found === undefined) wrongUse(`There is no command "${name}".\n\n${usage()}`);

const command = await found.load();
const { values, taken } = parse(name, command, args);
if (values['help'] === true) {
	console.log(helpOf(name, command));
} else {
	try {
		const { exitCode, lines, json } = await command.run(values, taken);
		console.log(values['json'] === true ? JSON.stringify(json) : lines.join('\n'));
		process.exitCode = exitCode;
	} catch (error) {
		if (error instanceof WrongUse) wrongUse(`${error.message}\n\n${helpOf(name, command)}`);
		stopWith(error);
	}
}
