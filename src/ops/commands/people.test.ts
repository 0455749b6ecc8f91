/** The commands about people, as an operator types them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ops, runbook, STACK } from '../../../tests/support/ops.ts';

let folder: string;
let settings: Record<string, string>;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-people-'));
	settings = {
		DATABASE_URL: `file:${join(folder, 'escale.db')}`,
		LOG_LEVEL: 'silent',
		BACKUP_DIR: join(folder, 'backups')
	};
	await ops(['migrate'], settings);
	await ops(['create-admin', '--login', 'admin', '--name', 'Administration'], settings);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (line: string) => runbook(`npm run -s ops -- ${line}`, settings);

test(
	'an account is made, changed, ended and brought back; each act is recorded as the command line’s',
	{ timeout: 120_000 },
	async () => {
		const dry = await run('create-user camille --name Camille --role operator --dry-run');
		expect(dry).toMatchObject({ exitCode: 0, out: expect.stringContaining('nothing was done') });
		const made = await run('create-user camille --name Camille --role operator');
		expect(made.out).toMatch(/\/welcome\/[\w-]{43}\n$/);
		const refused = await run('deactivate-user admin');
		expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('last active administrator') });
		expect(refused.err).not.toMatch(STACK);
		for (const line of [
			'set-role camille admin',
			'deactivate-user camille',
			'reactivate-user camille',
			'reset-password camille'
		])
			expect(await run(line), line).toMatchObject({ exitCode: 0, err: '' });
		const listed = JSON.parse((await run('users --json')).out) as { users: { login: string; role: string }[] };
		expect(listed.users).toMatchObject([{ login: 'admin' }, { login: 'camille', role: 'admin', lastSeenAt: null }]);
		const db = new Database(join(folder, 'escale.db'), { readonly: true });
		expect(db.prepare('SELECT act, actor_id FROM audit_event ORDER BY rowid').raw().all()).toEqual(
			['create', 'create', 'set_role', 'deactivate', 'reactivate', 'reset_password'].map((act) => [`user.${act}`, null])
		);
		db.close();
	}
);

test(
	'a link is mailed instead of printed, where there is an address and mail arrives',
	{ timeout: 60_000 },
	async () => {
		const unsent = await run('create-user lou --name Lou --role viewer --email lou@example.org --mail');
		expect(unsent).toMatchObject({ exitCode: 1, err: expect.stringContaining('sends no mail') });
		const mailing = { ...settings, SMTP_URL: 'smtp://mail.example.org', DEFAULT_FROM_EMAIL: 'escale@example.org' };
		const mailed = (line: string) => runbook(`npm run -s ops -- ${line}`, mailing);
		const made = await mailed('create-user lou --name Lou --role viewer --email lou@example.org --mail');
		expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining('queued') });
		const reset = await mailed('reset-password lou --mail');
		expect(made.out + reset.out).not.toContain('/welcome/');
		expect(await mailed('create-user max --name Max --role viewer --mail')).toMatchObject({ exitCode: 2 });
		const db = new Database(join(folder, 'escale.db'), { readonly: true });
		expect(db.prepare('SELECT kind, to_address FROM mail_message ORDER BY rowid').raw().all()).toEqual([
			['invitation', 'lou@example.org'],
			['password', 'lou@example.org']
		]);
		db.close();
	}
);

test.each([
	['create-user camille', 2],
	['set-role nobody viewer', 1],
	['deactivate-user', 2],
	['inactive-users --days never', 2],
	['devices --all', 0],
	['confirm-device nothing', 1],
	['confirm-device', 2],
	['revoke-device nothing --reason lost', 1]
])('%s ends with %d and no trace', { timeout: 60_000 }, async (line, exitCode) => {
	const ended = await run(line);
	expect([ended.exitCode, STACK.test(ended.err)]).toEqual([exitCode, false]);
});
