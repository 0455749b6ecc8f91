/** What /api/v1 says when something is wrong. */
import { describe, expect, test } from 'vitest';
import { api, PARTIES, serve, shipment, STEP } from '../../../../tests/support/api-program.ts';
import { PROBLEMS } from './problem.ts';

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
