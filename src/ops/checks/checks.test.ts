/** Each check is shown the problem that it is for, and its id is seen; an installation that is well hears nothing. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings, type Settings } from '#lib/server/config.ts';
import { MAIL_STATES, type MailState } from '#lib/server/mail/mail-queue.ts';
import { secondsBehind } from '#lib/server/store/newest-time.ts';
import { createWorld, type TestWorld } from '../../../tests/support/world.ts';
import { findings } from '../commands/check.ts';
import type { Looked } from './check.ts';
import { lanFiles } from '../lan/lan-files.ts';
import { lanKeys } from '../lan/lan.ts';
import { DEPLOY_CHECKS } from './deploy-checks.ts';
import { INSTALLATION_CHECKS } from './installation-checks.ts';
import { lanFinding } from './lan-check.ts';
import { askServer } from './running-server.ts';

const NO_MAIL = Object.fromEntries(MAIL_STATES.map((state) => [state, 0])) as Record<MailState, number>;
const ALL = [...INSTALLATION_CHECKS, ...DEPLOY_CHECKS];
const NOW = new Date('2026-03-02T08:00:00.000Z');
const HOUR_MS = 3_600_000;
const ago = (hours: number): string => new Date(NOW.getTime() - hours * HOUR_MS).toISOString();

let world: TestWorld;
let well: Looked;
beforeAll(async () => {
	world = await createWorld({ on: 'disk' });
	await world.store.close();
	const settings = readSettings({
		NODE_ENV: 'production',
		HOST: '127.0.0.1',
		XFF_DEPTH: '1',
		ORIGIN: 'https://escale.example.org',
		DATABASE_URL: `file:${world.file}`,
		BACKUP_DIR: `${dirname(world.file)}/backups`,
		SESSION_SECRET: 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6GaEu+iO/wq=zV'
	});
	const name = '2026-03-01T22-00-00-000Z';
	well = {
		settings,
		now: NOW,
		node: 'v22.20.0',
		db: new Database(world.file),
		whyNoDatabase: '',
		migrations: { pending: [], unknown: [], edited: [], failed: [], drift: '' },
		writerFaults: [],
		contactIssues: 0,
		behindSeconds: 0,
		mail: { states: { ...NO_MAIL }, overdueSeconds: 0 },
		served: { policy: "default-src 'self'; script-src 'self' 'nonce-x' 'wasm-unsafe-eval'", metricsStatus: 401 },
		envMode: 0o600,
		databaseBytes: 1000,
		freeBytes: 3000,
		databaseDevice: 1,
		backupDevice: 2,
		backups: [{ name, folder: '', madeAt: ago(10), bytes: 1, manifest: null, good: true }],
		records: {
			verified: {},
			copies: [],
			drills: [{ backup: name, at: ago(94 * 24), ok: true, seconds: 1, found: [] }]
		}
	};
});
afterAll(async () => {
	well.db?.close();
	await world.restart();
	await world.close();
});

const ids = (looked: Looked): string[] => findings(ALL, looked).map(({ id }) => id);
const set = (given: Partial<Settings>): Partial<Looked> => ({ settings: { ...well.settings, ...given } });
const state = (given: Partial<NonNullable<Looked['migrations']>>): Partial<Looked> => ({
	migrations: { ...well.migrations!, ...given }
});
const last = (given: object): Partial<Looked> => ({
	records: { ...well.records, drills: [{ ...well.records.drills[0]!, ...given }] }
});
const backup = (given: object): Partial<Looked> => ({ backups: [{ ...well.backups[0]!, ...given }] });

describe('ops check', () => {
	test('has nothing to say of an installation that is well', () => expect(findings(ALL, well)).toEqual([]));

	test('names each check once', () => expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length));

	const problems: [id: string, problem: () => Partial<Looked>][] = [
		['node.supported', () => ({ node: 'v20.18.9' })],
		['node.supported', () => ({ node: 'v18.30.0' })],
		['node.supported', () => ({ node: 'v21.7.0' })],
		['database.readable', () => ({ db: null, whyNoDatabase: 'there is no database here.', migrations: null })],
		['database.pragmas', () => ({ writerFaults: ['synchronous = 1'] })],
		['migrations.pending', () => state({ pending: ['20990101000000_later'] })],
		['migrations.newer', () => state({ unknown: ['20990101000000_later'] })],
		['migrations.edited', () => state({ edited: ['20990101000000_later'] })],
		['migrations.edited', () => state({ failed: ['20990101000000_later'] })],
		['migrations.drift', () => state({ drift: 'DROP TABLE "carton"' })],
		['contacts.scope', () => ({ contactIssues: 2 })],
		['disk.free', () => ({ freeBytes: 2000 })],
		['clock.behind', () => ({ behindSeconds: 86_400 })],
		['clock.behind', () => ({ behindSeconds: 600 })],
		['mail.queue', () => ({ mail: { states: NO_MAIL, overdueSeconds: 1000 } })],
		['mail.queue', () => ({ mail: { states: { ...NO_MAIL, failed: 1 }, overdueSeconds: 0 } })],
		['deploy.serving', () => ({ served: null })],
		['deploy.csp', () => ({ served: { policy: null, metricsStatus: 401 } })],
		['deploy.csp', () => ({ served: { policy: "frame-ancestors 'none'", metricsStatus: 401 } })],
		['deploy.csp', () => ({ served: { policy: "script-src 'self' 'unsafe-inline'", metricsStatus: 401 } })],
		['deploy.metrics', () => ({ served: { ...well.served!, metricsStatus: 200 } })],
		['deploy.copy-age', () => set({ backupCopyTo: '/mnt/other' })],
		[
			'deploy.copy-age',
			() => ({
				...set({ backupCopyTo: '/mnt/other' }),
				records: { ...well.records, copies: [{ backup: 'x', at: ago(27), to: '/mnt/other' }] }
			})
		],
		['deploy.production', () => set({ production: false })],
		['deploy.proxy', () => set({ xffDepth: 0 })],
		['deploy.proxy', () => set({ host: '0.0.0.0' })],
		['deploy.secret', () => set({ sessionSecret: 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6Ga' })],
		['deploy.secret', () => set({ sessionSecret: 'abcdefgh'.repeat(8) })],
		['deploy.env-file', () => ({ envMode: 0o640 })],
		['deploy.backup-age', () => backup({ madeAt: ago(27) })],
		['deploy.backup-age', () => backup({ good: false })],
		['deploy.backup-age', () => ({ backups: [] })],
		['deploy.backup-elsewhere', () => ({ backupDevice: 1 })],
		['deploy.drill', () => last({ at: ago(96 * 24) })],
		['deploy.drill', () => last({ ok: false })],
		['deploy.drill', () => ({ records: { ...well.records, drills: [] } })]
	];
	test.for(problems)('%s sees its problem, and no other check does', ([id, problem]) => {
		expect(ids({ ...well, ...problem() })).toEqual([id]);
	});

	const elsewhere = ['deploy.origin-https', 'deploy.hsts', 'deploy.cookies', 'database.sound', 'database.wal'];
	elsewhere.push('deploy.demo-users', 'deploy.admin', 'database.feed', 'lan.certificate');
	test('no check is without a problem that it finds here', () => {
		const tried = new Set([...problems.map(([id]) => id), ...elsewhere]);
		expect(ALL.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
	});

	test('lan.certificate sees keys that are missing, open to others, over, or of another address', async () => {
		const databaseFile = join(mkdtempSync(join(tmpdir(), 'escale-lan-check-')), 'escale.db');
		const origin = 'https://192.168.1.10:3443';
		const hosts = ['192.168.1.10', 'localhost'];
		const found = (days: number, changed: Partial<Settings> = {}) => {
			const now = new Date(NOW.getTime() + days * 24 * HOUR_MS);
			return lanFinding({ ...well.settings, lan: true, databaseFile, origin, ...changed }, now);
		};
		expect(found(0, { lan: false })).toBeNull();
		expect(found(0)).toMatchObject({ level: 'ERROR', finding: expect.stringContaining('no keys') });
		await lanKeys(databaseFile, hosts, NOW);
		expect(found(0)).toBeNull();
		expect(found(390)).toMatchObject({ level: 'WARNING', finding: expect.stringMatching(/ends in \d days/) });
		expect(found(400)).toMatchObject({
			level: 'ERROR',
			finding: 'The certificate of the local network expired 4 days ago: no phone connects.',
			remedy: expect.stringContaining('Restart the server')
		});
		expect(found(0, { origin: 'https://192.168.7.7:3443' })?.finding).toBe(
			'The certificate does not name 192.168.7.7.'
		);
		await lanKeys(databaseFile, hosts, new Date(NOW.getTime() + 3600 * 24 * HOUR_MS));
		expect(found(3600)).toMatchObject({ level: 'WARNING', finding: expect.stringContaining('authority ends in') });
		expect(found(3660)).toMatchObject({ level: 'ERROR', finding: expect.stringContaining('authority is over') });
		chmodSync(lanFiles(databaseFile).authority, 0o644);
		expect(found(0)).toMatchObject({ level: 'ERROR', finding: expect.stringContaining('(mode 644)') });
		chmodSync(lanFiles(databaseFile).authority, 0o600);
		writeFileSync(lanFiles(databaseFile).certificate, 'torn', { mode: 0o600 });
		expect(found(0)).toMatchObject({ level: 'ERROR', finding: expect.stringContaining('cannot be read') });
	});

	test('a server is asked as a proxy would ask it; none there is none, and a silent one keeps nobody waiting', async () => {
		const asked: string[] = [];
		const server = createServer(({ url, headers }, response) => {
			asked.push(`${url} ${headers.host} ${headers['x-forwarded-for']}`);
			response.writeHead(url === '/metrics' ? 200 : 404, { 'content-security-policy': "script-src 'self'" }).end();
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const settings = { ...well.settings, port: (server.address() as AddressInfo).port };
		expect(await askServer(settings)).toEqual({ policy: "script-src 'self'", metricsStatus: 200 });
		expect(asked.toSorted()).toEqual([
			'/login escale.example.org 203.0.113.1',
			'/metrics escale.example.org 203.0.113.1'
		]);
		server.close();
		await once(server, 'close');
		expect(await askServer(settings)).toBeNull();
	});

	test('a clock is behind what the server wrote down by it', () => {
		const db = well.db!;
		const newest = '2026-03-02T07:00:00.000Z';
		expect(secondsBehind(db, NOW), 'nothing was written yet').toBe(0);
		db.exec('BEGIN');
		db.exec(`INSERT INTO job_run (id, job, state, asked_by, asked_at, ended_at)
			VALUES ('1', 'mail-queue', 'done', 'schedule', '2026-03-02T06:59:59.000Z', '${newest}')`);
		expect(secondsBehind(db, NOW)).toBe(0);
		expect(secondsBehind(db, new Date(Date.parse(newest) - 90_000_000))).toBe(90_000);
		db.exec('ROLLBACK');
	});

	test('an origin on plain HTTP is seen by all that depend on it', () => {
		const origin = 'http://warehouse.example.org';
		expect(ids({ ...well, ...set({ origin }) })).toEqual(['deploy.origin-https', 'deploy.hsts', 'deploy.cookies']);
	});

	test('a copy on another disk is as good as a folder there', () => {
		const copied = { ...well.records, copies: [{ backup: 'x', at: ago(3), to: '/mnt/other' }] };
		expect(ids({ ...well, backupDevice: 1, records: copied })).toEqual([]);
	});

	test.for([
		['deploy.demo-users', `UPDATE account SET demo = 1 WHERE login = 'viewer'`],
		['deploy.admin', `UPDATE account SET active = 0 WHERE role = 'admin'`],
		['database.feed', 'DROP TRIGGER feed_carton_insert']
	] as const)('%s sees what is in the database', ([id, text]) => {
		const db = well.db!;
		db.exec('BEGIN');
		db.exec(text);
		expect(ids(well)).toEqual([id]);
		db.exec('ROLLBACK');
	});

	test('database.sound and database.wal see what SQLite says', () => {
		const said: Record<string, string> = { 'quick_check(1)': 'row 3 missing', journal_mode: 'delete' };
		const db = { pragma: (name: string) => said[name] } as unknown as Looked['db'];
		const [sound, wal] = ['database.sound', 'database.wal'].map((id) => ALL.find((check) => check.id === id)!);
		expect(sound!.look({ ...well, db })).toMatchObject({ level: 'ERROR', finding: expect.stringContaining('row 3') });
		expect(wal!.look({ ...well, db })).toMatchObject({ level: 'WARNING' });
	});
});
