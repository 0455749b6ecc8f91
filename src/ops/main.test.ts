import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ops, STACK } from '../../tests/support/ops.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'escale-ops-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const database = (name: string) => ({
	DATABASE_URL: `file:${join(folder, name)}`,
	BACKUP_DIR: join(folder, 'backups')
});

describe.concurrent('npm run ops', { timeout: 120_000 }, () => {
	test('without a command it lists the commands and ends with 2', async ({ expect }) => {
		const { exitCode, out } = await ops([]);
		expect(exitCode).toBe(2);
		expect(out).toMatch(/migrate +Applies/);
	});

	test('an unknown command and an unknown option end with 2 and say what there is', async ({ expect }) => {
		const unknown = await ops(['migrat']);
		expect(unknown.exitCode).toBe(2);
		expect(unknown.err).toContain('There is no command "migrat"');
		const option = await ops(['migrate', '--chekc']);
		expect(option.exitCode).toBe(2);
		expect(option.err).toContain('--check');
	});

	test('--help tells every option', async ({ expect }) => {
		const { exitCode, out } = await ops(['seed-demo', '--help']);
		expect(exitCode).toBe(0);
		for (const option of ['--cartons VALUE', '--if-empty', '--help', '--json']) expect(out).toContain(option);
	});

	test('a database is pending before migrate, in step after it, and told so as JSON', async ({ expect }) => {
		const settings = database('new.db');
		const before = await ops(['migrate', '--check', '--json'], settings);
		expect(before.exitCode).toBe(1);
		expect(JSON.parse(before.out).pending.length).toBeGreaterThan(0);
		expect((await ops(['migrate'], settings)).exitCode).toBe(0);
		const after = await ops(['migrate', '--check', '--json'], settings);
		expect(after).toMatchObject({ exitCode: 0, out: '{"pending":[]}\n' });
		expect((await ops(['db-check'], settings)).exitCode).toBe(0);
	});

	test('a wrong setting is one sentence that names it', async ({ expect }) => {
		const { exitCode, err } = await ops(['migrate'], { PORT: 'abc' });
		expect(exitCode).toBe(1);
		expect(err).toContain('PORT');
		expect(err).not.toMatch(STACK);
	});

	test('a file that is no database is left alone', async ({ expect }) => {
		writeFileSync(join(folder, 'list.csv'), 'carton;weight\n'.repeat(100));
		const { exitCode, err } = await ops(['migrate'], database('list.csv'));
		expect(exitCode).toBe(1);
		expect(err).toContain('it is not an SQLite database');
		expect(err).not.toMatch(STACK);
	});

	test('the demo is filled in once; a second time it is refused, or skipped when asked to', async ({ expect }) => {
		const settings = { ...database('demo.db'), DEMO_PASSWORD: 'a-password-for-this-test' };
		const first = await ops(['seed-demo'], settings);
		expect(first.out).toContain('password a-password-for-this-test');
		expect(await ops(['seed-demo'], settings)).toMatchObject({ exitCode: 1 });
		expect(await ops(['seed-demo', '--if-empty', '--json'], settings)).toMatchObject({
			exitCode: 0,
			out: '{"seeded":false}\n'
		});
		expect(await ops(['seed-demo', '--cartons', 'many'], settings)).toMatchObject({ exitCode: 2 });
	});

	test('[P7] audit-contacts lists, mends and fails when asked to', async ({ expect }) => {
		const settings = { ...database('audit.db'), DEMO_PASSWORD: 'a-password-for-this-test' };
		expect(await ops(['audit-contacts'], database('nowhere.db'))).toMatchObject({ exitCode: 1 });
		await ops(['seed-demo'], settings);
		expect(await ops(['audit-contacts', '--fail-on-issues'], settings)).toMatchObject({
			exitCode: 0,
			out: 'Contacts are consistent.\n'
		});
		const db = new Database(join(folder, 'audit.db'));
		db.exec(`UPDATE contact SET linked_shipper_ids = '[]' WHERE roles LIKE '%recipient%' AND name LIKE 'Complexe%'`);
		db.exec(`UPDATE contact SET active = 0 WHERE roles LIKE '%correspondent%' AND name LIKE '%Bangui'`);
		db.close();
		const found = await ops(['audit-contacts', '--json', '--fail-on-issues'], settings);
		expect(found.exitCode).toBe(1);
		expect(JSON.parse(found.out)).toMatchObject({
			issues: [{ code: 'correspondent_inactive' }, { code: 'recipient_without_shipper', mendable: true }],
			applied: []
		});
		expect((await ops(['audit-contacts'], settings)).exitCode).toBe(0);
		const mended = await ops(['audit-contacts', '--apply', '--fail-on-issues'], settings);
		expect(mended.exitCode).toBe(1);
		expect(mended.out).toMatch(/Mended: Complexe pédiatrique de Bangui.*\nLeft: BGF Bangui configures/);
		expect(mended.err).not.toMatch(STACK);
	});

	test('[B4] notices are printed and not queued, then queued once', async ({ expect }) => {
		const settings = { ...database('notices.db'), DEMO_PASSWORD: 'a-password-for-this-test' };
		expect(await ops(['notices', 'late'], database('nowhere.db'))).toMatchObject({ exitCode: 1 });
		await ops(['seed-demo'], settings);
		const db = new Database(join(folder, 'notices.db'));
		db.exec(`INSERT INTO notice_subscription (id, subscriber, address, locale, kind, scope, created_by, created_at)
			VALUES ('1', 'address:p@example.org', 'p@example.org', 'en', 'late', 'all', 'test', '2026-01-01T00:00:00.000Z')`);
		db.exec(`INSERT INTO mail_address (address, unsubscribe_token, confirmed_at, created_at)
			VALUES ('p@example.org', 'token-of-p', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`);
		db.close();
		const queued = () => {
			const opened = new Database(join(folder, 'notices.db'), { readonly: true });
			const count = opened.prepare(`SELECT count(*) FROM mail_message`).pluck().get();
			opened.close();
			return count;
		};
		const dry = await ops(['notices', 'late', '--dry-run', '--json'], settings);
		const { messages } = JSON.parse(dry.out) as { messages: { to: string }[] };
		expect(messages[0]?.to, dry.err).toBe('p@example.org');
		expect(queued()).toBe(0);
		const first = await ops(['notices', 'late', '--json'], settings);
		expect(JSON.parse(first.out)).toMatchObject({ queued: messages.length, before: 0 });
		expect(await ops(['notices', 'often'], settings)).toMatchObject({ exitCode: 2 });
		expect(queued()).toBe(messages.length);
	});
});
