/**
 * The two installations that docs/installation.md makes, command by command in processes of their own, with the server running:
 * `check --deploy` has nothing left to say of them. Only what the page says itself stays: a copy on another disk (A), and a Node
 * that gets security fixes, which is whoever runs this test's.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	accessSync,
	constants,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { NODE_ENDS } from '../src/ops/checks/node-versions.ts';
import { freePort } from './e2e/support/server.ts';

const SECRETS = ['kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6GaEu+iO/wq=zV', 'Zr1xWc5YkT3v0Qm8b7Nd2Lf9Eu+iO/wq=zVHs4Jp6Ga'];
const scratch = mkdtempSync(join(tmpdir(), 'escale-deployment-'));
const folders = [scratch];
let serving: ChildProcess | null = null;

/** A folder on another file system than the database's; null: this machine has none that this test may use. */
function onAnotherDisk(): string | null {
	try {
		accessSync('/dev/shm', constants.W_OK);
	} catch {
		return null;
	}
	if (statSync('/dev/shm').dev === statSync(scratch).dev) return null;
	const folder = mkdtempSync('/dev/shm/escale-deployment-');
	folders.push(folder);
	return folder;
}

const endsOfOurs = NODE_ENDS[Number(process.versions.node.split('.')[0])];
/** What is the test's own machine's. */
const OF_THE_MACHINE = [
	...(endsOfOurs !== undefined && new Date() >= new Date(endsOfOurs) ? ['node.supported'] : []),
	...(onAnotherDisk() === null ? ['deploy.backup-elsewhere'] : [])
];

/** A checkout: everything of this one but its settings. */
function checkout(name: string, settings: Record<string, string>): string {
	const folder = join(scratch, name);
	mkdirSync(folder);
	for (const part of ['build', 'docs', 'node_modules', 'package.json', 'prisma', 'src'])
		symlinkSync(resolve(part), join(folder, part));
	const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
	writeFileSync(join(folder, '.env'), lines.join(''), { mode: 0o600 });
	return folder;
}

const OPS = ['--import', import.meta.resolve('tsx'), 'src/ops/main.ts'];
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmpdir() };

interface Ended {
	exitCode: number;
	out: string;
	err: string;
}

function ops(cwd: string, line: string): Promise<Ended> {
	const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
	return new Promise((done) => {
		execFile(process.execPath, [...OPS, ...words], { cwd, env }, (error, out, err) =>
			done({ exitCode: error === null ? 0 : Number(error.code), out, err })
		);
	});
}

async function serve(cwd: string): Promise<void> {
	const child = spawn(process.execPath, [...OPS, 'serve'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
	serving = child;
	let said = '';
	await new Promise<void>((done, fail) => {
		child.once('exit', (code) => fail(new Error(`the server ended with ${code}: ${said}`)));
		for (const stream of [child.stdout, child.stderr])
			stream.on('data', (chunk) => {
				said += chunk;
				if (said.includes('Serving https://')) done();
			});
	});
}

/** The commands of a section of the page, in its order, without those that serve, check or ask others. */
function commandsOf(section: string): string[] {
	const text = readFileSync('docs/installation.md', 'utf8')
		.split(/^## /m)
		.find((part) => part.startsWith(section))!;
	const found = [...text.matchAll(/^npm run -s ops -- (.+)$/gm)].map(([, line]) => line!);
	return found.filter((line) => !/^(?:serve|check|smoke)\b/.test(line));
}

async function findings(cwd: string): Promise<{ ids: string[]; exitCode: number }> {
	const { out, exitCode } = await ops(cwd, 'check --deploy --fail-level WARNING --json');
	return { ids: (JSON.parse(out) as { findings: { id: string }[] }).findings.map(({ id }) => id), exitCode };
}

beforeAll(() => expect(commandsOf('B:')).toContain('migrate'));
afterEach(async () => {
	if (serving === null) return;
	const gone = once(serving, 'exit');
	serving.kill('SIGTERM');
	await gone;
	serving = null;
});
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const envOf = (text: string) =>
	Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]));

test('way B: nothing is found on the deployment that the page makes', { timeout: 180_000 }, async () => {
	const data = join(scratch, 'b-data');
	mkdirSync(data);
	const cwd = checkout('b', {
		...envOf(readFileSync('docs/deploy/production.env.example', 'utf8')),
		PORT: String(await freePort()),
		DATABASE_URL: `file:${join(data, 'escale.db')}`,
		BACKUP_DIR: onAnotherDisk() ?? join(data, 'backups'),
		LOG_DIR: join(data, 'logs'),
		SESSION_SECRET: SECRETS[0]!,
		METRICS_TOKEN: SECRETS[1]!
	});
	for (const line of commandsOf('B:')) {
		const { exitCode, err } = await ops(cwd, line);
		expect([line, exitCode, err]).toEqual([line, 0, '']);
	}
	await serve(cwd);
	expect(await findings(cwd)).toEqual({ ids: OF_THE_MACHINE, exitCode: OF_THE_MACHINE.length > 0 ? 1 : 0 });
});

test('way A: it asks for a copy on another disk, and then for nothing', { timeout: 180_000 }, async () => {
	const [port, httpsPort] = [await freePort(), await freePort()];
	mkdirSync(join(scratch, 'a-data'), { mode: 0o700 });
	const text = readFileSync('docs/installation.md', 'utf8');
	const cwd = checkout('a', {
		...envOf(/cat > \.env <<EOF\n([^]*?)EOF/.exec(text)![1]!),
		DATABASE_URL: `file:${join(scratch, 'a-data', 'escale.db')}`,
		SESSION_SECRET: SECRETS[0]!,
		PORT: String(port),
		// Whatever addresses this machine has; the page takes the first.
		ORIGIN: `https://localhost:${httpsPort}`
	});
	for (const line of commandsOf('A:')) {
		const { exitCode, err } = await ops(cwd, line);
		expect([line, exitCode, err]).toEqual([line, 0, '']);
	}
	await serve(cwd);
	const elsewhere = 'deploy.backup-elsewhere';
	expect((await findings(cwd)).ids).toEqual([...OF_THE_MACHINE.filter((id) => id !== elsewhere), elsewhere]);
	const copied = await ops(cwd, `backup --to ${onAnotherDisk() ?? join(scratch, 'copy')}`);
	expect(copied.err).toBe('');
	expect((await findings(cwd)).ids).toEqual(OF_THE_MACHINE.filter((id) => id !== elsewhere));
});
