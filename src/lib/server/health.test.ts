import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../tests/support/server.ts';
import { checkHealth } from './health.ts';
import { programVersion } from './program-version.ts';

let server: TestServer;
beforeEach(async () => void (server = await openServer({ APP_VERSION: '1.4.0' })));
afterEach(() => server.close());

describe('health', () => {
	test('is ok with a database whose migrations are all applied', () => {
		expect(checkHealth(server.world)).toMatchObject({
			status: 'ok',
			checks: { db: { status: 'ok', latency_ms: expect.any(Number) }, migrations: { status: 'ok' } },
			version: '1.4.0'
		});
	});

	test('is degraded by a database that does not answer', () => {
		const store = {
			...server.world.store,
			read: () => {
				throw new Error('disk I/O error');
			}
		};
		expect(checkHealth({ ...server.world, store })).toMatchObject({
			status: 'degraded',
			checks: { db: { status: 'failed' } }
		});
	});

	test('is degraded by a database that is newer than the program', async () => {
		await server.raw(`UPDATE _prisma_migrations SET migration_name = '29991231000000_newer'`);
		expect(checkHealth(server.world)).toMatchObject({
			status: 'degraded',
			checks: { db: { status: 'ok' }, migrations: { status: 'failed' } }
		});
	});

	test('is degraded by a migration that waits, and counts it', async () => {
		await server.raw(`DELETE FROM _prisma_migrations WHERE rowid = (SELECT max(rowid) FROM _prisma_migrations)`);
		expect(checkHealth(server.world)).toMatchObject({
			status: 'degraded',
			checks: { db: { status: 'ok' }, migrations: { status: 'pending', pending_count: 1 } }
		});
	});
});

describe('the version', () => {
	test('is the setting, else the commit of the checkout, packed or not, else unknown', () => {
		const folder = mkdtempSync(join(tmpdir(), 'escale-version-'));
		const git = (...args: string[]) =>
			execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
				encoding: 'utf8'
			}).trim();
		try {
			expect(programVersion(null, folder)).toBe('unknown');
			git('init', '-q');
			git('commit', '-q', '--allow-empty', '-m', 'one');
			const commit = git('rev-parse', 'HEAD').slice(0, 8);
			expect(programVersion(null, folder)).toBe(commit);
			git('pack-refs', '--all');
			expect(programVersion(null, folder)).toBe(commit);
			git('checkout', '-q', '--detach');
			expect(programVersion(null, folder)).toBe(commit);
			expect(programVersion('2.0', folder)).toBe('2.0');
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
