/** The API as a phone meets it: requests and answers through the route's own handler, without a network. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_PUSH_BYTES, PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { AccessCookies } from '#lib/server/access/cookies.ts';
import { SyncBudget } from '#lib/server/access/sync-budget.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { GET, POST } from '../../../routes/api/trpc/[...path]/+server.ts';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';

const ORIGIN = 'http://localhost:3000';
let server: TestServer;
let credential: string;
/** Cookies that the last answer set, by name. */
let kept: Map<string, string>;

beforeEach(async () => {
	server = await openServer();
	await server.account('operator', 'operator');
	credential = (await server.signIn('operator')).deviceCredential!;
	kept = new Map();
});
afterEach(() => server.close());

async function call(path: string, init: RequestInit = {}, signedIn = true) {
	const { world } = server;
	const shown = signedIn ? credential : undefined;
	const cookies = { get: () => shown, set: (name: string, value: string) => kept.set(name, value) };
	const locals = {
		world,
		cookies: new AccessCookies(ORIGIN),
		requestId: 'request-1',
		person: null,
		device: world.access.devices.find(shown)
	};
	const request = new Request(`${ORIGIN}/api/trpc/${path}`, init);
	const handler = request.method === 'GET' ? GET : POST;
	const getClientAddress = () => '192.0.2.1';
	const response = await handler({
		locals,
		cookies,
		request,
		getClientAddress,
		params: { path: path.split('?')[0] },
		url: new URL(request.url)
	} as unknown as Parameters<typeof POST>[0]);
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Record<string, never> };
}

const json = (body: unknown): RequestInit => ({
	method: 'POST',
	headers: { 'content-type': 'application/json' },
	body: typeof body === 'string' ? body : JSON.stringify(body)
});

const hello = {
	...{ replicaId: 'replica-1', lastLmid: 0, cookie: null, warehouseId: null, queueDepth: 0, leases: [] },
	...{ schema: SCHEMA_CURRENT, protocol: PROTOCOL_VERSION, appVersion: 'test', clientNow: '2026-03-02T08:00:00.000Z' }
};
const mutation = (args: string) => ({
	...{ uid: 'u1', mid: 1, name: 'carton.discard', version: 1, schema: SCHEMA_CURRENT, args, actorId: 'operator' },
	...{ deviceTime: '2026-03-02T08:00:00.000Z', clockOffset: 0 }
});
const push = (args: string, epoch = server.world.store.epoch) => ({
	epoch,
	replicaId: 'replica-1',
	mutations: [mutation(args)]
});

const escaleOf = ({ body }: Awaited<ReturnType<typeof call>>) =>
	(body as unknown as { error: { data: { escale: object; httpStatus: number; requestId: string } } }).error.data;

describe('the API', () => {
	test('[I21] opens a session for who shows badge and PIN, on a device that nobody is signed in on', async () => {
		const confirmed = { personId: 'operator', login: 'operator', password: PASSWORD, address: '192.0.2.9' };
		await server.world.access.pins.set(confirmed, '4071');
		const badgeCode = server.world.access.pins.holder('operator')!.badgeCode!;
		const wrong = await call('session.switchOperator', json({ badgeCode, pin: '9305' }));
		expect([wrong.status, wrong.body, kept.size]).toMatchObject([200, { result: { data: { kind: 'wrong' } } }, 0]);
		const right = await call('session.switchOperator', json({ badgeCode, pin: '4071' }));
		expect(right.body).toMatchObject({ result: { data: { kind: 'ok', operator: { personId: 'operator' } } } });
		expect(server.who(kept.get('__Host-escale_session')!)).toMatchObject({ personId: 'operator', signedInBy: 'pin' });
		expect((await call('session.switchOperator', json({ badgeCode, pin: 'abcd' }))).status).toBe(400);
		expect((await call('session.switchOperator', json({ badgeCode, pin: '4071' }), false)).status).toBe(401);
	});

	test('answers a hello with the epoch and leases, and renews the cookie of the device', async () => {
		const { status, body } = await call('sync.hello', json(hello));
		expect(status).toBe(200);
		expect(body).toMatchObject({
			result: { data: { epoch: server.world.store.epoch, lmid: 0, siteTimeZone: 'Europe/Paris' } }
		});
		expect([...kept]).toEqual([['__Host-escale_device', credential]]);
	});

	test('[I7] records a malformed argument as a verdict: one bad scan is no transport error', async () => {
		await call('sync.hello', json(hello));
		const { status, body } = await call('sync.push', json(push('{"cartonId":')));
		expect(status).toBe(200);
		expect(body).toMatchObject({
			result: { data: { lmid: 1, results: [{ status: 'rejected', rejection: { code: 'invalid_args' } }] } }
		});
	});

	test('[I2] a push beyond its size is 413 before it is parsed, and decides nothing', async () => {
		const answer = await call('sync.push', json(push('x'.repeat(MAX_PUSH_BYTES + 20_000))));
		expect(answer.status).toBe(413);
		expect(escaleOf(answer)).toMatchObject({ httpStatus: 413, escale: { refusal: 'too_large' } });
		expect(server.rows('SELECT * FROM mutation_result')).toEqual([]);
	});

	test('a push beyond its size is 413 also where nobody said how long it is', async () => {
		let sent = 0;
		const body = new ReadableStream<Uint8Array>({
			pull(controller) {
				sent += 65_536;
				controller.enqueue(new Uint8Array(65_536).fill(0x20));
			}
		});
		const init = {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body,
			duplex: 'half'
		} as RequestInit;
		expect((await call('sync.push', init)).status).toBe(413);
		expect(sent).toBeLessThan(2 * MAX_PUSH_BYTES);
	});

	test.for([
		['no JSON', '{"epoch":'],
		['another shape', '{"epoch":1}'],
		['no mutation', JSON.stringify({ epoch: 'e', replicaId: 'r', mutations: [] })],
		['nothing', '']
	])('a push with %s is 400 malformed, without a trace of the code', async ([, body]) => {
		const answer = await call('sync.push', json(body!));
		expect(answer.status).toBe(400);
		expect(escaleOf(answer)).toMatchObject({ httpStatus: 400, escale: { refusal: 'malformed' } });
		expect(answer.text).not.toMatch(/\.ts|stack|node_modules/);
	});

	test.for(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
		'a form can send no command: %s is refused',
		async (type) => {
			const answer = await call('sync.push', { method: 'POST', headers: { 'content-type': type }, body: '{}' });
			expect(answer.status).toBe(400);
			expect(escaleOf(answer)).toMatchObject({ escale: { refusal: 'malformed' } });
		}
	);

	test('nothing that changes or carries a cookie can be had with GET', async () => {
		const { status } = await call(`sync.pull?input=${encodeURIComponent('{}')}`);
		expect(status).toBe(405);
	});

	test('a browser that nobody signed in with is 401 device_unknown', async () => {
		const answer = await call('sync.hello', json(hello), false);
		expect(answer.status).toBe(401);
		expect(escaleOf(answer)).toMatchObject({ httpStatus: 401, escale: { refusal: 'device_unknown' } });
	});

	test('an epoch of before a restore is 409', async () => {
		await call('sync.hello', json(hello));
		const answer = await call('sync.push', json(push('{}', 'another')));
		expect(answer.status).toBe(409);
		expect(escaleOf(answer)).toMatchObject({ httpStatus: 409, escale: { refusal: 'epoch' } });
	});

	test('a device beyond its budget is 429, with the time to wait twice: for phones and for proxies', async () => {
		server.world.syncBudget = new SyncBudget(60);
		let answer = await call('sync.hello', json(hello));
		for (let i = 0; i < 100 && answer.status === 200; i++) answer = await call('sync.hello', json(hello));
		expect(answer.status).toBe(429);
		const { escale } = escaleOf(answer) as unknown as { escale: { refusal: string; retryAfterMs: number } };
		expect(escale.refusal).toBe('too_many_requests');
		expect(Number(answer.headers.get('retry-after'))).toBe(Math.ceil(escale.retryAfterMs / 1000));
	});

	test.for([
		['upgrade_required', 426],
		['newer_client', 503],
		['storage_full', 507]
	] as const)('the store’s %s keeps its status %i', async ([refusal, status]) => {
		server.world.store = {
			...server.world.store,
			push: () => Promise.reject(new TransportError(refusal, 'Not now.', { retryAfterMs: 30_000 }))
		};
		const answer = await call('sync.push', json(push('{}')));
		expect(answer.status).toBe(status);
		expect(escaleOf(answer)).toMatchObject({ httpStatus: status, escale: { refusal, retryAfterMs: 30_000 } });
		expect(answer.headers.get('retry-after')).toBe('30');
	});

	test('an error that nobody foresaw is 500 with the id of the request, and nothing else', async () => {
		server.world.store = { ...server.world.store, push: () => Promise.reject(new Error('secret detail')) };
		const answer = await call('sync.push', json(push('{}')));
		expect(answer.status).toBe(500);
		expect(escaleOf(answer)).toMatchObject({ requestId: 'request-1', escale: null });
		expect(answer.text).not.toMatch(/secret detail|stack|\.ts/);
	});

	test('there is no other procedure', async () => {
		expect((await call('sync.drop', json({}))).status).toBe(404);
	});
});
