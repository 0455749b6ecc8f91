/** Floods: of passwords, of PINs, of a person’s requests, of a phone’s calls, of tracking links. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, Target, TRACKING_TOKEN } from './target.ts';

const API_KEY = 'k7Wq-2mZxT9_vB4nLr8Yc3Hd6Pf1Gs5J';
let target: Target;
beforeAll(async () => {
	target = await Target.start({ DEVICE_CALLS_PER_MINUTE: '60', INTEGRATION_API_KEY: API_KEY });
}, 120_000);
afterAll(() => target?.app.remove());

const retryAfter = (headers: Record<string, unknown>): number => Number(headers['retry-after']);

/** Asks until it is refused with 429, at most so often. @returns how many were answered, and the refusal’s wait in seconds */
async function flood(most: number, ask: (i: number) => Promise<{ status: number; headers: object }>) {
	for (let answered = 0; answered < most; answered++) {
		const { status, headers } = await ask(answered);
		if (status === 429) return { answered, wait: retryAfter(headers as Record<string, unknown>) };
		expect(status).toBeLessThan(500);
	}
	throw new Error(`${most} requests and no 429`);
}

describe('passwords', () => {
	test('of one account are locked after five tries, from wherever; also after a restart', async () => {
		const from = (i: number) => `198.51.100.${i + 1}`;
		const { answered, wait } = await flood(10, (i) => target.signIn('viewer', 'wrong', from(i)));
		expect(answered).toBe(4);
		expect(wait).toBeGreaterThan(0);
		expect((await target.signIn('viewer', PASSWORD, from(20))).status).toBe(429);
		await target.app.restart();
		const again = await target.signIn('viewer', PASSWORD, from(21));
		expect([again.status, retryAfter(again.headers) > 0]).toEqual([429, true]);
		expect((await target.signIn('manager', PASSWORD, from(22))).status).toBe(303);
	}, 60_000);

	test('from one address are locked after thirty, whoever is tried', async () => {
		const { answered, wait } = await flood(40, (i) => target.signIn(`nobody-${i}`, 'wrong', '198.51.100.200'));
		expect(answered).toBe(29);
		expect(wait).toBeGreaterThan(0);
		expect((await target.signIn('manager', PASSWORD, '198.51.100.200')).status).toBe(429);
		// What a client claims before the proxy’s own word is no other address.
		expect((await target.signIn('manager', PASSWORD, '192.0.2.1, 198.51.100.200')).status).toBe(429);
		expect((await target.signIn('manager', PASSWORD, '198.51.100.201')).status).toBe(303);
	});

	test('a login that is not there is answered as one that is: same words, same work', async () => {
		const times: Record<string, number[]> = { known: [], unknown: [] };
		const texts: Record<string, string> = {};
		// The fastest of each says what the work is; the others say how busy the machine was.
		for (let i = 0; i < 4; i++) {
			for (const [kind, login] of [
				['known', 'operator'],
				['unknown', `no-such-${i}`]
			] as const) {
				const begun = performance.now();
				const { status, text } = await target.signIn(login, 'wrong', `198.51.100.${100 + i}`);
				times[kind]!.push(performance.now() - begun);
				expect(status).toBe(401);
				texts[kind] = text
					.replaceAll(login, 'LOGIN')
					.replaceAll(/nonce[-="\w+/]+/g, '')
					.replaceAll(/"?x-request[^<]*/g, '');
			}
		}
		expect(texts['known']!.length).toBe(texts['unknown']!.length);
		const ratio = Math.min(...times['known']!) / Math.min(...times['unknown']!);
		expect(ratio).toBeGreaterThan(0.3);
		expect(ratio).toBeLessThan(3.3);
	});
});

test('a person may ask 120 times a minute, on pages and the API together', async () => {
	const { answered, wait } = await flood(130, (i) =>
		target.ask(i % 2 ? '/api/trpc/session.me' : '/account', { as: 'admin' })
	);
	expect(answered).toBe(120);
	expect(wait).toBeGreaterThan(0);
	expect(wait).toBeLessThanOrEqual(60);
	expect((await target.ask('/account', { as: 'manager' })).status).toBe(200);
});

test('a phone’s sync has a budget of its own, by device', async () => {
	await target.hello('r-flood-1', 1);
	const { wait } = await flood(70, () => target.call('sync.digest', {}, { cookies: target.device(0) }));
	expect(wait).toBeGreaterThan(0);
	const refused = await target.call('sync.digest', {}, { cookies: target.device(0) });
	expect(refused.text).toContain('too_many_requests');
	expect((await target.call('sync.digest', {}, { cookies: target.device(1) })).status).not.toBe(429);
});

test('[T5] a tracking link opens thirty times a minute, and an address tries sixty', async () => {
	const by = (address: string) => ({ headers: { 'x-forwarded-for': address } });
	const one = await flood(40, (i) => target.ask(`/track/${TRACKING_TOKEN}`, by(`198.51.101.${i}`)));
	expect([one.answered, one.wait > 0]).toEqual([30, true]);
	const guesses = await flood(70, (i) => target.ask(`/track/guess-${i}-guess-guess`, by('198.51.102.1')));
	expect([guesses.answered, guesses.wait > 0]).toEqual([60, true]);
	expect((await target.ask('/track/guess-guess-guess', by('198.51.102.2'))).status).toBe(404);
});

test('a program’s key may ask 120 times a minute, whatever it asks and from wherever', async () => {
	const { answered, wait } = await flood(130, (i) =>
		target.ask(i % 2 ? '/api/v1/products' : '/api/v1/shipments', {
			headers: { 'x-escale-key': API_KEY, 'x-forwarded-for': `198.51.103.${i}` }
		})
	);
	expect(answered).toBe(120);
	expect(wait).toBeGreaterThan(0);
	expect(wait).toBeLessThanOrEqual(60);
});

test('an address asks for one account, then waits; another address is heard', async () => {
	const ask = (i: number, address: string) =>
		target.ask('/request-account', {
			headers: { 'x-forwarded-for': address },
			body: new URLSearchParams({ name: 'Test', email: `test-${i}@example.org`, structure: 'Test', message: '' })
		});
	const { answered, wait } = await flood(5, (i) => ask(i, '198.51.104.1'));
	expect(answered).toBe(1);
	expect(wait).toBeGreaterThan(0);
	expect((await ask(9, '198.51.104.2')).status).toBe(200);
});
