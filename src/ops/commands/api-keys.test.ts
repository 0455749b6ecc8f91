/** `ops api-keys`, as an operator types it: beside a running server, where a key counts and ends at once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalDoor, type LocalDoor } from '#lib/server/local-door.ts';
import { ops, STACK } from '../../../tests/support/ops.ts';
import { openServer, type TestServer } from '../../../tests/support/server.ts';

let server: TestServer;
let door: LocalDoor | null;
beforeEach(async () => {
	server = await openServer();
	door = await openLocalDoor(server.world);
});
afterEach(async () => {
	door?.close();
	await server.close();
});

test('a key is made, listed without being shown again, and revoked', { timeout: 120_000 }, async () => {
	const settings = {
		DATABASE_URL: `file:${server.world.settings.databaseFile}`,
		LOG_LEVEL: 'silent',
		BACKUP_DIR: server.world.settings.backupDir
	};
	const run = (...line: string[]) => ops(['api-keys', ...line], settings);
	const wanted = ['create', '--name', 'Transit Sud', '--scopes', 'products:read, events:read'];
	expect(await run(...wanted, '--dry-run')).toMatchObject({ exitCode: 0 });
	expect(server.world.apiKeys.list()).toEqual([]);
	const made = JSON.parse((await run(...wanted, '--json')).out) as { id: string; key: string };
	expect(server.world.apiKeys.list()).toMatchObject([{ id: made.id, scopes: ['products:read', 'events:read'] }]);
	const listed = await run();
	expect(listed.out).toContain('Transit Sud');
	expect(listed.out).not.toContain(made.key);
	expect(await run('revoke', made.id)).toMatchObject({ exitCode: 0 });
	for (const wrong of [['revoke', made.id], ['create', '--name', 'X', '--scopes', 'everything'], ['fold']]) {
		const { exitCode, err } = await run(...wrong);
		expect([exitCode > 0, STACK.test(err)]).toEqual([true, false]);
	}
	expect(server.rows('SELECT act, actor_id AS who FROM audit_event ORDER BY rowid')).toEqual([
		{ act: 'api_key.create', who: null },
		{ act: 'api_key.revoke', who: null }
	]);
});
