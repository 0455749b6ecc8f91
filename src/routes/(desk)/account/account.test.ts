/** One's own account as a form without JavaScript uses it, through the pages' own loads and actions. */
import { isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';
import { actions, load } from './+page.server.ts';
import { actions as badgeActions, load as loadBadges } from './badges/+page.server.ts';

let server: TestServer;
let token: string;

beforeEach(async () => {
	server = await openServer();
	await server.account('operator', 'operator');
	await server.account('manager', 'manager');
	({ token } = await server.signIn('operator'));
});
afterEach(() => server.close());

function eventOf(fields?: Record<string, string>) {
	const url = new URL('http://localhost:3000/account');
	const request = new Request(url, fields && { method: 'POST', body: new URLSearchParams(fields) });
	const locals = { world: server.world, person: server.who(token), cookies: { session: () => token } };
	const NOTHING = { getClientAddress: () => '192.0.2.1', setHeaders: () => undefined };
	return { url, request, locals, cookies: { get: () => undefined }, ...NOTHING } as never;
}

/** What the form says of itself. */
async function send(action: 'set' | 'remove' | 'password', fields: Record<string, string>) {
	const result = (await actions[action]!(eventOf(fields))) as unknown;
	const { form } = (isActionFailure(result) ? result.data : result) as unknown as {
		form: { message?: { kind: string }; errors: Record<string, string[]>; data: object };
	};
	return { status: isActionFailure(result) ? result.status : 200, ...form };
}
const hasPin = () => server.world.access.pins.holder('operator')!.hasPin;

describe('one’s own PIN', () => {
	test('is set and removed with the password, and neither comes back in the answer', async () => {
		const saved = await send('set', { pin: '4071', password: PASSWORD });
		expect(saved).toMatchObject({ status: 200, message: { kind: 'ok' }, data: { pin: '', password: '' } });
		expect(hasPin()).toBe(true);
		expect(await load(eventOf())).toMatchObject({ hasPin: true, symbol: { code: expect.stringMatching(/^BADGE-/) } });
		expect(await send('remove', { pin: '', password: PASSWORD })).toMatchObject({ status: 200 });
		expect(hasPin()).toBe(false);
	});

	test.each([
		[{ pin: '1234', password: PASSWORD }, 400, 'pin'],
		[{ pin: '407', password: PASSWORD }, 400, 'pin'],
		[{ pin: '4071', password: '' }, 400, 'password'],
		[{ pin: '4071', password: 'wrong' }, 403, 'password']
	])('%j is refused beside the field, and nothing is set', async (fields, status, field) => {
		const refused = await send('set', fields);
		expect(refused.status).toBe(status);
		expect(refused.errors[field]).toHaveLength(1);
		expect(hasPin()).toBe(false);
	});

	test('is guarded as the sign-in page is: the fifth wrong password waits', async () => {
		for (let i = 0; i < 4; i++) await send('remove', { pin: '', password: 'wrong' });
		expect(await send('remove', { pin: '', password: 'wrong' })).toMatchObject({
			status: 429,
			message: { kind: 'no' }
		});
	});
});

describe('one’s own password and sessions', () => {
	const CHOSEN = 'a phrase nobody guesses';

	test('the password is changed with the old one, and every other session ends', async () => {
		const other = await server.signIn('operator');
		const saved = await send('password', { current: PASSWORD, chosen: CHOSEN });
		expect(saved).toMatchObject({ status: 200, message: { kind: 'ok' }, data: { current: '', chosen: '' } });
		expect(server.who(other.token)).toBeNull();
		expect(server.who(token)?.personId).toBe('operator');
		expect((await server.try('operator', { password: CHOSEN })).kind).toBe('ok');
		expect(await server.try('operator')).toEqual({ kind: 'wrong' });
		expect(server.rows('SELECT act, actor_id AS who FROM audit_event')).toEqual([
			{ act: 'user.change_password', who: 'operator' }
		]);
	});

	test.each([
		[{ current: 'wrong', chosen: CHOSEN }, 403, 'current'],
		[{ current: '', chosen: CHOSEN }, 400, 'current'],
		[{ current: PASSWORD, chosen: 'short' }, 400, 'chosen'],
		[{ current: PASSWORD, chosen: 'operator operator' }, 400, 'chosen']
	])('%j is refused beside the field, and nothing changes', async (fields, status, field) => {
		const refused = await send('password', fields);
		expect([refused.status, refused.errors[field]?.length]).toEqual([status, 1]);
		expect((await server.try('operator')).kind).toBe('ok');
	});

	test('sessions are listed and ended; another person’s cannot be', async () => {
		const other = await server.signIn('operator');
		const manager = await server.signIn('manager');
		const shown = (await load(eventOf())) as { sessions: { id: string; isThis: boolean }[] };
		expect(shown.sessions.map(({ isThis }) => isThis).sort()).toEqual([false, true]);
		const foreign = server.world.access.sessions.listOf('manager', manager.token)[0]!.id;
		for (const id of [foreign, shown.sessions.find(({ isThis }) => !isThis)!.id])
			await Promise.resolve(actions['endSession']!(eventOf({ id }))).catch(() => undefined);
		expect([server.who(other.token), server.who(manager.token)?.personId]).toEqual([null, 'manager']);
		const third = await server.signIn('operator');
		await Promise.resolve(actions['endOthers']!(eventOf({}))).catch(() => undefined);
		expect([server.who(third.token), server.who(token)?.personId]).toEqual([null, 'operator']);
	});
});

describe('[§9] the team’s badges', () => {
	const leads = (call: () => unknown) =>
		Promise.resolve()
			.then(call)
			.catch((thrown: unknown) => {
				if (isRedirect(thrown)) return thrown.location;
				if (isHttpError(thrown)) return thrown.status;
				throw thrown;
			});

	test('are made and printed by a manager, and hold no PIN', async () => {
		({ token } = await server.signIn('manager'));
		expect(await loadBadges(eventOf())).toMatchObject({ badges: [], missing: 2, refusal: null });
		expect(await leads(() => badgeActions['missing']!(eventOf({})))).toBe('/account/badges');
		const shown = (await loadBadges(eventOf())) as { badges: { symbol: { code: string } }[]; missing: number };
		expect(shown).toMatchObject({ missing: 0, badges: [{ name: 'Test manager' }, { name: 'Test operator' }] });
		expect(new Set(shown.badges.map(({ symbol }) => symbol.code)).size).toBe(2);
	});

	test('are no business of an operator, and of nobody who is not signed in', async () => {
		expect(await loadBadges(eventOf())).toMatchObject({ badges: [], refusal: expect.any(String) });
		expect(await leads(() => badgeActions['missing']!(eventOf({})))).toBe(403);
		token = '';
		expect(await leads(() => loadBadges(eventOf()))).toBe('/login?next=%2Faccount');
		expect(server.world.access.pins.activeHolders().filter(({ badgeCode }) => badgeCode)).toEqual([]);
	});
});
