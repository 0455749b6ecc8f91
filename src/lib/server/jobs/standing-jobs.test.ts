/** The jobs themselves, each run as the server runs it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';

let server: TestServer;
beforeEach(async () => {
	server = await openServer();
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await server.close();
});

const run = (name: string, dryRun = false) => server.world.jobs.run(name, { by: 'command line', dryRun });
const count = (table: string) => server.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]!.n;
const DAY = 24 * 3_600_000;

test('prune takes what is over and leaves what is not; a rehearsal counts and takes nothing', async () => {
	await server.account('operator', 'operator');
	await server.signIn('operator');
	await server.try('operator', { password: 'wrong wrong wrong' });
	await server.world.access.oneTimeLinks.make('operator');
	const mail = (id: string, state: string, kind: string, shipmentId: string | null) =>
		server.raw(
			`INSERT INTO mail_message (id, message_id, notice_key, kind, to_address, locale, subject, text, html, state, due_at, created_at, ended_at, shipment_id)
			 VALUES (?, ?, ?, ?, 'p@example.org', 'fr', 's', 't', 'h', ?, ?, ?, ?, ?)`,
			...[
				id,
				id,
				id,
				kind,
				state,
				server.now.toISOString(),
				server.now.toISOString(),
				server.now.toISOString(),
				shipmentId
			]
		);
	const words = () =>
		Object.fromEntries(
			server
				.rows<{ id: string; words: string }>(
					`SELECT id, subject || text || html || substr(text, 1, 1) AS words FROM mail_message ORDER BY id`
				)
				.map(({ id, words: all }) => [id, all])
		);
	await mail('sent', 'processed', 'status', null);
	await mail('failed', 'failed', 'status', null);
	await server.raw(
		`INSERT INTO shipment (id, status, destination_id, destination_city, destination_iata, destination_country, created_by, created_at) VALUES ('live', 'planned', 'd', 'B', 'BGF', 'C', 'x', '2026-01-01')`
	);
	await mail('late', 'processed', 'late', 'live');
	await mail('held', 'held', 'status', null);
	await run('scope');
	await run('scope');
	expect((await run('prune')).counts).toEqual({
		mailsGivenUp: 0,
		runs: 0,
		loginAttempts: 0,
		sessions: 0,
		links: 0,
		mails: 0,
		mailsEmptied: 0
	});

	server.advance(8 * DAY);
	expect((await run('prune', true)).counts).toMatchObject({ mails: 0, mailsEmptied: 2 });
	expect(words()).toEqual({ failed: 'stht', held: 'stht', late: 'stht', sent: 'stht' });
	const early = (await run('prune')).counts;
	expect(early).toMatchObject({ links: 1, mails: 0, mailsEmptied: 2 });
	expect(early['loginAttempts']).toBeGreaterThan(0);
	expect(words()).toEqual({ failed: 'stht', held: 'stht', late: '', sent: '' });

	server.advance(92 * DAY);
	const rehearsed = await run('prune', true);
	expect(rehearsed.counts).toMatchObject({ sessions: 1, mails: 1, mailsGivenUp: 1 });
	expect(count('session')).toBe(1);
	const pruned = await run('prune');
	// Of each job the newest run stays; of `prune` that is this one.
	expect(pruned.counts).toMatchObject({ sessions: 1, mails: 2, mailsGivenUp: 1, mailsEmptied: 1 });
	// A late notice keeps its key; what an admin has not decided upon is left to them.
	expect(words()).toEqual({ held: 'stht', late: '' });
	expect(server.rows(`SELECT job FROM job_run WHERE job = 'scope'`)).toHaveLength(1);
});

test('upkeep marks the feed, and a week later compact lets what is older leave', async () => {
	await server.account('operator', 'operator');
	expect(await run('upkeep')).toMatchObject({ state: 'done' });
	expect(count('feed_mark')).toBe(1);
	server.advance(6 * DAY);
	expect((await run('compact')).counts).toMatchObject({ changes: 0, floorSeq: 0 });
	server.advance(DAY);
	const changes = count('change');
	expect((await run('compact', true)).counts).toMatchObject({ changes });
	expect(count('change')).toBe(changes);
	expect((await run('compact')).counts).toMatchObject({ changes });
	expect(count('change')).toBe(0);
});

test('compact writes the file anew where that pays', async () => {
	await server.world.store.write((db) => {
		db.exec(`CREATE TABLE ballast (text TEXT)`);
		db.exec(
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000) INSERT INTO ballast SELECT printf('%01000d', i) FROM n`
		);
		db.exec(`DROP TABLE ballast`);
	});
	const { counts } = await run('compact');
	expect(counts['bytesBefore']).toBeGreaterThan(8_000_000);
	expect(counts['bytesAfter']).toBeLessThan(4_000_000);
});

test('backup is made beside the server, in a process of its own', { timeout: 120_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'escale-backup-job-'));
	try {
		vi.stubEnv('DATABASE_URL', `file:${server.world.settings.databaseFile}`);
		vi.stubEnv('BACKUP_DIR', folder);
		vi.stubEnv('LOG_LEVEL', 'silent');
		const made = await run('backup');
		expect(made, JSON.stringify(made)).toMatchObject({ state: 'done', counts: { removed: 0, copies: 0 } });
		expect(readdirSync(folder).filter((name) => /^2\d{3}-/.test(name))).toHaveLength(1);
		// Where it cannot be written, the run says why.
		vi.stubEnv('BACKUP_DIR', join(server.world.settings.databaseFile, 'below-a-file'));
		const failed = await run('backup');
		expect(failed).toMatchObject({ state: 'failed', errorCode: 'backup_failed' });
		expect(failed.errorMessage).toContain('below-a-file');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
