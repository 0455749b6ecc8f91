/** The lists of /api/v1: pages that skip and repeat nothing, what changed since, filters. */
import { describe, expect, test } from 'vitest';
import { api, labeledCarton, serve, shipment } from '../../../../tests/support/api-program.ts';
import { SEEDED } from '../../../../tests/support/seed.ts';

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
