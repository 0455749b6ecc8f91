import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runbook, STACK } from '../../../tests/support/ops.ts';

let folder: string;
let production: Record<string, string>;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-create-admin-'));
	production = {
		NODE_ENV: 'production',
		ORIGIN: 'https://escale.example.org',
		DATABASE_URL: `file:${join(folder, 'escale.db')}`,
		BACKUP_DIR: join(folder, 'backups'),
		SESSION_SECRET: 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6Ga'
	};
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ops create-admin', { timeout: 60_000 }, () => {
	test('in production needs a database, which it does not make by mistake', async () => {
		const { exitCode, err } = await runbook(
			'npm run -s ops -- create-admin --login responsable --name Responsable',
			production
		);
		expect(exitCode).toBe(1);
		expect(err).toContain('there is no database');
		expect(err).not.toMatch(STACK);
		expect(existsSync(join(folder, 'escale.db'))).toBe(false);
	});

	test('makes an admin with a link, and another link for the same login', async () => {
		await runbook('npm run -s ops -- migrate', production);
		const first = await runbook('npm run -s ops -- create-admin --login Responsable --name Responsable', production);
		expect(first).toMatchObject({ exitCode: 0, err: '' });
		expect(first.out).toMatch(
			/^Responsable is an admin, login responsable\.\n.*within 24 hours.*\nhttps:\/\/escale\.example\.org\/welcome\/[\w-]{43}\n$/
		);
		const again = await runbook('npm run -s ops -- create-admin --login responsable --json', production);
		expect(JSON.parse(again.out)).toMatchObject({ login: 'responsable', isNew: false, link: expect.any(String) });
		expect(first.out).not.toContain((JSON.parse(again.out) as { link: string }).link);
	});

	test.for(['--name Responsable', '--login x', '--login dominique'])('%s is wrong use', async (args) => {
		expect(await runbook(`npm run -s ops -- create-admin ${args}`, production)).toMatchObject({ exitCode: 2 });
	});
});
