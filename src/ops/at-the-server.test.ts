import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmAddress } from '#lib/server/mail/addresses.ts';
import { openLocalDoor, type LocalDoor } from '#lib/server/local-door.ts';
import { ops, STACK } from '../../tests/support/ops.ts';
import { openServer, type TestServer } from '../../tests/support/server.ts';

let server: TestServer;
let door: LocalDoor | null = null;
beforeEach(async () => {
	server = await openServer();
});
afterEach(async () => {
	door?.close();
	await server.close();
});

test('a command is done by the server that runs, and by itself where none does', { timeout: 180_000 }, async () => {
	const settings = {
		DATABASE_URL: `file:${server.world.settings.databaseFile}`,
		LOG_LEVEL: 'silent',
		BACKUP_DIR: server.world.settings.backupDir
	};
	const held = await ops(['maintenance', 'status'], settings);
	// The database is held, and nobody answers at the door.
	expect(held).toMatchObject({ exitCode: 1 });
	expect(held.err).toContain('is using this database');
	expect(held.err).not.toMatch(STACK);

	door = await openLocalDoor(server.world);
	const on = await ops(['maintenance', 'on', '--message', 'Disque'], settings);
	expect(on).toMatchObject({ exitCode: 0, out: expect.stringContaining('Maintenance on') });
	expect(server.world.maintenance).toMatchObject({ state: 'on', window: { message: 'Disque' } });
	const wrong = await ops(['jobs', 'run', 'nothing'], settings);
	expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('There is no job "nothing"') });
	const ran = await ops(['jobs', 'run', 'scope', '--json'], settings);
	expect(JSON.parse(ran.out)).toMatchObject({ job: 'scope', state: 'done', askedBy: 'command line' });

	const me = `INSERT INTO notice_subscription (id, subscriber, address, locale, kind, scope, created_by, created_at)
		VALUES ('1', 'address:p@example.org', 'p@example.org', 'en', 'daily', 'all', 'test', '2026')`;
	await server.raw(me);
	await server.world.store.write((db) => confirmAddress(db, 'p@example.org', server.now.toISOString()));
	const dry = await ops(['notices', 'daily', '--dry-run'], settings);
	expect(dry).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^To: p@example.org\nSubject: .*summary/) });
	const queued = async () => JSON.parse((await ops(['notices', 'daily', '--json'], settings)).out) as unknown;
	expect(await queued()).toEqual({ kind: 'daily', queued: 1, before: 0 });
	expect(await queued()).toEqual({ kind: 'daily', queued: 0, before: 1 });
	expect(await ops(['notices', 'status', '--shipment', 'none'], settings)).toMatchObject({ exitCode: 2 });
	expect(server.rows('SELECT kind FROM mail_message')).toEqual([{ kind: 'daily' }]);

	door?.close();
	await server.world.close();
	expect(await ops(['maintenance', 'off'], settings)).toMatchObject({ exitCode: 0, out: 'No maintenance.\n' });
	const listed = JSON.parse((await ops(['jobs', '--json'], settings)).out) as { jobs: { name: string }[] };
	expect(listed.jobs.map(({ name }) => name)).toContain('backup');
	expect(await ops(['jobs', 'purge', '--pending'], settings)).toMatchObject({ exitCode: 2 });
	await server.open();
});
