import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GET as apiHealth } from '../../routes/api/health/+server.ts';
import { GET as health } from '../../routes/health/+server.ts';
import { GET as healthz } from '../../routes/healthz/+server.ts';
import { openServer, type TestServer } from '../../../tests/support/server.ts';
import { checkHealth, readyAnswer } from './health.ts';
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

	/** What monitors were told to expect, and nothing besides. */
	const contract = z.strictObject({
		status: z.enum(['ok', 'degraded']),
		checks: z.strictObject({
			db: z.strictObject({ status: z.enum(['ok', 'failed']), latency_ms: z.number() }),
			migrations: z.strictObject({ status: z.enum(['ok', 'pending', 'failed']), pending_count: z.int().optional() }),
			disk: z.strictObject({ status: z.enum(['ok', 'low', 'unknown']), free_bytes: z.int().optional() }),
			mail_queue: z.strictObject({
				status: z.enum(['ok', 'late', 'failed', 'unknown']),
				pending_count: z.int().optional(),
				failed_count: z.int().optional()
			}),
			redis: z.strictObject({ status: z.literal('skipped') })
		}),
		version: z.string()
	});

	test.for([
		['/api/health', apiHealth],
		['/health', health],
		['/healthz', healthz]
	] as const)('at %s answers by its contract, 200 when it is well and 503 when it is not', async ([, GET]) => {
		const ask = async (): Promise<{ status: number; told: z.infer<typeof contract> }> => {
			const response = await GET({ locals: { world: server.world } } as never);
			expect(response.headers.get('cache-control')).toBe('no-store');
			return { status: response.status, told: contract.parse(await response.json()) };
		};
		expect(await ask()).toMatchObject({ status: 200, told: { status: 'ok', checks: { disk: { status: 'ok' } } } });
		await server.raw(`DELETE FROM _prisma_migrations WHERE rowid = (SELECT max(rowid) FROM _prisma_migrations)`);
		expect(await ask()).toMatchObject({ status: 503, told: { status: 'degraded' } });
	});

	test('is not ready as soon as the server is told to stop, while it still answers', async () => {
		expect(readyAnswer(server.world).status).toBe(200);
		server.world.isLeaving = true;
		const ready = readyAnswer(server.world);
		expect(ready.status).toBe(503);
		expect(await ready.json()).toEqual({ status: 'stopping' });
		expect(checkHealth(server.world).status).toBe('ok');
	});

	test('tells a disk on which no second copy of the database fits, and stays ok', () => {
		const settings = {
			...server.world.settings,
			databaseFile: join(mkdtempSync(join(tmpdir(), 'escale-low-')), 'x.db')
		};
		const { bavail, bsize } = statfsSync(dirname(settings.databaseFile));
		try {
			// A file with a hole takes no room and has a size all the same.
			writeFileSync(settings.databaseFile, '');
			truncateSync(settings.databaseFile, Math.floor((bavail * bsize) / 2) + 100_000_000);
			const { status, checks } = checkHealth({ ...server.world, settings });
			expect(status).toBe('ok');
			expect(checks.disk).toEqual({ status: 'low', free_bytes: expect.any(Number) });
		} finally {
			rmSync(dirname(settings.databaseFile), { recursive: true, force: true });
		}
	});

	test('tells mail that waits too long or was given up, and stays ok', async () => {
		const mail = (id: string, state: string) =>
			server.raw(
				`INSERT INTO mail_message (id, message_id, notice_key, kind, to_address, locale, subject, text, html, state, due_at, created_at)
				 VALUES (?, ?, ?, 'late', 'a@example.org', 'fr', '', '', '', ?, ?, ?)`,
				...[id, id, id, state, server.now.toISOString(), server.now.toISOString()]
			);
		const told = () => checkHealth(server.world);
		await mail('m-1', 'pending');
		expect(told().checks.mail_queue).toEqual({ status: 'ok', pending_count: 1, failed_count: 0 });
		await mail('m-2', 'failed');
		expect(told().checks.mail_queue).toEqual({ status: 'failed', pending_count: 1, failed_count: 1 });
		server.advance(16 * 60_000);
		expect(told()).toMatchObject({ status: 'ok', checks: { mail_queue: { status: 'late' } } });
	});

	test('stays ok when only the disk cannot be looked at', () => {
		const settings = { ...server.world.settings, databaseFile: '/nowhere/escale.db' };
		expect(checkHealth({ ...server.world, settings })).toMatchObject({
			status: 'ok',
			checks: { disk: { status: 'unknown' } }
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
