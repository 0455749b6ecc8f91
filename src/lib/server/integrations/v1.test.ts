/** /api/v1 against its own document: `tests/support/api.ts` holds every answer here to it. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newUuid } from '#lib/server/uuid.ts';
import { openApi, type TestApi } from '../../../../tests/support/api.ts';
import { SEEDED } from '../../../../tests/support/seed.ts';
import { PROBLEMS } from './problem.ts';
import { SCOPES, type Scope } from './scopes.ts';
import { OPERATIONS } from './v1-operations.ts';

let api: TestApi;

/** A server for each test of the group, or one for all of them where none changes what another sees. */
function serve(each: 'test' | 'group'): void {
	const [before, after] = each === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll];
	before(async () => {
		api = await openApi();
	});
	after(() => api.server.close());
}

const PARTIES = {
	destinationId: SEEDED.destination,
	shipperId: SEEDED.shipper,
	recipientId: SEEDED.recipient,
	correspondentId: SEEDED.correspondent
};
const STEP = { step: 'planning_ok', actorName: 'Transit Sud', actorStructure: 'Transitaire' };

async function shipment(): Promise<string> {
	const { status, body } = await api.call('POST', '/shipments', { body: PARTIES });
	expect(status).toBe(201);
	return body.shipment.id as string;
}

/** Packed, assigned and labelled at the desk. */
async function labeledCarton(shipmentId: string, code: string): Promise<string> {
	const cartonId = newUuid();
	const give = (command: object, n: number) =>
		api.world.store.runCommand({ personId: 'manager', command: command as never, uid: `${cartonId}.${n}` });
	const items = [{ productId: SEEDED.products[0], quantity: 2 }];
	const commands = [
		{ name: 'carton.create', args: { cartonId, code, source: 'printed', warehouseId: 'w-paris' } },
		{ name: 'carton.pack', args: { cartonId, items, ready: true } },
		{ name: 'carton.assign', args: { cartonId, shipmentId } },
		{ name: 'carton.label', args: { cartonId } }
	];
	for (const [n, command] of commands.entries()) expect((await give(command, n)).status).toBe('ok');
	return cartonId;
}

/** A delivered shipment, each step reported by the program. */
async function delivered(code = 'T-DELIVERED'): Promise<string> {
	const id = await shipment();
	await labeledCarton(id, code);
	for (const step of ['planning_ok', 'planned', 'boarding_ok', 'received_correspondent', 'received_recipient'])
		expect((await api.call('POST', `/shipments/${id}/steps`, { body: { ...STEP, step } })).body.status).toBe('ok');
	return id;
}

describe('the document', () => {
	serve('test');

	test('is valid OpenAPI 3.1, and served to whoever asks', async () => {
		const { status, body, headers } = await api.read('/openapi.json', { key: null });
		expect(status).toBe(200);
		const { valid, errors } = await new Validator().validate(structuredClone(body) as Record<string, unknown>);
		expect(errors).toBeUndefined();
		expect(valid).toBe(true);
		const again = await api.read('/openapi.json', { headers: { 'if-none-match': headers.get('etag')! } });
		expect(again.status).toBe(304);
		expect((await api.call('POST', '/openapi.json', { body: {} })).status).toBe(405);
	});

	test('has every operation that is answered, and there is no route beside it', () => {
		const said = Object.entries(api.document.paths).flatMap(([path, methods]) =>
			Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
		);
		expect(said.sort()).toEqual(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort());
		expect(readdirSync('src/routes/api/v1').sort()).toEqual(['[...path]', 'docs']);
	});

	test('[C12] every operation answers as it says, through a shipment’s whole life', async () => {
		const receiver = { name: 'Suivi', url: 'https://example.org/hook', events: ['shipment.step'] };
		const made = await api.call('POST', '/webhooks', { body: receiver });
		expect(made.body.secret).toMatch(/^whsec_/);
		expect((await api.call('POST', '/webhooks', { body: receiver })).body.code).toBe('already_exists');
		expect((await api.read('/webhooks')).body.data).toHaveLength(1);
		const id = await delivered();
		const one = (await api.read(`/shipments/${id}`)).body;
		expect(one).toMatchObject({ status: 'delivered', cartons: { total: 1, shipped: 1 }, reference: '260001' });
		expect(one.timeline.map(({ step }: { step: string }) => step)).toContain('received_recipient');
		expect((await api.read('/shipments/260001')).body.id).toBe(id);
		expect((await api.read('/cartons/t-delivered')).body).toMatchObject({ status: 'shipped', shipmentId: id });
		expect((await api.read('/products/SKU-1')).body.id).toBe(SEEDED.products[0]);
		expect((await api.read('/destinations/abj')).body.id).toBe(SEEDED.destination);
		for (const list of ['products', 'destinations', 'shipments', 'cartons'])
			expect((await api.read(`/${list}`)).body.data.length).toBeGreaterThan(0);
		const events = (await api.read('/events')).body.data as { type: string }[];
		expect(new Set(events.map(({ type }) => type))).toEqual(
			new Set(['shipment.create', 'carton.status', 'shipment.step'])
		);
		const dispute = await api.call('POST', `/shipments/${id}/disputes`, { body: { reason: 'Colis ouvert' } });
		expect(dispute.body.shipment.dispute).toMatchObject({ reason: 'Colis ouvert' });
		expect((await api.call('POST', `/shipments/${id}/closure`, { body: {} })).body.code).toBe('shipment_disputed');
		expect((await api.call('POST', `/shipments/${id}/resolution`, { body: {} })).body.shipment.cycle).toBe(2);
		expect((await api.call('POST', `/shipments/${id}/archiving`, { body: {} })).body.code).toBe('not_archivable');
		expect((await api.call('POST', `/shipments/${await delivered('T-2')}/closure`, { body: {} })).status).toBe(200);
		const draft = await shipment();
		const edited = await api.call('PATCH', `/shipments/${draft}`, { body: { notes: 'Fragile' } });
		expect(edited.body.shipment.notes).toBe('Fragile');
		expect((await api.call('POST', `/shipments/${draft}/archiving`, { body: {} })).body.status).toBe('ok');
		const webhook = made.body.id as string;
		expect((await api.call('POST', `/webhooks/${webhook}/test`)).status).toBe(202);
		expect((await api.call('DELETE', `/webhooks/${webhook}`)).status).toBe(204);
		expect((await api.call('DELETE', `/webhooks/${webhook}`)).status).toBe(404);
		const answered = new Set([...api.seen].filter((seen) => / 20\d$/.test(seen)).map((seen) => seen.split(' ')[0]));
		expect([...answered].sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
	});

	test('[K1] a delivered case is closed, once', async () => {
		const id = await delivered();
		expect((await api.call('POST', `/shipments/${id}/closure`, { body: {} })).body.status).toBe('ok');
		const again = await api.call('POST', `/shipments/${id}/closure`, {
			body: {},
			headers: { 'accept-language': 'en' }
		});
		expect(again.body).toMatchObject({ status: 'noop', note: { code: 'already_closed' } });
		expect(again.headers.get('content-language')).toBe('en');
	});
});

/** What an operation is asked with, so that it gets as far as its scope. */
const asked = (path: string) => path.replace(/\{\w+\}/, 'none');

describe('[§9] who may what', () => {
	serve('group');

	test.for(OPERATIONS.map(({ id }) => id))('%s needs its scope, and no other helps', async (id) => {
		const { method, path, scope, also, body } = OPERATIONS.find((one) => one.id === id)!;
		const needed: (Scope | undefined)[] = [scope, also];
		const others = SCOPES.filter((one) => !needed.includes(one));
		const ask = async (key: string | null) =>
			api.call(method, asked(path), { key, ...(body === undefined ? {} : { body: {} }) });
		const refused = await ask(await api.keyWith(...others));
		expect([refused.status, refused.body.code, refused.body.scope]).toEqual([403, 'scope_missing', scope]);
		if (also !== undefined) expect((await ask(await api.keyWith(scope))).body.scope).toBe(also);
		const allowed = await ask(await api.keyWith(...needed.filter((one) => one !== undefined)));
		expect([401, 403]).not.toContain(allowed.status);
		for (const key of [null, '', 'escale_unknown', 'x'.repeat(5_000)]) expect((await ask(key)).status).toBe(401);
	});

	test('a revoked key is refused at the next request, and an expired one when it ends', async () => {
		const { apiKeys } = api.world;
		const soon = new Date(api.server.now.getTime() + 60_000).toISOString();
		const revoked = await apiKeys.create({ name: 'A', scopes: ['products:read'], expiresAt: null, by: null });
		const expiring = await apiKeys.create({ name: 'B', scopes: ['products:read'], expiresAt: soon, by: null });
		const statuses = async () =>
			[await api.read('/products', { key: revoked.key }), await api.read('/products', { key: expiring.key })].map(
				({ status }) => status
			);
		expect(await statuses()).toEqual([200, 200]);
		expect(await apiKeys.revoke(revoked.id, 'admin')).toBe(true);
		expect(await apiKeys.revoke(revoked.id, 'admin')).toBe(false);
		expect(await statuses()).toEqual([401, 200]);
		api.server.advance(60_000);
		expect(await statuses()).toEqual([401, 401]);
		const acts = api.server.rows<{ act: string; by: string | null }>(
			`SELECT act, actor_id AS "by" FROM audit_event WHERE subject_id = ? ORDER BY act`,
			revoked.id
		);
		expect(acts).toEqual([
			{ act: 'api_key.create', by: null },
			{ act: 'api_key.revoke', by: 'admin' }
		]);
	});

	test('no key is in the database, and its last use is written once a minute', async () => {
		const uses = () =>
			api.server.rows<{ at: string | null }>(`SELECT last_used_at AS at FROM api_key WHERE name = 'Test'`)[0]!.at;
		await api.read('/products');
		await api.world.store.write(() => undefined);
		const first = uses();
		api.server.advance(30_000);
		await api.read('/products');
		await api.world.store.write(() => undefined);
		expect(uses()).toBe(first);
		api.server.advance(30_000);
		await api.read('/products');
		await api.world.store.write(() => undefined);
		expect(uses()).toBe(api.server.now.toISOString());
		expect(JSON.stringify(api.server.rows('SELECT * FROM api_key'))).not.toContain(api.key.slice('escale_'.length));
	});

	test('INTEGRATION_API_KEY opens everything; without it nothing does', async () => {
		const key = 'a key that somebody has made up';
		expect((await api.read('/products', { key })).status).toBe(401);
		const other = await openApi({ INTEGRATION_API_KEY: key });
		expect((await other.read('/products', { key })).status).toBe(200);
		expect((await other.call('POST', '/shipments', { key, body: PARTIES })).status).toBe(201);
		expect(other.server.rows(`SELECT DISTINCT replica_id AS id FROM mutation_result`)).toEqual([
			{ id: 'api:bootstrap' }
		]);
		await other.server.close();
	});

	test('a key does not see or end another key’s webhooks, and its own end with it', async () => {
		const { body } = await api.call('POST', '/webhooks', {
			body: { name: 'Suivi', url: 'https://example.org/hook', events: ['shipment.step'] }
		});
		const foreign = await api.keyWith('webhooks:write', 'events:read');
		expect((await api.read('/webhooks', { key: foreign })).body.data).toEqual([]);
		expect((await api.call('DELETE', `/webhooks/${body.id}`, { key: foreign })).status).toBe(404);
		expect((await api.call('POST', `/webhooks/${body.id}/test`, { key: foreign })).status).toBe(404);
		const [own] = api.server.rows<{ id: string }>(`SELECT key_id AS id FROM webhook`);
		await api.world.apiKeys.revoke(own!.id, null);
		expect(api.world.webhooks.find(body.id as string)).toMatchObject({ state: 'disabled', stateReason: 'key_revoked' });
	});

	test('each key has a budget of its own; 429 says how long to wait', async () => {
		const small = await openApi({ REQUESTS_PER_MINUTE: '10' });
		const other = await small.keyWith('products:read');
		for (let n = 0; n < 10; n++) expect((await small.read('/products')).status).toBe(200);
		const spent = await small.read('/products');
		expect([spent.status, spent.body.code]).toEqual([429, 'too_many_requests']);
		expect(Number(spent.headers.get('retry-after'))).toBeGreaterThan(0);
		expect((await small.read('/products', { key: other })).status).toBe(200);
		await small.server.close();
	});
});

describe('[I3] the same Idempotency-Key', () => {
	serve('test');

	const headers = { 'idempotency-key': 'order-4711' };

	test('gets the stored result and takes effect once', async () => {
		const first = await api.call('POST', '/shipments', { body: PARTIES, headers });
		const second = await api.call('POST', '/shipments', { body: PARTIES, headers });
		expect([first.status, second.status]).toEqual([201, 201]);
		expect(second.body).toEqual(first.body);
		expect([first, second].map((one) => one.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
		expect((await api.read('/shipments')).body.data).toHaveLength(1);
	});

	test('gets a refusal again, although it would be allowed now', async () => {
		const id = await shipment();
		const ask = () => api.call('POST', `/shipments/${id}/steps`, { body: STEP, headers });
		expect((await ask()).body.code).toBe('no_cartons');
		await labeledCarton(id, 'T-1');
		const again = await ask();
		expect([again.status, again.body.code]).toEqual([409, 'no_cartons']);
		expect((await api.call('POST', `/shipments/${id}/steps`, { body: STEP })).status).toBe(200);
	});

	test('with another question is a mistake, and decides nothing', async () => {
		await api.call('POST', '/shipments', { body: PARTIES, headers });
		const other = await api.call('POST', '/shipments', { body: { ...PARTIES, notes: 'x' }, headers });
		expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
		expect((await api.read('/shipments')).body.data).toHaveLength(1);
	});

	test('is another one under another key', async () => {
		const key = await api.keyWith('shipments:write');
		await api.call('POST', '/shipments', { body: PARTIES, headers });
		expect(
			(await api.call('POST', '/shipments', { body: PARTIES, headers, key })).headers.get('idempotency-replayed')
		).toBeNull();
		expect((await api.read('/shipments')).body.data).toHaveLength(2);
	});

	test('is needed, and is a short word', async () => {
		for (const word of ['', 'two words', 'x'.repeat(41)]) {
			const { status, body } = await api.call('POST', '/shipments', {
				body: PARTIES,
				headers: { 'idempotency-key': word }
			});
			expect([status, body.code]).toEqual([400, 'idempotency_key_missing']);
		}
	});

	test('[I9] a key that is revoked while its command waits decides nothing', async () => {
		const { apiKeys, store } = api.world;
		const { id, key } = await apiKeys.create({ name: 'A', scopes: ['shipments:write'], expiresAt: null, by: null });
		const revoking = store.write((db) => db.prepare(`UPDATE api_key SET revoked_at = '2026' WHERE id = ?`).run(id));
		const asking = api.call('POST', '/shipments', { body: PARTIES, key });
		await revoking;
		expect((await asking).status).toBe(401);
		expect(api.server.rows('SELECT * FROM mutation_result')).toEqual([]);
	});
});

describe('a list', () => {
	serve('test');

	/** Every page. `between` runs after each. */
	async function walk(path: string, between: () => Promise<unknown> = async () => undefined) {
		const ids: string[] = [];
		let cursor: string | null = null;
		let asOf = '';
		do {
			const at: string = cursor === null ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
			const { body } = await api.read(at);
			ids.push(...body.data.map(({ id }: { id: string }) => id));
			({ nextCursor: cursor, asOf } = body);
			await between();
		} while (cursor !== null);
		return { ids, asOf };
	}

	test('shows what is there all the while exactly once, whatever is added meanwhile', async () => {
		const before: string[] = [];
		for (let n = 0; n < 7; n++) before.push(await shipment());
		const { ids } = await walk('/shipments?limit=2', shipment);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.filter((id) => before.includes(id)).sort()).toEqual([...before].sort());
	});

	test('asked again with its asOf, shows what changed since the walk began, and nothing else', async () => {
		let edits = 0;
		const [first, second, third] = [await shipment(), await shipment(), await shipment()];
		const { asOf } = await walk('/shipments?limit=1', () =>
			api.call('PATCH', `/shipments/${first}`, { body: { notes: `${++edits}` } })
		);
		await labeledCarton(second!, 'T-1');
		expect(new Set((await walk(`/shipments?updatedSince=${asOf}`)).ids)).toEqual(new Set([first, second]));
		expect(third).toBeDefined();
		expect((await walk(`/cartons?updatedSince=${asOf}`)).ids).toHaveLength(1);
		expect((await walk(`/products?updatedSince=${asOf}`)).ids).toEqual([]);
	});

	test('[I29] an asOf from before a compaction is void', async () => {
		const { asOf } = (await api.read('/shipments')).body;
		await shipment();
		await api.server.raw(`UPDATE sync_meta SET floor_seq = 100000`);
		const { status, body } = await api.read(`/shipments?updatedSince=${asOf}`);
		expect([status, body.code]).toEqual([410, 'feed_restarted']);
	});

	test('is filtered', async () => {
		const id = await shipment();
		await labeledCarton(id, 'T-1');
		await shipment();
		const count = async (path: string) => ((await api.read(path)).body.data as unknown[]).length;
		expect(await count('/shipments?status=packed')).toBe(1);
		expect(await count('/shipments?destination=abj&disputed=false&archived=false')).toBe(2);
		expect(await count('/shipments?destination=xyz')).toBe(0);
		expect(await count(`/cartons?shipment=260001&status=labeled&discarded=false`)).toBe(1);
		expect(await count('/products?active=true')).toBe(SEEDED.products.length);
		expect(await count('/destinations?active=false')).toBe(0);
	});

	test('is not sent again to who has it', async () => {
		const { headers } = await api.read('/products');
		const etag = headers.get('etag')!;
		expect((await api.read('/products', { headers: { 'if-none-match': `"x", ${etag}` } })).status).toBe(304);
		expect((await api.read('/products', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
		expect((await api.call('HEAD', '/products')).body).toBeNull();
	});
});

describe('a list that is asked wrongly', () => {
	serve('group');

	test.for([
		'limit=0',
		'limit=201',
		'limit=x',
		'status=lost',
		'cursor=%00',
		'cursor=!!',
		'unknown=1',
		'limit=1&limit=2',
		'updatedSince=x'
	])('refuses ?%s, naming the field', async (query) => {
		const { status, body } = await api.read(`/shipments?${query}`);
		expect([status, body.code]).toEqual([400, 'invalid_query']);
		expect(body.errors[0].path).toBe(/^\w+/.exec(query)![0]);
	});
});

describe('the events', () => {
	serve('test');

	test('[I10] are each told once and in the order of their commit, whatever happens while they are read', async () => {
		const told: string[] = [];
		let cursor = '';
		const follow = async () => {
			const { body } = await api.read(`/events?limit=3${cursor && `&cursor=${cursor}`}`);
			told.push(...body.data.map(({ id }: { id: string }) => id));
			cursor = body.cursor as string;
			return body.more as boolean;
		};
		for (let n = 0; n < 6; n++) {
			await Promise.all([shipment(), shipment(), follow()]);
			await labeledCarton(await shipment(), `T-${n}`);
		}
		while (await follow());
		const all = api.server.rows<{ id: string }>('SELECT id FROM integration_event ORDER BY seq').map(({ id }) => id);
		expect(told).toEqual(all);
		expect(all.length).toBe(18 + 6 * 4);
		expect((await api.read(`/events?cursor=${cursor}`)).body).toEqual({ data: [], cursor, more: false });
	});

	test('are filtered, and begin at the end when asked to', async () => {
		const id = await shipment();
		await labeledCarton(id, 'T-1');
		const types = async (query: string) =>
			((await api.read(`/events?${query}`)).body.data as { type: string }[]).map(({ type }) => type);
		expect(await types('types=shipment.create,shipment.step')).toEqual(['shipment.create']);
		expect(await types('start=latest')).toEqual([]);
		expect((await api.read('/events?types=shipment.lost')).status).toBe(400);
	});

	test('a cursor of another epoch is void: after a restore the reader begins again', async () => {
		const { cursor } = (await api.read('/events')).body;
		await api.server.raw(`UPDATE sync_meta SET epoch = 'another'`);
		await api.server.restart();
		const { status, body } = await api.read(`/events?cursor=${cursor}`);
		expect([status, body.code]).toEqual([410, 'feed_restarted']);
	});
});

describe('what is wrong', () => {
	serve('group');

	test.for([
		'/nothing',
		'/shipments/a/b/c',
		'/shipments/none',
		'/cartons/none',
		'/products/none',
		'/destinations/none',
		'/shipments/%E0%A4%A'
	])('%s is not found', async (path) => {
		const { status, body, headers } = await api.read(path);
		expect([status, body.code, body.request_id]).toEqual([404, 'not_found', 'request-1']);
		expect(headers.get('content-type')).toBe('application/problem+json');
	});

	test('a method that an address does not take is 405, naming those that it does', async () => {
		const { status, headers } = await api.call('PUT', '/shipments/x', { body: {} });
		expect([status, headers.get('allow')]).toEqual([405, 'GET, PATCH, HEAD']);
	});

	test('a body of another type, broken, too large, or with a wrong field', async () => {
		const sent = (sending: object) => api.call('POST', '/shipments', sending);
		expect((await sent({ raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(
			415
		);
		expect((await sent({ raw: '{"destinationId":' })).body.code).toBe('invalid_json');
		expect((await sent({ raw: `{"notes":"${'x'.repeat(70_000)}"}` })).status).toBe(413);
		const { status, body } = await sent({ body: { destinationId: 7, nots: 'x', requestedOn: 'tomorrow' } });
		expect([status, body.code]).toEqual([422, 'invalid_body']);
		expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
			'destinationId',
			'nots',
			'requestedOn'
		]);
		expect(api.server.rows('SELECT * FROM mutation_result')).toEqual([]);
	});

	test('a rule’s refusal has its code, and its sentence in the language that was asked for', async () => {
		const id = await shipment();
		const ask = (language: string) =>
			api.call('POST', `/shipments/${id}/steps`, { body: STEP, headers: { 'accept-language': language } });
		const [french, english] = [(await ask('fr')).body, (await ask('en-GB')).body];
		expect([french.code, english.code, english.status]).toEqual(['no_cartons', 'no_cartons', 409]);
		expect(french.detail).not.toBe(english.detail);
		expect(english).toMatchObject({ params: { reference: '260001' }, entities: [id] });
		const unknown = await api.call('POST', '/shipments', { body: { ...PARTIES, destinationId: 'none' } });
		expect([unknown.status, unknown.body.code]).toEqual([422, 'not_found']);
	});

	test('[I39] a server that cannot write says so, and the same question is decided later', async () => {
		const { store } = api.world;
		const runByApi = store.runByApi;
		const headers = { 'idempotency-key': 'later' };
		store.runByApi = () => Promise.reject(new (class extends Error {})('disk I/O error'));
		const broken = await api.call('POST', '/shipments', { body: PARTIES, headers });
		expect([broken.status, broken.body.code, JSON.stringify(broken.body).includes('disk')]).toEqual([
			500,
			'internal',
			false
		]);
		store.runByApi = runByApi;
		expect((await api.call('POST', '/shipments', { body: PARTIES, headers })).status).toBe(201);
	});

	test('each code has its sentence in both languages', async () => {
		const { problemWords } = await import('./problem.ts');
		for (const code of Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[])
			expect(problemWords(code, 'fr')).not.toBe(problemWords(code, 'en'));
	});
});
