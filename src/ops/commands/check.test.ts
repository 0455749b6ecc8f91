import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runbook, STACK } from '../../../tests/support/ops.ts';

let folder: string;
let settings: Record<string, string>;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-check-test-'));
	settings = { DATABASE_URL: `file:${join(folder, 'escale.db')}`, BACKUP_DIR: join(folder, 'backups') };
	await runbook('npm run -s ops -- seed-demo', settings);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ops check', { timeout: 60_000 }, () => {
	test('a laptop is well enough, but no deployment', async () => {
		const laptop = await runbook('npm run -s ops -- check', settings);
		expect(laptop).toMatchObject({ exitCode: 0, err: '' });
		const deployed = await runbook('npm run -s ops -- check --deploy --fail-level WARNING --json', settings);
		expect(deployed.exitCode).toBe(1);
		const { findings } = JSON.parse(deployed.out) as { findings: { id: string }[] };
		expect(findings.map(({ id }) => id)).toEqual(
			expect.arrayContaining(['deploy.origin-https', 'deploy.demo-users', 'deploy.backup-age', 'deploy.drill'])
		);
	});

	test('an absent database is a finding, not a crash', async () => {
		const nowhere = { ...settings, DATABASE_URL: `file:${join(folder, 'a', 'b', 'absent.db')}` };
		const { exitCode, out, err } = await runbook('npm run -s ops -- check', nowhere);
		expect(exitCode).toBe(1);
		expect(out).toMatch(/^ERROR {3}database\.readable: .*there is no database here/m);
		expect(err).not.toMatch(STACK);
	});

	test('an unknown level is wrong use', async () => {
		expect(await runbook('npm run -s ops -- check --fail-level LOUD', settings)).toMatchObject({ exitCode: 2 });
	});
});

describe('ops smoke', { timeout: 60_000 }, () => {
	let server: Server;
	let base: string;
	let broken = '';
	const PASSWORD = 'a password of smoke';
	beforeAll(async () => {
		// Answers as the application does, so far as smoke looks.
		server = createServer((request, response) => {
			const path = request.url ?? '';
			let body = '';
			request.on('data', (part) => (body += part));
			request.on('end', () => {
				const isIn = request.headers.cookie === 'session=s';
				if (path === broken) response.writeHead(503).end();
				else if (request.method === 'POST') {
					const isRight = new URLSearchParams(body).get('password') === PASSWORD;
					response.writeHead(isRight ? 303 : 401, isRight ? { 'set-cookie': 'session=s; HttpOnly' } : {}).end();
				} else if (path === '/login' || path === '/scan' || path === '/api/health' || isIn) response.end('well');
				else response.writeHead(302, { location: '/login' }).end();
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => new Promise((resolve) => server.close(resolve)));

	test('is content with redirects and refusals, and with a user where all is open', async () => {
		const file = join(folder, 'password');
		writeFileSync(file, `${PASSWORD}\n`);
		chmodSync(file, 0o600);
		expect(await runbook(`npm run -s ops -- smoke ${base}`, {})).toMatchObject({ exitCode: 0, err: '' });
		const signedIn = await runbook(`npm run -s ops -- smoke ${base} --user responsable --password-file ${file}`, {});
		expect(signedIn.out).toContain('✓ 200 /scan/shipments-tracking');
		expect(signedIn.exitCode).toBe(0);
		writeFileSync(file, 'another');
		const refused = await runbook(`npm run -s ops -- smoke ${base} --user responsable --password-file ${file}`, {});
		expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('responsable could not sign in') });
	});

	test('names what answers with 5xx, or not at all', async () => {
		broken = '/scan/shipments-ready';
		const { exitCode, out } = await runbook(`npm run -s ops -- smoke ${base}`, {});
		expect(exitCode).toBe(1);
		expect(out).toContain('✗ 503 /scan/shipments-ready');
		const silent = await runbook('npm run -s ops -- smoke http://127.0.0.1:9 --json', {});
		expect(silent.exitCode).toBe(1);
		expect(JSON.parse(silent.out)).toMatchObject({
			answers: expect.arrayContaining([expect.objectContaining({ status: null })])
		});
	});

	test.for(['', 'escale.example.org', 'http://x --user responsable'])('"%s" is wrong use', async (words) => {
		const line = `npm run -s ops -- smoke ${words}`.trim();
		expect(await runbook(line, {})).toMatchObject({ exitCode: 2 });
	});
});
