/** What an admin does to accounts, devices and requests, against a real store. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';
import type { NewUser } from './user-acts.ts';

let server: TestServer;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	await server.account('operator', 'operator');
});
afterEach(() => server.close());

const access = () => server.world.access;
const acts = () => server.rows<{ act: string }>('SELECT act FROM audit_event ORDER BY rowid').map(({ act }) => act);
const NEW: NewUser = {
	...{ login: 'camille', name: 'Camille', structure: 'Quai', role: 'manager' },
	...{ email: null, locale: 'fr' }
};

describe('an account', () => {
	test('is made by an invitation, whose link sets the first password; the account has none before', async () => {
		const made = await access().users.create('admin', NEW);
		if (made.kind !== 'ok') throw new Error(made.why);
		expect(await server.try('camille', { password: '' })).toEqual({ kind: 'wrong' });
		expect(await access().oneTimeLinks.setPassword(made.token, PASSWORD)).toEqual({ kind: 'ok' });
		expect(server.who((await server.signIn('camille')).token)).toMatchObject({ role: 'manager', name: 'Camille' });
		expect(acts()).toEqual(['user.create']);
		expect(JSON.stringify(server.rows('SELECT * FROM audit_event'))).not.toMatch(/camille/i);
	});

	test('needs a login that nobody has', async () => {
		await access().users.create('admin', NEW);
		expect(await access().users.create('admin', NEW)).toEqual({ kind: 'refused', why: 'login_taken' });
		expect(server.rows(`SELECT 1 FROM person WHERE name = 'Camille'`)).toHaveLength(1);
	});

	test('[I9] that is deactivated is out at once: sessions, grants and links end; reactivated, it signs in anew', async () => {
		const { token, deviceId } = await server.signIn('operator');
		const link = await access().oneTimeLinks.make('operator');
		expect(await access().users.deactivate('admin', 'operator')).toEqual({ kind: 'ok' });
		expect(server.who(token)).toBeNull();
		expect(access().oneTimeLinks.find(link)).toBeNull();
		expect(server.rows('SELECT ended_at FROM device_grant WHERE device_id = ?', deviceId)).toEqual([
			{ ended_at: server.now.toISOString() }
		]);
		expect(server.rows('SELECT active FROM person WHERE id = ?', 'operator')).toEqual([{ active: 0 }]);
		expect(await server.try('operator')).toEqual({ kind: 'inactive' });
		expect(await access().users.deactivate('admin', 'operator')).toEqual({ kind: 'refused', why: 'already' });
		expect(await access().users.reactivate('admin', 'operator')).toEqual({ kind: 'ok' });
		expect(server.who(token)).toBeNull();
		expect((await server.try('operator')).kind).toBe('ok');
		expect(acts()).toEqual(['user.deactivate', 'user.reactivate']);
	});

	test('[§9] the last admin stays one, also when two are demoted at the same moment', async () => {
		expect(await access().users.deactivate(null, 'admin')).toEqual({ kind: 'refused', why: 'last_admin' });
		await server.account('second', 'admin');
		const both = await Promise.all([
			access().users.setRole(null, 'admin', 'viewer'),
			access().users.setRole(null, 'second', 'viewer')
		]);
		expect(both).toEqual([{ kind: 'ok' }, { kind: 'refused', why: 'last_admin' }]);
	});

	test('[I9] acts of somebody who is no active admin at that moment are refused, and leave nothing', async () => {
		for (const by of ['operator', 'nobody']) {
			expect(await access().users.create(by, NEW)).toEqual({ kind: 'refused', why: 'forbidden' });
			expect(await access().users.setRole(by, 'operator', 'admin')).toEqual({ kind: 'refused', why: 'forbidden' });
			expect(await access().deviceActs.revoke(by, 'any', 'x')).toEqual({ kind: 'refused', why: 'forbidden' });
		}
		expect(acts()).toEqual([]);
	});

	test('gets a new password by a link that works once; a deactivated one gets none', async () => {
		const reset = await access().users.resetPassword('admin', 'operator');
		if (reset.kind !== 'ok') throw new Error(reset.why);
		expect((await server.try('operator')).kind).toBe('ok');
		expect(await access().oneTimeLinks.setPassword(reset.token, 'another long phrase')).toEqual({ kind: 'ok' });
		expect(await server.try('operator')).toEqual({ kind: 'wrong' });
		expect(await access().oneTimeLinks.setPassword(reset.token, 'one more long phrase')).toEqual({ kind: 'gone' });
		await access().users.deactivate('admin', 'operator');
		expect(await access().users.resetPassword('admin', 'operator')).toEqual({ kind: 'refused', why: 'inactive' });
	});

	test('whose badge was lost gets another one, and the PIN of the lost one opens nothing', async () => {
		const by = { personId: 'operator', login: 'operator', password: PASSWORD, address: '192.0.2.1' };
		await access().pins.set(by, '4071');
		const before = access().pins.holder('operator')!;
		expect(await access().users.replaceBadge('admin', 'operator')).toEqual({ kind: 'ok' });
		const after = access().pins.holder('operator')!;
		expect(after.badgeCode).not.toBe(before.badgeCode);
		expect(after.hasPin).toBe(false);
		expect(server.rows('SELECT pin_generation AS n FROM account WHERE person_id = ?', 'operator')).toEqual([{ n: 2 }]);
	});
});

describe('a device', () => {
	test('[I26] is revoked once, with its sessions and grants; it keeps its name and says why', async () => {
		const { token, deviceId } = await server.signIn('operator');
		await access().deviceActs.rename('admin', deviceId, 'Téléphone 3');
		expect(await access().deviceActs.revoke('admin', deviceId, 'perdu')).toEqual({ kind: 'ok' });
		expect(server.who(token)).toBeNull();
		expect(await access().deviceActs.revoke('admin', deviceId, 'encore')).toEqual({ kind: 'refused', why: 'already' });
		expect(server.rows('SELECT name, status, revoked_reason AS why FROM device')).toEqual([
			{ name: 'Téléphone 3', status: 'revoked', why: 'perdu' }
		]);
		expect(acts()).toEqual(['device.rename', 'device.revoke']);
	});
});

describe('an account request', () => {
	const ASKED = { name: 'Lou', structure: 'Aéro-club', email: 'lou@example.org', message: '', locale: 'fr' } as const;
	const submit = (email = ASKED.email as string, address = '192.0.2.1') =>
		access().requests.submit({ ...ASKED, email }, address, 300);

	test('is taken once in 300 s per address and per e-mail, also after a restart', async () => {
		expect(await submit()).toBe(0);
		expect(await submit('other@example.org')).toBe(300);
		expect(await submit(ASKED.email, '192.0.2.2')).toBe(300);
		server.advance(100_000);
		await server.restart();
		expect(await submit()).toBe(200);
		expect(await submit('other@example.org', '192.0.2.2')).toBe(0);
		server.advance(200_000);
		expect(await submit()).toBe(0);
	});

	test('hears the same whether or not the account exists, and an admin sees whose it is', async () => {
		await server.raw(`UPDATE account SET email = 'Lou@Example.org' WHERE person_id = 'operator'`);
		expect(await submit()).toBe(0);
		expect(await submit('new@example.org', '192.0.2.3')).toBe(0);
		expect(
			access()
				.requests.list('pending')
				.map(({ takenBy }) => takenBy)
		).toEqual(['operator', null]);
	});

	test('of the same person again replaces what they said before', async () => {
		await submit();
		server.advance(300_000);
		await access().requests.submit({ ...ASKED, message: 'le samedi' }, '192.0.2.1', 300);
		expect(
			access()
				.requests.list('pending')
				.map(({ message }) => message)
		).toEqual(['le samedi']);
	});

	test('becomes an account with its address as login, once; or is refused with a reason', async () => {
		await submit();
		const [asked] = access().requests.list('pending');
		const made = await access().requests.approve('admin', asked!.id, 'viewer');
		if (made.kind !== 'ok') throw new Error(made.why);
		expect(access().oneTimeLinks.find(made.token)).toMatchObject({ login: 'lou@example.org', name: 'Lou' });
		expect(await access().requests.refuse('admin', asked!.id, 'trop tard')).toEqual({
			kind: 'refused',
			why: 'already'
		});
		await submit('max@example.org', '192.0.2.9');
		const [second] = access().requests.list('pending');
		expect(await access().requests.refuse('admin', second!.id, 'inconnu ici')).toEqual({ kind: 'ok' });
		expect(
			access()
				.requests.list('decided')
				.map(({ state, reason }) => [state, reason])
		).toEqual([
			['approved', null],
			['refused', 'inconnu ici']
		]);
		expect(acts()).toEqual(['user.create', 'account_request.approve', 'account_request.refuse']);
	});
});

describe('one’s own sessions', () => {
	test('are listed with this one marked, and ended one by one or all others', async () => {
		const [one, two, three] = [
			await server.signIn('operator'),
			await server.signIn('operator'),
			await server.signIn('operator')
		];
		const { sessions } = access();
		const list = sessions.listOf('operator', two.token);
		expect(list.filter(({ isThis }) => isThis)).toHaveLength(1);
		expect(list).toHaveLength(3);
		expect(await sessions.endOne('admin', list[0]!.id)).toBe(false);
		expect(await sessions.endOthers('operator', two.token)).toBe(2);
		expect([one, two, three].map(({ token }) => server.who(token)?.personId)).toEqual([
			undefined,
			'operator',
			undefined
		]);
		expect(await sessions.endOne('operator', sessions.listOf('operator', two.token)[0]!.id)).toBe(true);
		expect(server.who(two.token)).toBeNull();
	});

	test('end by themselves: idle for 30 days, at the latest after 90; signing in is remembered', async () => {
		const { token } = await server.signIn('operator');
		const day = 86_400_000;
		for (let i = 0; i < 4; i++) {
			server.advance(22 * day);
			expect(server.who(token)?.personId).toBe('operator');
			await server.world.store.write(() => undefined);
		}
		expect(server.rows(`SELECT last_seen_at AS at FROM account WHERE person_id = 'operator'`)).toEqual([
			{ at: server.now.toISOString() }
		]);
		server.advance(3 * day);
		expect(server.who(token)).toBeNull();
		const idle = (await server.signIn('operator')).token;
		server.advance(31 * day);
		expect(server.who(idle)).toBeNull();
		expect(access().sessions.listOf('operator', undefined)).toEqual([]);
	});
});
