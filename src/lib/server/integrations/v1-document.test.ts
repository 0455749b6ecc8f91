/** /api/v1 is what its document says, and nothing beside it. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { api, delivered, serve, shipment } from '../../../../tests/support/api-program.ts';
import { SEEDED } from '../../../../tests/support/seed.ts';
import { OPERATIONS } from './v1-operations.ts';

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
