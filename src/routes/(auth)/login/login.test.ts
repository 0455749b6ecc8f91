/** Signing in as a form does it, through the page's own load and action, on a whole server. */
import { isActionFailure, isRedirect, type RequestEvent } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessCookies } from '#lib/server/access/cookies.ts';
import { passwordCounters } from '#lib/server/access/login-limits.ts';
import { POST as signOut } from '../logout/+server.ts';
import { POST as prefer } from '../preferences/+server.ts';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';
import { actions, load } from './+page.server.ts';

const ORIGIN = 'http://localhost:3000';
let server: TestServer;
/** The browser's cookies. */
let jar: Map<string, string>;

beforeEach(async () => {
	server = await openServer();
	await server.account('operator', 'operator');
	jar = new Map();
});
afterEach(() => server.close());

function eventOf(path: string, fields?: Record<string, string>, headers: Record<string, string> = {}) {
	const cookies = {
		get: (name: string) => jar.get(name),
		set: (name: string, value: string) => void jar.set(name, value),
		delete: (name: string) => void jar.delete(name)
	} as unknown as RequestEvent['cookies'];
	const kept = new AccessCookies(ORIGIN);
	const { world } = server;
	const url = new URL(path, ORIGIN);
	const body = fields && new URLSearchParams(fields);
	const request = new Request(url, { ...(body ? { method: 'POST', body } : {}), headers });
	const { sessions, devices } = world.access;
	const [person, device] = [sessions.find(kept.session(cookies)), devices.find(kept.device(cookies))];
	const locals = { world, cookies: kept, person, device };
	return { url, request, cookies, locals, getClientAddress: () => '192.0.2.1', setHeaders: () => undefined } as never;
}

/** Where it leads, or the form with what it says. */
async function signIn(fields: Record<string, string>, path = '/login') {
	try {
		const result: unknown = await actions['default']!(eventOf(path, fields));
		if (!isActionFailure(result)) throw new Error('neither refused nor led on');
		const { form } = result.data as unknown as { form: { message?: string; data: object; errors: object } };
		return { status: result.status, ...form };
	} catch (thrown) {
		if (isRedirect(thrown)) return { status: thrown.status, location: thrown.location };
		throw thrown;
	}
}

const leadsTo = (call: () => unknown) =>
	Promise.resolve()
		.then(call)
		.then(
			() => null,
			(thrown: unknown) => (isRedirect(thrown) ? thrown.location : Promise.reject(thrown))
		);

describe('the sign-in page', () => {
	test('lets in, keeps both cookies, and speaks the person’s language on a new device', async () => {
		await server.raw(`UPDATE account SET locale = 'en'`);
		expect(await signIn({ login: 'operator', password: PASSWORD })).toEqual({ status: 303, location: '/' });
		expect([...jar.keys()].sort()).toEqual(['PARAGLIDE_LOCALE', '__Host-escale_device', '__Host-escale_session']);
		expect(jar.get('PARAGLIDE_LOCALE')).toBe('en');
	});

	test('leaves a language alone that was chosen on this device', async () => {
		jar.set('PARAGLIDE_LOCALE', 'en');
		await signIn({ login: 'operator', password: PASSWORD });
		expect(jar.get('PARAGLIDE_LOCALE')).toBe('en');
	});

	test.for([
		['/login?next=%2Fscan%2Fshipments-tracking%3Fclosed%3Dall', '/scan/shipments-tracking?closed=all'],
		['/login?next=https%3A%2F%2Fevil.example%2Fx', '/'],
		['/login?next=%2F%2Fevil.example%2Fx', '/'],
		['/login?next=%2F%5Cevil.example', '/'],
		['/login?next=%2F.%2F%2Fevil.example', '/'],
		['/login?next=%2Fx%2F..%2F%2Fevil.example', '/'],
		['/login?next=javascript%3Aalert(1)', '/'],
		['/login?next=http%3A%2F%2F%5B', '/']
	])('%s leads to %s, and nowhere else', async ([path, location]) => {
		expect(await signIn({ login: 'operator', password: PASSWORD }, path)).toEqual({ status: 303, location });
	});

	test('who is signed in already is led on', async () => {
		await signIn({ login: 'operator', password: PASSWORD });
		expect(await leadsTo(() => load(eventOf('/login?next=%2Fscan')))).toBe('/scan');
	});

	test('[I23] who is signed in on a device that the server does not know can make it known', async () => {
		await signIn({ login: 'operator', password: PASSWORD });
		jar.delete('__Host-escale_device');
		expect(await load(eventOf('/login?next=%2Fscan'))).toHaveProperty('form');
		await signIn({ login: 'operator', password: PASSWORD });
		expect(jar.has('__Host-escale_device')).toBe(true);
	});

	test('a wrong password keeps the login, forgets the password and says one sentence', async () => {
		const answer = await signIn({ login: 'operator', password: 'wrong' });
		expect(answer).toMatchObject({
			status: 401,
			message: 'Identifiant ou mot de passe incorrect.',
			data: { login: 'operator', password: '' }
		});
		expect(jar.size).toBe(0);
	});

	test('too many tries are told with the seconds left', async () => {
		for (let i = 0; i < 4; i++) await server.world.access.limits.begin(passwordCounters('operator', '192.0.2.9'));
		await signIn({ login: 'operator', password: 'wrong' });
		expect(await signIn({ login: 'operator', password: PASSWORD })).toMatchObject({
			status: 429,
			message: 'Trop d’essais. Réessayez dans 30 s.'
		});
	});

	test('[ASVS 16.3.1] each try is logged with its outcome, and never with what was typed', async () => {
		const told = vi.spyOn(server.world.log, 'info');
		await signIn({ login: 'typed-login', password: 'typed-secret' });
		await signIn({ login: 'operator', password: PASSWORD });
		const lines = told.mock.calls.map(([fields]) => fields as unknown);
		expect(lines).toMatchObject([
			{ event: 'sign_in', outcome: 'wrong' },
			{ event: 'sign_in', outcome: 'ok', person: 'operator', device: expect.any(String) as string }
		]);
		expect(JSON.stringify(lines)).not.toContain('typed');
	});

	test('a deactivated account is told so', async () => {
		await server.raw('UPDATE account SET active = 0');
		expect(await signIn({ login: 'operator', password: PASSWORD })).toMatchObject({
			status: 403,
			message: expect.stringContaining('désactivé') as string
		});
	});

	test('empty fields are named', async () => {
		expect(await signIn({ login: ' ', password: '' })).toMatchObject({
			status: 400,
			errors: { login: ['Saisissez votre identifiant.'], password: ['Saisissez votre mot de passe.'] }
		});
	});

	test('signing in as somebody else ends the former session', async () => {
		await server.account('manager', 'manager');
		await signIn({ login: 'operator', password: PASSWORD });
		await signIn({ login: 'manager', password: PASSWORD });
		expect(server.rows('SELECT person_id FROM session')).toEqual([{ person_id: 'manager' }]);
	});
});

describe('signing out', () => {
	test('[sync §4.1] ends the session and keeps the device', async () => {
		await signIn({ login: 'operator', password: PASSWORD });
		expect(await leadsTo(() => signOut(eventOf('/logout', {})))).toBe('/login');
		expect([...jar.keys()]).not.toContain('__Host-escale_session');
		expect([...jar.keys()]).toContain('__Host-escale_device');
		expect(server.rows('SELECT * FROM session')).toEqual([]);
	});
});

describe('preferences', () => {
	test('are remembered in the browser, the language with the person, and lead back', async () => {
		await signIn({ login: 'operator', password: PASSWORD });
		const event = eventOf('/preferences', { locale: 'en', theme: 'sun' }, { referer: `${ORIGIN}/scan?x=1` });
		expect(await leadsTo(() => prefer(event))).toBe('/scan?x=1');
		expect([jar.get('PARAGLIDE_LOCALE'), jar.get('escale_theme')]).toEqual(['en', 'sun']);
		expect(server.rows('SELECT locale FROM account')).toEqual([{ locale: 'en' }]);
	});

	test('[WCAG 2.1.4] shortcuts of one key can be turned off, and on again', async () => {
		for (const keys of ['off', 'on']) {
			await leadsTo(() => prefer(eventOf('/preferences', { keys }, { referer: `${ORIGIN}/account` })));
			expect(jar.get('escale_keys')).toBe(keys);
		}
	});

	test('lead to no other site', async () => {
		const event = eventOf('/preferences', { theme: 'dark' }, { referer: 'https://evil.example/x' });
		expect(await leadsTo(() => prefer(event))).toBe('/');
	});

	test('lead to no other site by a path of this one', async () => {
		const event = eventOf('/preferences', { theme: 'dark' }, { referer: `${ORIGIN}//evil.example/x` });
		expect(await leadsTo(() => prefer(event))).toBe('/');
	});

	test('that do not exist are refused', async () => {
		await expect(prefer(eventOf('/preferences', { theme: 'pink' }))).rejects.toMatchObject({ status: 400 });
	});
});
