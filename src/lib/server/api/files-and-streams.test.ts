/** The snapshot file and the event stream through their routes' own handlers, on a whole server. */
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { GET as getEvents } from '../../../routes/api/sync/events/+server.ts';
import { GET as getSnapshot } from '../../../routes/api/sync/snapshot/+server.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';

const ORIGIN = 'http://localhost:3000';
const SNAPSHOT = `/api/sync/snapshot?replica=replica-1&schema=${SCHEMA_CURRENT}`;
let server: TestServer;
let credential: string;
let token: string;

beforeEach(async () => {
	server = await openServer();
	await server.account('operator', 'operator');
	const { deviceCredential, deviceId, token: opened } = await server.signIn('operator');
	[credential, token] = [deviceCredential!, opened];
	await server.world.store.saveReference('warehouses', [{ id: 'w1', code: 'CDG', name: 'Roissy' }]);
	await server.world.store.hello(
		{
			...{ replicaId: 'replica-1', lastLmid: 0, cookie: null, warehouseId: 'w1', queueDepth: 0, leases: [] },
			...{ schema: SCHEMA_CURRENT, protocol: PROTOCOL_VERSION, appVersion: 'test', clientNow: server.now.toISOString() }
		},
		deviceId
	);
});
afterEach(() => server.close());

type Shown = { device?: string; session?: string };

async function get(
	handler: typeof getSnapshot | typeof getEvents,
	path: string,
	{ device, session }: Shown,
	headers: HeadersInit = {}
) {
	const { world } = server;
	const { devices, sessions } = world.access;
	const cookies = { session: () => session };
	const locals = { world, device: devices.find(device), person: sessions.find(session), cookies };
	const gone = new AbortController();
	const request = new Request(ORIGIN + path, { headers, signal: gone.signal });
	const event = { locals, request, url: new URL(request.url), cookies: {} };
	const response = await handler(event as unknown as Parameters<typeof getSnapshot>[0]);
	return { response, gone };
}

const snapshot = async (headers: HeadersInit = {}, shown: Shown = { device: credential }) => {
	const { response } = await get(getSnapshot, SNAPSHOT, shown, headers);
	return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
};

/** The status of what a handler answers or throws. */
const statusOf = (answer: Promise<{ response: Response }>) =>
	answer.then(
		({ response }) => response.status,
		(error: { status: number }) => error.status
	);

describe('the snapshot', () => {
	test('is NDJSON in gzip with a header and a trailer, kept by no cache', async () => {
		const { status, headers, bytes } = await snapshot();
		expect(status).toBe(200);
		expect(Object.fromEntries(headers)).toMatchObject({
			'cache-control': 'no-store',
			'accept-ranges': 'bytes',
			'content-length': String(bytes.length)
		});
		const lines = gunzipSync(bytes)
			.toString('utf8')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as object);
		expect(lines[0]).toMatchObject({ escale: 'snapshot', epoch: server.world.store.epoch, scope: 'warehouse:w1' });
		expect(lines.at(-1)).toMatchObject({ end: true });
	});

	test('goes on where a download was torn', async () => {
		const { bytes, headers } = await snapshot();
		const rest = await snapshot({ range: 'bytes=100-', 'if-range': headers.get('etag')! });
		expect(rest.status).toBe(206);
		expect(rest.headers.get('content-range')).toBe(`bytes 100-${bytes.length - 1}/${bytes.length}`);
		expect(Buffer.concat([bytes.subarray(0, 100), rest.bytes]).equals(bytes)).toBe(true);
	});

	test('begins anew for who began another file', async () => {
		const { bytes } = await snapshot();
		const anew = await snapshot({ range: 'bytes=100-', 'if-range': '"another"' });
		expect([anew.status, anew.bytes.length]).toEqual([200, bytes.length]);
	});

	test('has nothing beyond its end', async () => {
		const { bytes, headers } = await snapshot();
		const beyond = await snapshot({ range: `bytes=${bytes.length}-`, 'if-range': headers.get('etag')! });
		expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
	});

	test('[I26, I27] is for a device and its own replica: refusals are said as everywhere', async () => {
		const nobody = await snapshot({}, { session: token });
		expect([nobody.status, JSON.parse(nobody.bytes.toString())]).toMatchObject([
			401,
			{ escale: { refusal: 'device_unknown' } }
		]);
		const other = (await server.signIn('operator')).deviceCredential!;
		expect((await snapshot({}, { device: other })).status).toBe(409);
		await server.raw(`UPDATE device SET status = 'revoked'`);
		expect((await snapshot()).status).toBe(401);
	});

	test('needs a replica and a schema', async () => {
		expect(await statusOf(get(getSnapshot, '/api/sync/snapshot', { device: credential }))).toBe(400);
	});
});

describe('the event stream', () => {
	const PHONE = '/api/sync/events?kind=phone&replica=replica-1';

	test('tells a board its page, and nobody who is not signed in', async () => {
		const board = '/api/sync/events?kind=desk&board=closed%3Dall&locale=en';
		const { response, gone } = await get(getEvents, board, { session: token });
		const reader = response
			.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
			.getReader();
		expect((await reader.read()).value).toContain('event: heartbeat');
		expect((await reader.read()).value).toMatch(
			/^event: board\ndata: \{"now":"[^"]+","total":0,.*"ids":\[\],"rows":\[\]\}/
		);
		gone.abort();
		expect(await statusOf(get(getEvents, board, {}))).toBe(401);
		expect(await statusOf(get(getEvents, board.replace('=en', '=xx'), { session: token }))).toBe(400);
	});

	test('tells a desk of a commit', async () => {
		const { response, gone } = await get(getEvents, '/api/sync/events?kind=desk', { session: token });
		const reader = response
			.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
			.getReader();
		expect((await reader.read()).value).toContain('event: heartbeat');
		await server.world.store.saveReference('warehouses', [{ id: 'w2', code: 'LYS', name: 'Lyon' }]);
		expect((await reader.read()).value).toMatch(
			/^event: poke\ndata: \{"epoch":"[^"]+","headSeq":\d+,"tables":\["warehouses"\]\}/
		);
		gone.abort();
		expect((await reader.read()).done).toBe(true);
		expect(server.world.store.events.streams()).toEqual({ desk: 0, phone: 0 });
	});

	test('ends when the server closes', async () => {
		const { response } = await get(getEvents, PHONE, { device: credential });
		const reader = response.body!.getReader();
		await reader.read();
		await server.restart();
		expect((await reader.read()).done).toBe(true);
	});

	test.for([
		['a desk without a session', '/api/sync/events?kind=desk', {}, 401],
		['a phone without a device', PHONE, {}, 401],
		['a phone with another kind', '/api/sync/events?kind=tv', {}, 400],
		['a phone without its replica', '/api/sync/events?kind=phone', {}, 400]
	] as const)('%s is refused', async ([, path, shown, status]) => {
		expect(await statusOf(get(getEvents, path, shown))).toBe(status);
	});

	test('[I26] a revoked device hears nothing', async () => {
		await server.raw(`UPDATE device SET status = 'revoked'`);
		expect(await statusOf(get(getEvents, PHONE, { device: credential }))).toBe(401);
	});
});
