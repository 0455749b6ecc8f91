import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runbook, STACK } from '../../../tests/support/ops.ts';

let folder: string;
let settings: Record<string, string>;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-ops-logs-'));
	settings = {
		DATABASE_URL: `file:${join(folder, 'escale.db')}`,
		LOG_DIR: join(folder, 'logs'),
		BACKUP_DIR: join(folder, 'backups')
	};
	mkdirSync(settings['LOG_DIR']!);
	const write = (day: string, lines: (object | string)[]) =>
		writeFileSync(
			join(settings['LOG_DIR']!, `escale-${day}-001.log`),
			lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
		);
	const old = hoursAgo(72);
	write(old.slice(0, 10), [{ level: 'error', time: old, event: 'request_failed', request_id: 'r-old' }]);
	const [one, two] = [hoursAgo(0.2), hoursAgo(0.1)];
	write(two.slice(0, 10), [
		{ level: 'warn', time: one, event: 'slow_statement', duration_ms: 240, statement: 'SELECT ?', request_id: 'r-1' },
		{ level: 'warn', time: one, event: 'slow_statement', duration_ms: 310, statement: 'SELECT ?' },
		'{"level":"error","time":"2026-',
		{
			level: 'error',
			time: two,
			event: 'request_failed',
			request_id: 'r-2',
			person: 'p-2',
			err: { type: 'TypeError' }
		},
		{ level: 'info', time: two, msg: 'fine' }
	]);
	await runbook('npm run -s ops -- migrate', settings);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const logs = (options: string) => runbook(`npm run -s ops -- logs ${options}`.trim(), settings);

describe('ops logs', { timeout: 60_000 }, () => {
	test('shows the last 24 hours; torn lines are passed over', async () => {
		const { exitCode, out } = await logs('--json');
		expect(exitCode).toBe(0);
		expect(JSON.parse(out).count).toBe(4);
		expect(JSON.parse((await logs('--since 7d --level error --json')).out).count).toBe(2);
	});

	test('finds a request and a person', async () => {
		expect((await logs('--request r-1')).out).toMatch(/^\S+ WARN {2}slow_statement .*duration_ms=240/);
		expect(JSON.parse((await logs('--user p-2 --json')).out).lines).toMatchObject([{ request_id: 'r-2' }]);
		expect((await logs('--request r-none')).out).toBe('No lines.\n');
	});

	test('counts by kind', async () => {
		expect((await logs('--count')).out).toMatch(/^ +2 {2}warn slow_statement\n/);
	});

	test('writes to a new file, and over none', async () => {
		const file = join(folder, 'out.jsonl');
		expect((await logs(`--level warn --out ${file}`)).out).toBe(`3 lines are in ${file}.\n`);
		expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3);
		const again = await logs(`--out ${file}`);
		expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('is there already') });
		expect(again.err).not.toMatch(STACK);
	});

	test.for(['--since yesterday', '--level loud'])('%s makes no sense', async (option) => {
		expect((await logs(option)).exitCode).toBe(2);
	});

	test('says where the log is when there are no files', async () => {
		const { exitCode, err } = await runbook('npm run -s ops -- logs', { ...settings, LOG_DIR: '' });
		expect(exitCode).toBe(1);
		expect(err).toContain('journalctl');
	});
});

test('ops stats tells sizes, growth, devices, what was slow and what went wrong', { timeout: 60_000 }, async () => {
	const { exitCode, out } = await runbook('npm run -s ops -- stats --json', settings);
	expect(exitCode).toBe(0);
	const told = JSON.parse(out);
	expect(told).toMatchObject({
		databaseBytes: expect.any(Number),
		growth: [
			{ days: 7, bytes: null },
			{ days: 30, bytes: null }
		],
		devices: { active: 0, revoked: 0 },
		log: { slowest: [{ statement: 'SELECT ?', count: 2, slowestMs: 310 }], errors: { request_failed: 1 } }
	});
	expect(told.tables.find(({ table }: { table: string }) => table === 'carton').bytes).toBeGreaterThan(0);
	const people = await runbook('npm run -s ops -- stats', settings);
	expect(people.out).toMatch(/^Database [\d.]+ kB, /);
	expect(people.out).toContain('Errors in 24 h: 1 (request_failed 1).');
});
