/** Taking a phone over by badge and PIN, on a whole server short of HTTP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';

const PIN = '4071';
const HOUR_MS = 3_600_000;
let server: TestServer;
let deviceId: string;

beforeEach(async () => {
	server = await openServer({ SHIFT_HOURS: '8' });
	for (const role of ['operator', 'manager', 'viewer'] as const) {
		await server.account(role, role);
		await setPin(role, PIN);
	}
	({ deviceId } = await server.signIn('operator'));
});
afterEach(() => server.close());

const setPin = (login: string, pin: string) =>
	server.world.access.pins.set({ personId: login, login, password: PASSWORD, address: '198.51.100.1' }, pin);
const badgeOf = (login: string): string => server.world.access.pins.holder(login)!.badgeCode!;
const show = (badgeCode: string, pin = PIN, how: { deviceId?: string; address?: string } = {}) =>
	server.world.access.badges.switchTo({
		...{ badgeCode, pin, deviceId, address: '192.0.2.1', userAgent: 'Test phone' },
		...how
	});
const kindOf = async (...asked: Parameters<typeof show>) => (await show(...asked)).output.kind;
const hello = async (id = deviceId) => {
	const input = { replicaId: `r-${id}`, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'test' };
	const said = { ...input, warehouseId: null, queueDepth: 0, clientNow: server.now.toISOString(), leases: [] };
	return (await server.world.store.hello(said, id)).badgeSignIns;
};

describe('a badge and its PIN', () => {
	test('[I21, §9] hand the phone over for a shift: operator at most, and nobody else has a session there', async () => {
		const before = await server.signIn('operator');
		const { output, token } = await show(badgeOf('manager').toLowerCase(), PIN, { deviceId: before.deviceId });
		expect(output).toMatchObject({
			kind: 'ok',
			operator: { personId: 'manager', role: 'operator' },
			until: new Date(server.now.getTime() + 8 * HOUR_MS).toISOString(),
			pinGeneration: 1
		});
		expect(server.who(before.token)).toBeNull();
		expect(server.who(token!)).toMatchObject({ personId: 'manager', role: 'operator', signedInBy: 'pin' });
		server.advance(8 * HOUR_MS + 1);
		expect(server.who(token!)).toBeNull();
	});

	test('[I21] leave the grant of a password as it is, and the other way round', async () => {
		const { deviceId } = await server.signIn('manager');
		await show(badgeOf('manager'), PIN, { deviceId });
		await server.signIn('manager');
		expect(
			server.rows(
				'SELECT kind FROM device_grant WHERE device_id = ? AND person_id = ? ORDER BY kind',
				deviceId,
				'manager'
			)
		).toEqual([{ kind: 'password' }, { kind: 'pin' }]);
	});

	test('give a viewer no more than a viewer has', async () => {
		expect((await show(badgeOf('viewer'))).output).toMatchObject({ kind: 'ok', operator: { role: 'viewer' } });
	});

	test('are refused alike: an unknown badge, a wrong PIN, a person without one', async () => {
		await server.account('without', 'operator');
		await server.world.access.pins.giveBadges(['without']);
		const answers = [show('BADGE-NOBODY'), show(badgeOf('manager'), '9305'), show(badgeOf('without'))];
		expect((await Promise.all(answers)).map(({ output, token }) => [output, token])).toEqual(
			Array.from({ length: 3 }, () => [{ kind: 'wrong' }, null])
		);
	});

	test('of somebody deactivated say so only to who knows the PIN', async () => {
		await server.raw(`UPDATE person SET active = 0 WHERE id = 'manager'`);
		expect(await kindOf(badgeOf('manager'))).toBe('inactive');
		expect(await kindOf(badgeOf('manager'), '9305')).toBe('wrong');
		expect(server.rows(`SELECT 1 FROM device_grant WHERE kind = 'pin'`)).toEqual([]);
	});
});

describe('limits', () => {
	const miss = async (times: number, badge: string, how: Parameters<typeof show>[2] = {}) => {
		for (let i = 0; i < times; i++) await show(badge, '9305', how);
	};

	test('the fifth wrong PIN locks the badge, on every phone, through a restart and through a quiet quarter of an hour', async () => {
		await miss(5, badgeOf('manager'));
		await server.restart();
		const elsewhere = { deviceId: 'other', address: '198.51.100.7' };
		expect((await show(badgeOf('manager'), PIN, elsewhere)).output).toEqual({ kind: 'wait', seconds: 30 });
		server.advance(16 * 60_000);
		expect((await show(badgeOf('manager'), '9305')).output).toEqual({ kind: 'wait', seconds: 60 });
		server.advance(60_000);
		expect(await kindOf(badgeOf('manager'))).toBe('ok');
	});

	test('the tenth wrong PIN locks the phone for every badge, and no other phone', async () => {
		for (let i = 0; i < 10; i++) await show(`BADGE-GUESS-${i}`, PIN);
		expect(await kindOf(badgeOf('manager'))).toBe('wait');
		expect(await kindOf(badgeOf('manager'), PIN, { deviceId: 'other' })).toBe('ok');
	});

	test('PINs and passwords lock each other out never', async () => {
		await miss(5, badgeOf('operator'));
		expect((await server.try('operator')).kind).toBe('ok');
		for (let i = 0; i < 5; i++) await server.try('manager', { password: 'wrong' });
		expect(await kindOf(badgeOf('manager'))).toBe('ok');
	});
});

describe('a phone hears at hello who may take it over without network', () => {
	test('during the shift, with the PIN of now', async () => {
		await show(badgeOf('manager'));
		expect(await hello()).toEqual([{ personId: 'manager', pinGeneration: 1 }]);
		await setPin('manager', '5820');
		expect(await hello()).toEqual([{ personId: 'manager', pinGeneration: 2 }]);
		server.advance(8 * HOUR_MS + 1);
		expect(await hello()).toEqual([]);
	});

	test.each([
		`UPDATE person SET active = 0 WHERE id = 'manager'`,
		`UPDATE account SET active = 0 WHERE person_id = 'manager'`,
		`UPDATE device_grant SET ended_at = '2026-03-02' WHERE person_id = 'manager' AND kind = 'pin'`
	])('and no longer after %s', async (statement) => {
		await show(badgeOf('manager'));
		await server.raw(statement);
		expect(await hello()).toEqual([]);
	});

	test('[I26] which a revoked one does not', async () => {
		await show(badgeOf('manager'));
		await server.raw(`UPDATE device SET status = 'revoked' WHERE id = ?`, deviceId);
		await expect(hello()).rejects.toMatchObject({ refusal: 'device_revoked' });
	});
});

describe('a PIN is its owner’s', () => {
	const clear = (password: string) =>
		server.world.access.pins.clear({ personId: 'manager', login: 'manager', password, address: '192.0.2.9' });

	test('removed: its sessions end, the badge stays and opens nothing', async () => {
		const { token } = await show(badgeOf('manager'));
		const byPassword = await server.signIn('manager');
		expect(await clear(PASSWORD)).toEqual({ kind: 'ok' });
		expect(server.who(token!)).toBeNull();
		expect(server.who(byPassword.token)).not.toBeNull();
		expect(await kindOf(badgeOf('manager'))).toBe('wrong');
		expect(await hello()).toEqual([]);
	});

	test('is changed by nobody without the password, whose guesses count as at the sign-in page', async () => {
		for (let i = 0; i < 4; i++) expect(await clear('wrong')).toEqual({ kind: 'wrong_password' });
		expect(await clear('wrong')).toEqual({ kind: 'wait', seconds: 30 });
		expect((await server.try('manager')).kind).toBe('wait');
		expect(await kindOf(badgeOf('manager'))).toBe('ok');
	});

	test('is refused when it is easy, and kept as Argon2id only', async () => {
		expect(await setPin('manager', '1234')).toEqual({ kind: 'weak', weakness: 'run' });
		const [{ hash }] = server.rows<{ hash: string }>(
			`SELECT pin_hash AS hash FROM account WHERE person_id = 'manager'`
		) as [{ hash: string }];
		expect(hash).toMatch(/^\$argon2id\$/);
	});

	test('comes with a badge of fifty random bits, which stays when the PIN changes', async () => {
		const badge = badgeOf('manager');
		expect(badge).toMatch(/^BADGE-[0-9A-HJKMNP-TV-Z]{10}$/);
		await setPin('manager', '5820');
		await server.world.access.pins.giveBadges(['manager', 'operator']);
		expect(badgeOf('manager')).toBe(badge);
		expect(new Set(server.world.access.pins.activeHolders().map(({ badgeCode }) => badgeCode)).size).toBe(3);
	});
});
