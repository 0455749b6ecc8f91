import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';
import { passwordCounters } from './login-limits.ts';
import { hashPassword, isPassword } from './passwords.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
let server: TestServer;

beforeEach(async () => {
	server = await openServer();
	await server.account('operator', 'operator');
	await server.account('manager', 'manager');
});
afterEach(() => server.close());

/** So many wrong passwords at once. */
const fail = (login: string, times: number) =>
	Promise.all(Array.from({ length: times }, () => server.try(login, { password: 'wrong' })));

/** As `fail`, one after the other and without the hashing, which is slow on purpose. */
async function miss(login: string, times: number, address = '192.0.2.1'): Promise<void> {
	for (let i = 0; i < times; i++) await server.world.access.limits.begin(passwordCounters(login, address));
}

describe('passwords', () => {
	test('are Argon2id with at least what OWASP recommends', async () => {
		expect(await hashPassword(PASSWORD)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
	});

	test('compare in NFC, so that an é is an é on every keyboard', async () => {
		const stored = await hashPassword('ét\u00e9');
		expect(await isPassword(stored, 'e\u0301te\u0301')).toBe(true);
	});

	test('of nobody are wrong, whatever they are', async () => {
		expect(await isPassword(null, PASSWORD)).toBe(false);
	});
});

describe('signing in', () => {
	test('opens a session with the role of the moment, registers the browser and grants it the person', async () => {
		const { token, deviceId, deviceCredential } = await server.signIn('operator');
		expect(server.who(token)).toMatchObject({ personId: 'operator', role: 'operator', login: 'operator' });
		expect(server.world.access.devices.find(deviceCredential!)).toEqual({ id: deviceId, status: 'active' });
		expect(server.rows('SELECT device_id, person_id, kind, ended_at FROM device_grant')).toEqual([
			{ device_id: deviceId, person_id: 'operator', kind: 'password', ended_at: null }
		]);
	});

	test('takes the login without its case and outer spaces', async () => {
		expect((await server.try(' Operator ')).kind).toBe('ok');
	});

	test('keeps no token and no credential in clear', async () => {
		const { token, deviceCredential } = await server.signIn('operator');
		const stored = JSON.stringify([server.rows('SELECT * FROM session'), server.rows('SELECT * FROM device')]);
		expect(stored).not.toContain(token);
		expect(stored).not.toContain(deviceCredential!.split('.')[1]);
	});

	test('[I21] a second person on the same browser shares its device, and both may act there', async () => {
		const first = await server.signIn('operator');
		const second = await server.signIn('manager', first.deviceCredential!);
		expect(second).toMatchObject({ deviceId: first.deviceId, deviceCredential: null });
		expect(server.rows('SELECT person_id FROM device_grant ORDER BY person_id')).toEqual([
			{ person_id: 'manager' },
			{ person_id: 'operator' }
		]);
	});

	test('[I26] a revoked browser is registered anew, and stays revoked as what it was', async () => {
		const first = await server.signIn('operator');
		await server.raw(`UPDATE device SET status = 'revoked'`);
		const second = await server.signIn('operator', first.deviceCredential!);
		expect(second.deviceId).not.toBe(first.deviceId);
		expect(server.world.access.devices.find(first.deviceCredential!)?.status).toBe('revoked');
	});

	test('says the same of a wrong password and of a login that does not exist', async () => {
		expect(await fail('operator', 1)).toEqual([{ kind: 'wrong' }]);
		expect(await fail('nobody', 1)).toEqual([{ kind: 'wrong' }]);
	});

	test('tells a deactivated account only to who knows its password', async () => {
		await server.raw(`UPDATE account SET active = 0 WHERE login = 'operator'`);
		expect((await server.try('operator')).kind).toBe('inactive');
		expect((await server.try('operator', { password: 'wrong' })).kind).toBe('wrong');
	});
});

describe('login limits', () => {
	test('the fifth failure locks the account for 30 seconds, the next for 60, the next for 120', async () => {
		await miss('operator', 4);
		expect(await server.try('operator', { password: 'wrong' })).toEqual({ kind: 'wait', seconds: 30 });
		expect(await server.try('operator')).toEqual({ kind: 'wait', seconds: 30 });
		server.advance(30_000);
		await miss('operator', 1);
		expect(server.world.access.limits.secondsToWait(passwordCounters('operator', '192.0.2.1'))).toBe(60);
		server.advance(60_000);
		await miss('operator', 1);
		expect(server.world.access.limits.secondsToWait(passwordCounters('operator', '192.0.2.1'))).toBe(120);
	});

	test('twenty tries at once are twenty tries', async () => {
		const kinds = (await fail('operator', 20)).map(({ kind }) => kind);
		expect(kinds.filter((kind) => kind === 'wrong').length).toBeLessThan(5);
		expect(server.rows('SELECT failures FROM login_attempt')).toEqual([{ failures: 5 }, { failures: 5 }]);
	});

	test('survive a restart', async () => {
		await miss('operator', 5);
		await server.restart();
		expect(await server.try('operator')).toEqual({ kind: 'wait', seconds: 30 });
	});

	test('of an account hold from every address, and leave other accounts alone', async () => {
		await miss('operator', 5);
		expect((await server.try('operator', { address: '198.51.100.7' })).kind).toBe('wait');
		expect((await server.try('manager')).kind).toBe('ok');
	});

	test('of an address hold for every account, and leave other addresses alone', async () => {
		const { limits } = server.world.access;
		for (let i = 0; i < 30; i++) expect(await limits.begin(passwordCounters(`guess-${i}`, '192.0.2.1'))).toBe(0);
		expect((await server.try('manager')).kind).toBe('wait');
		expect((await server.try('manager', { address: '198.51.100.7' })).kind).toBe('ok');
	});

	test('forgive the account after the right password, and the address only that try', async () => {
		await miss('operator', 4);
		await server.signIn('operator');
		expect(server.rows('SELECT key, failures FROM login_attempt')).toEqual([{ key: 'address:192.0.2.1', failures: 4 }]);
		expect((await server.try('operator', { password: 'wrong' })).kind).toBe('wrong');
	});

	test('forgive after a quarter of an hour without failures, and are forgotten after a day', async () => {
		await miss('operator', 4);
		server.advance(16 * MINUTE_MS);
		expect((await server.try('operator', { password: 'wrong' })).kind).toBe('wrong');
		server.advance(2 * DAY_MS);
		await miss('manager', 1, '198.51.100.7');
		expect(server.rows('SELECT key FROM login_attempt ORDER BY key')).toEqual([
			{ key: 'account:manager' },
			{ key: 'address:198.51.100.7' }
		]);
	});
});

describe('sessions', () => {
	test('end when unused for 30 days, and live on while they are used', async () => {
		const { token } = await server.signIn('operator');
		server.advance(29 * DAY_MS);
		expect(server.who(token)).not.toBeNull();
		// The touch is written in the background.
		await server.world.store.write(() => undefined);
		server.advance(29 * DAY_MS);
		expect(server.who(token)).not.toBeNull();
		await server.world.store.write(() => undefined);
		server.advance(31 * DAY_MS);
		expect(server.who(token)).toBeNull();
	});

	test('end after 90 days however much they are used', async () => {
		const { token } = await server.signIn('operator');
		for (let day = 0; day < 90; day += 10) {
			expect(server.who(token)).not.toBeNull();
			await server.world.store.write(() => undefined);
			server.advance(10 * DAY_MS);
		}
		server.advance(1);
		expect(server.who(token)).toBeNull();
	});

	test('leave the database when somebody signs in after their end', async () => {
		await server.signIn('operator');
		server.advance(91 * DAY_MS);
		await server.signIn('manager');
		expect(server.rows('SELECT person_id FROM session')).toEqual([{ person_id: 'manager' }]);
	});

	test('[I9] show the role of this moment, and nobody once the account or the person is deactivated', async () => {
		const { token } = await server.signIn('manager');
		await server.raw(`UPDATE account SET role = 'viewer' WHERE login = 'manager'`);
		expect(server.who(token)?.role).toBe('viewer');
		await server.raw(`UPDATE account SET active = 0 WHERE login = 'manager'`);
		expect(server.who(token)).toBeNull();
		await server.raw(`UPDATE account SET active = 1 WHERE login = 'manager'`);
		await server.raw(`UPDATE person SET active = 0 WHERE id = 'manager'`);
		expect(server.who(token)).toBeNull();
	});

	test('[sync §4.1] signing out ends the session, and neither the device nor its grants', async () => {
		const { token, deviceCredential } = await server.signIn('operator');
		await server.world.access.sessions.end(token);
		expect(server.who(token)).toBeNull();
		expect(server.world.access.devices.find(deviceCredential!)?.status).toBe('active');
		expect(server.rows('SELECT ended_at FROM device_grant')).toEqual([{ ended_at: null }]);
	});

	test.for(['', 'nonsense', '😀'.repeat(50)])('a token that nobody was given stands for nobody: %j', (token) => {
		expect(server.who(token)).toBeNull();
	});
});

describe('devices', () => {
	test.for([undefined, '', '.', 'id', 'id.token', 'id.token.more'])(
		'a credential that nobody was given is none: %j',
		(credential) => {
			expect(server.world.access.devices.find(credential)).toBeNull();
		}
	);

	test('the token of one device opens no other', async () => {
		const first = await server.signIn('operator');
		const second = await server.signIn('manager');
		const [id] = first.deviceCredential!.split('.');
		const [, token] = second.deviceCredential!.split('.');
		expect(server.world.access.devices.find(`${id}.${token}`)).toBeNull();
	});
});
