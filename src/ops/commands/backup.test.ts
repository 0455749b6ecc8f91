import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runbook, STACK } from '../../../tests/support/ops.ts';

let folder: string;
let settings: Record<string, string>;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-backup-test-'));
	settings = {
		DATABASE_URL: `file:${join(folder, 'escale.db')}`,
		BACKUP_DIR: join(folder, 'backups'),
		DEMO_PASSWORD: 'a-password-for-this-test'
	};
	await runbook('npm run -s ops -- seed-demo', settings);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the runbook’s commands for backups', { timeout: 60_000 }, () => {
	test('without a backup the list says so and ends with 1', async () => {
		const { exitCode, out } = await runbook('npm run -s ops -- backups', settings);
		expect(exitCode).toBe(1);
		expect(out).toBe(`There is no backup in ${join(folder, 'backups')}.\n`);
	});

	test('a backup is made, copied, listed and verified', async () => {
		const to = join(folder, 'elsewhere');
		const made = await runbook(`npm run -s ops -- backup --to ${to}`, settings);
		expect(made.err).toBe('');
		expect(made.exitCode).toBe(0);
		expect(made.out).toMatch(/^Backup \S+: [\d.]+ kB, 20 shipments, 260 cartons\.\n.*read back whole\.\nA copy is in /);
		expect(readdirSync(to)).toContain(readdirSync(join(folder, 'backups'))[0]);
		const list = await runbook('npm run -s ops -- backups --verify --json', settings);
		expect(list.exitCode).toBe(0);
		expect(JSON.parse(list.out)).toMatchObject({ backups: [{ damaged: null, verifiedAt: expect.any(String) }] });
	});

	test('a torn one is named, with exit code 1', async () => {
		const [name] = readdirSync(join(folder, 'backups'));
		const file = join(folder, 'backups', name!, 'escale.db.gz');
		const whole = readFileSync(file);
		writeFileSync(file, whole.subarray(0, -1));
		const { exitCode, out } = await runbook('npm run -s ops -- backups', settings);
		expect(exitCode).toBe(1);
		expect(out).toContain('DAMAGED');
		writeFileSync(file, whole);
	});

	test('a folder that cannot be written is one sentence, and nothing is left', async () => {
		const inFile = join(folder, 'a-file');
		writeFileSync(inFile, '');
		const { exitCode, err } = await runbook('npm run -s ops -- backup', { ...settings, BACKUP_DIR: join(inFile, 'x') });
		expect(exitCode).toBe(1);
		expect(err).toContain('cannot be written (ENOTDIR). Check BACKUP_DIR and its rights.');
		expect(err).not.toMatch(STACK);
		expect(existsSync(join(inFile, 'x'))).toBe(false);
	});

	test.skipIf(!existsSync('/proc/self')).for([
		['BACKUP_DIR', 'npm run -s ops -- backup', { BACKUP_DIR: '/proc/escale/backups' }],
		['--to', 'npm run -s ops -- backup --to /proc/escale/backups', {}]
	] as const)('%s where the file system takes no folders is one sentence, soon', async ([, line, given]) => {
		const { exitCode, err } = await runbook(line, { ...settings, ...given });
		expect(exitCode).toBe(1);
		expect(err).toContain('/proc/escale/backups: it cannot be written (EPERM). Check BACKUP_DIR and its rights.');
		expect(err).not.toMatch(STACK);
	});

	test('a word that the command does not take is wrong use', async () => {
		expect(await runbook('npm run -s ops -- backup now', settings)).toMatchObject({ exitCode: 2 });
	});
});

describe('ops verify', { timeout: 60_000 }, () => {
	test('agrees with the demo', async () => {
		const { exitCode, out } = await runbook('npm run -s ops -- verify', settings);
		expect(out).toBe('260 cartons and 20 shipments agree with their history, their counts and their digests.\n');
		expect(exitCode).toBe(0);
	});
});

describe('ops restore and its drill', { timeout: 60_000 }, () => {
	const newest = () => readdirSync(join(folder, 'backups')).filter((name) => name.startsWith('2'))[0]!;

	test('the drill proves the newest backup, and notes it', async () => {
		const { exitCode, out } = await runbook('npm run -s ops -- restore-drill', settings);
		expect(out).toMatch(
			/^Backup \S+ was restored beside the system in [\d.]+ s, equal to its manifest, and verified\.\n$/
		);
		expect(exitCode).toBe(0);
	});

	test('restore needs its file and somebody to ask', async () => {
		expect(await runbook('npm run -s ops -- restore', settings)).toMatchObject({ exitCode: 2 });
		const asked = await runbook(`npm run -s ops -- restore ${newest()}`, settings);
		expect(asked.exitCode).toBe(2);
		expect(asked.err).toContain('Nobody can be asked here');
		expect(await runbook('npm run -s ops -- restore nothing --force', settings)).toMatchObject({ exitCode: 1 });
	});

	test('a trial changes nothing; forced it restores and says what it did', async () => {
		const trial = await runbook(`npm run -s ops -- restore ${newest()} --dry-run`, settings);
		expect(trial).toMatchObject({ exitCode: 0, err: '' });
		expect(trial.out).toContain('Nothing was replaced.');
		const restored = await runbook(`npm run -s ops -- restore ${newest()} --force`, settings);
		expect(restored).toMatchObject({ exitCode: 0, err: '' });
		expect(restored.out).toMatch(/^Restored into .*\nWhat was there is backup .*\nIts file is .*replaced-/);
		expect(restored.out).toContain('Numbers go on above all that were given out.');
		const staging = { ...settings, DATABASE_URL: `file:${join(folder, 'staging.db')}` };
		const copied = await runbook(`npm run -s ops -- restore ${newest()} --as-staging --force --json`, staging);
		expect(JSON.parse(copied.out)).toMatchObject({ numbers: 'skipped', backedUpAs: null });
	});
});
