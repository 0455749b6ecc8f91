/** Which key may do what over /api/v1, how often, and until when. */
import { describe, expect, test } from 'vitest';
import { openApi } from '../../../../tests/support/api.ts';
import { api, PARTIES, serve } from '../../../../tests/support/api-program.ts';
import { SCOPES, type Scope } from './scopes.ts';
import { OPERATIONS } from './v1-operations.ts';

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
