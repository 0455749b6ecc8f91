import type { RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';
import { AccessCookies, isTrustworthy } from './cookies.ts';
import { whyForeign } from './foreign-request.ts';
import { PersonBudget } from './person-budget.ts';
import { secureHeaders } from './secure-headers.ts';
import { SyncBudget } from './sync-budget.ts';
import { TrackingBudget } from './tracking-budget.ts';

const ORIGIN = 'https://escale.example.org';

/** As much of an event as these ask for. */
function eventOf(path: string, init: RequestInit = {}, settings: Record<string, unknown> = {}): RequestEvent {
	const url = new URL(path, ORIGIN);
	const headers = new Headers({ host: url.host, ...(init.headers as Record<string, string>) });
	const request = { method: init.method ?? 'GET', headers };
	const locals = { world: { settings: { origin: ORIGIN, xffDepth: 0, hstsSeconds: 31_536_000, ...settings } } };
	return { url, request, locals, getClientAddress: () => '10.0.0.9' } as unknown as RequestEvent;
}

const statusOf = (event: RequestEvent) => whyForeign(event, false)?.status ?? null;

describe('foreign requests', () => {
	test('another host than the configured one is refused, reading too', () => {
		expect(statusOf(eventOf('/scan', { headers: { host: 'evil.example' } }))).toBe(421);
		expect(statusOf(eventOf('/scan', { headers: { host: 'escale.example.org:8443' } }))).toBe(421);
		expect(statusOf(eventOf('/scan'))).toBeNull();
	});

	test('health and metrics are answered by any name, and what only begins like it is not', () => {
		const status = (path: string) => statusOf(eventOf(path, { headers: { host: '127.0.0.1:3000' } }));
		for (const path of ['/api/health', '/api/health/ready', '/health', '/healthz', '/metrics'])
			expect(status(path)).toBeNull();
		for (const path of ['/healthy', '/api/healthz', '/metrics/x', '/scan']) expect(status(path)).toBe(421);
	});

	test.for(['POST', 'PUT', 'PATCH', 'DELETE'])('a %s from another origin is refused', (method) => {
		expect(statusOf(eventOf('/api/trpc/command.run', { method, headers: { origin: 'https://evil.example' } }))).toBe(
			403
		);
		expect(statusOf(eventOf('/api/trpc/command.run', { method, headers: { origin: 'null' } }))).toBe(403);
		expect(statusOf(eventOf('/api/trpc/command.run', { method, headers: { origin: ORIGIN } }))).toBeNull();
		expect(statusOf(eventOf('/api/trpc/command.run', { method }))).toBeNull();
		for (const site of ['cross-site', 'same-site'])
			expect(statusOf(eventOf('/x', { method, headers: { 'sec-fetch-site': site } }))).toBe(403);
		for (const site of ['same-origin', 'none'])
			expect(statusOf(eventOf('/x', { method, headers: { 'sec-fetch-site': site } }))).toBeNull();
	});
});

describe('cookies', () => {
	test.for([
		['https://escale.example.org', true],
		['http://localhost:3000', true],
		['http://127.0.0.1:3000', true],
		['http://[::1]:3000', true],
		['http://192.168.1.20:3000', false],
		['http://localhost.evil.example', false]
	] as const)('browsers trust %s: %s', ([origin, trusted]) => {
		expect(isTrustworthy(origin)).toBe(trusted);
	});

	function jar() {
		const set: { name: string; options: Record<string, unknown> }[] = [];
		const record = (name: string, _value: string, options: object) => set.push({ name, options: { ...options } });
		return { set, cookies: { set: record } as unknown as RequestEvent['cookies'] };
	}

	test('are __Host-, HttpOnly, Secure and SameSite=Lax', () => {
		const { set, cookies } = jar();
		const kept = new AccessCookies(ORIGIN);
		kept.keepSession(cookies, 'token');
		kept.keepDevice(cookies, 'credential');
		expect(set.map(({ name }) => name)).toEqual(['__Host-escale_session', '__Host-escale_device']);
		for (const { options } of set)
			expect(options).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'lax' });
		expect(set.map(({ options }) => options['maxAge'])).toEqual([90 * 86_400, 400 * 86_400]);
	});

	test('on plain HTTP in a network have the names that browsers accept there', () => {
		const { set, cookies } = jar();
		new AccessCookies('http://192.168.1.20:3000').keepSession(cookies, 'token');
		expect(set).toMatchObject([{ name: 'escale_session', options: { secure: false, httpOnly: true } }]);
	});
});

describe('the address of a client', () => {
	const headers = { 'x-forwarded-for': '203.0.113.66, 198.51.100.2, 10.0.0.1' };

	test('is the connection’s own while no proxy is configured, whatever the header says', () => {
		expect(clientAddress(eventOf('/', { headers }))).toBe('10.0.0.9');
	});

	test('is what the outermost proxy of ours has seen, not what the client claims', () => {
		expect(clientAddress(eventOf('/', { headers }, { xffDepth: 1 }))).toBe('10.0.0.1');
		expect(clientAddress(eventOf('/', { headers }, { xffDepth: 2 }))).toBe('198.51.100.2');
	});

	test('is the connection’s own where the header is missing or shorter than that', () => {
		expect(clientAddress(eventOf('/', {}, { xffDepth: 1 }))).toBe('10.0.0.9');
		expect(clientAddress(eventOf('/', { headers }, { xffDepth: 4 }))).toBe('10.0.0.9');
	});
});

describe('budgets', () => {
	test('[sync §3] a device may call 200 times at once, then has to wait; another device is not concerned', async () => {
		const budget = new SyncBudget(600);
		let allowed = 0;
		let waitMs = 0;
		while (waitMs === 0 && allowed < 1000) {
			waitMs = await budget.spend('phone');
			if (waitMs === 0) allowed++;
		}
		// The burst, and what the seconds that the loop took allow besides.
		expect(allowed).toBeGreaterThanOrEqual(200);
		expect(allowed).toBeLessThanOrEqual(260);
		expect(waitMs).toBeGreaterThanOrEqual(1000);
		expect(await budget.spend('other phone')).toBe(0);
	});

	test('[T5] a tracking link may be opened 30 times a minute, an address may open 60; others are not concerned', async () => {
		const budget = new TrackingBudget();
		const opened = async (token: string, address: string, times: number) => {
			let allowed = 0;
			for (let i = 0; i < times; i++) if ((await budget.spend(token, address)) === 0) allowed++;
			return allowed;
		};
		expect(await opened('one', '192.0.2.1', 40)).toBe(30);
		expect(await opened('two', '192.0.2.1', 40)).toBe(20);
		expect(await budget.spend('three', '192.0.2.1')).toBeGreaterThan(50_000);
		expect(await budget.spend('three', '192.0.2.2')).toBe(0);
		expect(await budget.spend('one', '192.0.2.2')).toBeGreaterThan(50_000);
	});

	test('a person’s requests of a minute are counted, each person’s alone', async () => {
		const budget = new PersonBudget(10);
		for (let i = 0; i < 10; i++) expect(await budget.spend('manager')).toBe(0);
		expect(await budget.spend('manager')).toBeGreaterThan(50_000);
		expect(await budget.spend('operator')).toBe(0);
	});
});

describe('headers', () => {
	const answer = (path: string, settings = {}) => secureHeaders(eventOf(path, {}, settings), new Response('')).headers;

	test('every answer forbids framing, sniffing and leaking where one came from', () => {
		const headers = answer('/login');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
		expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
		expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(headers.get('referrer-policy')).toBe('same-origin');
		expect(headers.get('permissions-policy')).toContain('camera=(self)');
	});

	test('a page’s own policy stays', () => {
		const response = new Response('', { headers: { 'content-security-policy': "default-src 'self'" } });
		expect(secureHeaders(eventOf('/'), response).headers.get('content-security-policy')).toBe("default-src 'self'");
	});

	test('answers of the API are kept by no cache, pages by nobody else’s', () => {
		expect(answer('/api/trpc/session.me').get('cache-control')).toBe('no-store');
		expect(answer('/login').get('cache-control')).toBe('private, no-cache');
	});

	test('what a person who is signed in read is in no cache afterwards', () => {
		const event = eventOf('/shipments');
		Object.assign(event.locals, { person: { personId: 'x' } });
		expect(secureHeaders(event, new Response('')).headers.get('cache-control')).toBe('private, no-store');
	});

	test('a stricter header of a page stays', () => {
		const response = new Response('', { headers: { 'referrer-policy': 'no-referrer' } });
		expect(secureHeaders(eventOf('/welcome/x'), response).headers.get('referrer-policy')).toBe('no-referrer');
	});

	test('[T5] a tracking page is kept by no cache and no search engine, errors included', () => {
		const headers = answer('/track/aB3_-xyzAB');
		expect(headers.get('cache-control')).toBe('no-store');
		expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
		expect(headers.get('referrer-policy')).toBe('same-origin');
		expect(answer('/login').get('x-robots-tag')).toBeNull();
	});

	test('HTTPS once is HTTPS for a year; plain HTTP promises nothing', () => {
		expect(answer('/').get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains; preload');
		expect(answer('/', { lan: true }).get('strict-transport-security')).toBeNull();
		expect(answer('/', { hstsSeconds: 0 }).get('strict-transport-security')).toBeNull();
		expect(answer('/', { origin: 'http://localhost:3000' }).get('strict-transport-security')).toBeNull();
	});
});
