/**
 * Every command line of ours in docs/ is one that exists, with options that it has; those that a scratch installation can stand
 * are run as they are written, or as a trial where they would put something in the place of something else.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listBackups } from '#lib/server/backup/backup-folder.ts';
import { parseOptions, type OpsCommand, type Values } from '../src/ops/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'escale-runbook-'));
const backupDir = join(folder, 'backups');
const SETTINGS = {
	NODE_ENV: 'production',
	ORIGIN: 'https://escale.example.org',
	PORT: '9',
	DATABASE_URL: `file:${join(folder, 'escale.db')}`,
	BACKUP_DIR: backupDir,
	SESSION_SECRET: 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6GaEu+iO/wq=zV',
	LOG_LEVEL: 'silent'
};

/** In the order in which an operator gives them. With `dry-run`: only tried. Commands that are not here are only parsed. */
const RUN: Record<string, 'as written' | 'dry-run'> = {
	migrate: 'as written',
	'create-admin': 'as written',
	'add-warehouse': 'as written',
	backup: 'as written',
	backups: 'as written',
	check: 'as written',
	'db-check': 'as written',
	'audit-contacts': 'as written',
	verify: 'as written',
	'restore-drill': 'as written',
	restore: 'dry-run'
};

interface Line {
	file: string;
	words: string[];
}

/** Code within a sentence may go on in the next line. */
const unwrapped = (text: string): string =>
	text.replace(/(?<!`)`(?!`)[^`]+`/g, (code) => code.replace(/\s*\n\s*/g, ' '));

/** In blocks and in sentences. What stands in `<…>` or as `…` is for the reader to fill in, and parsed as a word. */
const lines: Line[] = readdirSync('docs')
	.filter((file) => file.endsWith('.md'))
	.map((file) => ({ file, text: unwrapped(readFileSync(join('docs', file), 'utf8')) }))
	.flatMap(({ file, text }) =>
		[...text.matchAll(/npm run -s ops -- ([a-z][^`\n#]*)/g)].map(([, rest]) => ({
			file,
			words: [...rest!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
		}))
	)
	.filter(({ words }, i, all) => all.findIndex((other) => `${other.words}` === `${words}`) === i);

/** Where main.ts loads each command from; it cannot be imported, since it runs. */
const places = new Map(
	[
		...readFileSync('src/ops/main.ts', 'utf8').matchAll(
			/^\t'?([\w-]+)'?: \{\n[^}]*?import\('\.\/commands\/([\w-]+)\.ts'\)\)\.(\w+)/gm
		)
	].map(([, name, file, exported]) => [name!, { file: file!, exported: exported! }])
);

async function commandOf(name: string): Promise<OpsCommand> {
	const place = places.get(name);
	expect(place, `there is a command ${name}`).toBeDefined();
	const commands = (await import(`../src/ops/commands/${place!.file}.ts`)) as Record<string, OpsCommand>;
	return commands[place!.exported]!;
}

function parse({ options, takes = [] }: OpsCommand, args: string[]): { values: Values; taken: string[] } {
	const common = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
	const parsed = parseArgs({
		args,
		options: { ...parseOptions(options), ...common },
		strict: true,
		allowPositionals: takes.length > 0
	});
	return { values: parsed.values as Values, taken: parsed.positionals };
}

const former = { ...process.env };
beforeAll(() => Object.assign(process.env, SETTINGS));
afterAll(() => {
	process.env = former;
	rmSync(folder, { recursive: true, force: true });
});

test('the runbook has commands', () => expect(lines.length).toBeGreaterThan(20));

test.for(lines.map((line) => [line.words.join(' '), line] as const))(
	'ops %s is a command of ours',
	async ([, line]) => {
		const [name, ...args] = line.words;
		const command = await commandOf(name!);
		const { taken } = parse(command, args);
		expect(taken.length, `${line.file}: what it takes`).toBeLessThanOrEqual(command.takes?.length ?? 0);
	}
);

const order = Object.keys(RUN);
const runnable = lines
	.filter(({ words: [name] }) => name! in RUN)
	.toSorted((a, b) => order.indexOf(a.words[0]!) - order.indexOf(b.words[0]!));

test.for(runnable.map((line) => [line.words.join(' '), line] as const))(
	'ops %s does what it should',
	async ([, line]) => {
		const [name, ...args] = line.words;
		const command = await commandOf(name!);
		const { values, taken } = parse(command, args);
		if (values['to'] !== undefined) values['to'] = join(folder, 'elsewhere');
		if (RUN[name!] === 'dry-run') values['dry-run'] = true;
		// Staging has a database of its own: over the one that the backup is of it is refused.
		const database = values['as-staging'] === true ? `file:${join(folder, 'staging.db')}` : SETTINGS.DATABASE_URL;
		process.env['DATABASE_URL'] = database;
		const backup = listBackups(backupDir)[0]?.name;
		const { exitCode, lines: said } = await command.run(
			values,
			taken.map((word) => (/^\/?[\w/-]*\d{4}-\d\d-\d\dT/.test(word) ? backup! : word))
		);
		// A check may find something on a machine that is no deployment; all else must succeed.
		if (name !== 'check') expect(exitCode, said.join('\n')).toBe(0);
		expect(said.join('\n')).not.toBe('');
	}
);
