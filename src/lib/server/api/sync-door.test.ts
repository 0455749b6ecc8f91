/** The door in front of SvelteKit, over real HTTP: what it answers is what the route answers, and what it does not take goes on. */
import { once } from 'node:events';
import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_PUSH_BYTES, PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { AccessCookies } from '#lib/server/access/cookies.ts';
import { SyncBudget } from '#lib/server/access/sync-budget.ts';
import { API_HEADERS } from '#lib/server/access/secure-headers.ts';
import { requestContext } from '#lib/server/logs/request-context.ts';
import { writeWindow } from '#lib/server/maintenance/maintenance.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { POST } from '../../../routes/api/trpc/[...path]/+server.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { SyncDoor } from './sync-door.ts';

const ORIGIN = 'http://localhost:3000';
let server: TestServer;
let http: Server;
let credential: string;
let token: string;

beforeEach(async () => {
	server = await openServer({ ORIGIN });
	await server.account('operator', 'operator');
	const signedIn = await server.signIn('operator');
	credential = signedIn.deviceCredential!;
	token = signedIn.token;
	const door = new SyncDoor(server.world, new AccessCookies(ORIGIN));
	http = createServer((request, response) => {
		if (!door.answer(request, response)) response.writeHead(299).end('"SvelteKit"');
	}).listen(0, '127.0.0.1');
	await once(http, 'listening');
	await server.world.store.hello(hello, credential.split('.')[0]!);
});
afterEach(async () => {
	http.close();
	await server.close();
});

const hello = {
	...{ replicaId: 'replica-1', lastLmid: 0, cookie: null, warehouseId: null, queueDepth: 0, leases: [] },
	...{ schema: SCHEMA_CURRENT, protocol: PROTOCOL_VERSION, appVersion: 'test', clientNow: '2026-03-02T08:00:00.000Z' }
};
const push = (uid: string, mid: number, epoch = server.world.store.epoch) =>
	JSON.stringify({
		...{ epoch, replicaId: 'replica-1' },
		mutations: [
			{
				...{ uid, mid, name: 'carton.discard', version: 1, schema: SCHEMA_CURRENT, args: '{"cartonId":"c1"}' },
				...{ actorId: 'operator', deviceTime: '2026-03-02T08:00:00.000Z', clockOffset: 0 }
			}
		]
	});

interface Answer {
	status: number;
	headers: Record<string, unknown>;
	text: string;
}

async function call(
	body: string,
	headers: Record<string, string | undefined> = {},
	path = 'sync.push',
	method = 'POST'
) {
	const sent = {
		...{ host: 'localhost:3000', origin: ORIGIN, 'content-type': 'application/json', accept: '*/*' },
		'content-length': String(Buffer.byteLength(body)),
		cookie: `__Host-escale_device=${credential}; __Host-escale_session=${token}`,
		...headers
	};
	const known = Object.entries(sent).filter(([, value]) => value !== undefined) as [string, string][];
	const asked = ask({
		...{ host: '127.0.0.1', port: (http.address() as AddressInfo).port, path: `/api/trpc/${path}`, method },
		headers: Object.fromEntries(known)
	}).end(body);
	const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
	let text = '';
	for await (const chunk of response) text += String(chunk);
	return { status: response.statusCode!, headers: response.headers as Record<string, unknown>, text } as Answer;
}

/** The same by the route, which SvelteKit calls. */
async function byRoute(body: string, path = 'sync.push'): Promise<Answer> {
	const { world } = server;
	const request = new Request(`${ORIGIN}/api/trpc/${path}`, {
		...{ method: 'POST', body },
		headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
	});
	const response = await POST({
		...{ request, params: { path }, cookies: { get: () => credential }, url: new URL(request.url) },
		locals: {
			...{ world, cookies: new AccessCookies(ORIGIN), requestId: 'request-1' },
			...{ person: server.who(token), device: world.access.devices.find(credential) }
		}
	} as unknown as Parameters<typeof POST>[0]);
	const headers = Object.fromEntries(response.headers);
	return { status: response.status, headers, text: await response.text() };
}

const withoutId = ({ text }: Answer): unknown =>
	JSON.parse(text.replace(/"requestId":"[^"]+"/, '"requestId":""')) as unknown;

const failing = (error: Error) => {
	server.world.store = { ...server.world.store, push: () => Promise.reject(error) };
};

describe('the door', () => {
	test('[I3] gives a verdict, and gives it again, as the route does', async () => {
		const first = await call(push('u1', 1));
		expect([first.status, JSON.parse(first.text)]).toMatchObject([
			200,
			{ result: { data: { lmid: 1, results: [{ uid: 'u1', mid: 1, status: 'rejected' }] } } }
		]);
		expect((await call(push('u1', 1))).text).toBe(first.text);
		expect((await byRoute(push('u1', 1))).text).toBe(first.text);
		expect(server.rows('SELECT uid FROM mutation_result')).toEqual([{ uid: 'u1' }]);
	});

	test.for<[string, () => string]>([
		['no JSON', () => '{"epoch":'],
		['nothing', () => ''],
		['another shape', () => '{"epoch":1}'],
		['a list', () => '[]'],
		['an epoch of before', () => push('u1', 1, 'another')],
		['a gap', () => push('u1', 7)]
	])('refuses %s in the words of the route, with its status', async ([, body]) => {
		const [here, there] = [await call(body()), await byRoute(body())];
		expect([here.status, withoutId(here)]).toEqual([there.status, withoutId(there)]);
		expect([here.headers['vary'], here.headers['content-type']]).toEqual([there.headers['vary'], 'application/json']);
		expect(here.status).toBeGreaterThanOrEqual(400);
		expect(server.rows('SELECT uid FROM mutation_result')).toEqual([]);
	});

	test('a refusal of the store keeps its status and the time to wait; what nobody foresaw says nothing', async () => {
		failing(new TransportError('storage_full', 'Not now.', { retryAfterMs: 30_000 }));
		const [here, there] = [await call(push('u1', 1)), await byRoute(push('u1', 1))];
		expect([here.status, here.headers['retry-after'], withoutId(here)]).toEqual([507, '30', withoutId(there)]);
		failing(new Error('secret detail'));
		const unforeseen = await call(push('u1', 1));
		expect([unforeseen.status, withoutId(unforeseen)]).toEqual([500, withoutId(await byRoute(push('u1', 1)))]);
		expect(unforeseen.text).toContain(unforeseen.headers['x-request-id']);
		expect(unforeseen.text).not.toMatch(/secret detail|stack|\.ts/);
	});

	test('a device beyond its budget is 429', async () => {
		server.world.syncBudget = new SyncBudget(60);
		let answer = await call(push('u1', 1));
		for (let i = 0; i < 100 && answer.status === 200; i++) answer = await call(push('u1', 1));
		expect([answer.status, Number(answer.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
	});

	test('carries the headers of the API, is counted, and runs as its own request for its own person', async () => {
		let context: unknown;
		const { store } = server.world;
		server.world.store = { ...store, push: (...args) => ((context = requestContext()), store.push(...args)) };
		const { headers } = await call(push('u1', 1));
		expect(headers).toMatchObject(API_HEADERS);
		expect(context).toEqual({ request_id: headers['x-request-id'], person: 'operator' });
		expect(await server.world.metrics.registry.metrics()).toContain(
			'wms_http_requests_total{method="POST",endpoint="/api/trpc/sync.push",status_code="200"} 1'
		);
	});

	test('[I26] a device that was revoked a moment ago is not let in', async () => {
		await server.raw(`UPDATE device SET status = 'revoked'`);
		expect((await call(push('u1', 1))).status).toBe(299);
	});

	test('[I26] one that is revoked while it speaks has no effect', async () => {
		const { store } = server.world;
		server.world.store = {
			...store,
			push: async (...args) => {
				await server.raw(`UPDATE device SET status = 'revoked'`);
				return store.push(...args);
			}
		};
		expect((await call(push('u1', 1))).status).toBe(401);
		expect(server.rows('SELECT uid FROM mutation_result')).toEqual([]);
	});

	test('in a maintenance window SvelteKit answers', async () => {
		await server.world.store.write((db) =>
			writeWindow(db, { from: '2026-03-02T07:00:00.000Z', until: null, message: '' })
		);
		server.world.maintenance.changed();
		expect((await call(push('u1', 1))).status).toBe(299);
	});

	test.for<[string, Record<string, string | undefined>]>([
		['another origin', { origin: 'https://evil.example' }],
		['another host', { host: 'evil.example' }],
		['another site', { 'sec-fetch-site': 'cross-site' }],
		['a page of the same site', { 'sec-fetch-site': 'same-site' }],
		['a form', { 'content-type': 'text/plain' }],
		['too much', { 'content-length': String(MAX_PUSH_BYTES * 2) }],
		['no length', { 'content-length': undefined, 'transfer-encoding': 'chunked' }],
		['something compressed', { 'content-encoding': 'gzip' }],
		['a wish for a stream', { accept: 'application/jsonl' }],
		['no cookie', { cookie: undefined }],
		['a cookie of nobody', { cookie: '__Host-escale_device=d1.token' }],
		['a cookie that is written otherwise', { cookie: '__Host-escale_device="x"' }]
	])('%s goes on to SvelteKit', async ([, headers]) => {
		expect((await call(push('u1', 1), headers)).status).toBe(299);
	});

	test.for([
		['sync.hello', 'POST'],
		['sync.push?batch=1', 'POST'],
		['session.me', 'POST'],
		['sync.push', 'GET']
	])('%s by %s goes on to SvelteKit', async ([path, method]) => {
		expect((await call('{}', {}, path, method)).status).toBe(299);
	});
});
