/** What the forms about programs do: keys and webhooks that are made, shown once, and refused with a sentence. */
import { isActionFailure } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageEvent, type Fields } from '../../../../../tests/support/page-event.ts';
import { openServer, type TestServer } from '../../../../../tests/support/server.ts';
import { actions, load } from './+page.server.ts';

let server: TestServer;
let token: string;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	token = (await server.signIn('admin')).token;
});
afterEach(() => server.close());

const eventOf = (fields?: Fields) => pageEvent(server, '/admin/integrations', token, fields);

interface Said {
	status: number;
	text: string;
	secret?: string;
}
async function does(action: string, fields: [string, string][]): Promise<Said> {
	const answer: unknown = await actions[action]!(eventOf(fields));
	return isActionFailure(answer)
		? { status: answer.status, ...(answer.data as unknown as { text: string }) }
		: { status: 200, ...(answer as { text: string; secret?: string }) };
}

const KEY: [string, string][] = [
	['name', ' Transit Sud '],
	['scopes', 'products:read'],
	['scopes', 'events:read'],
	['until', '2026-03-31']
];
const HOOK: [string, string][] = [
	['name', 'Suivi'],
	['url', 'https://203.0.113.9.example.org/hook'],
	['events', 'shipment.step']
];
const but = (fields: [string, string][], name: string, ...values: string[]): [string, string][] => [
	...fields.filter(([field]) => field !== name),
	...values.map((value): [string, string] => [name, value])
];

describe('a key', () => {
	test('is shown once, holds what was ticked, and ends with the day that was typed at the site', async () => {
		const { status, secret } = await does('createKey', KEY);
		expect(status).toBe(200);
		expect(server.world.apiKeys.list()).toMatchObject([
			{ name: 'Transit Sud', scopes: ['products:read', 'events:read'], expiresAt: '2026-03-31T22:00:00.000Z' }
		]);
		expect(JSON.stringify(await load(eventOf()))).not.toContain(secret);
		expect(server.rows('SELECT act, actor_id AS who FROM audit_event')).toEqual([
			{ act: 'api_key.create', who: 'admin' }
		]);
	});

	test.each([
		['without a name', but(KEY, 'name', '  ')],
		['that may nothing', but(KEY, 'scopes')],
		['that may what there is not', but(KEY, 'scopes', 'everything')],
		['that ended yesterday', but(KEY, 'until', '2026-03-01')],
		['of a day that there is not', but(KEY, 'until', 'tomorrow')]
	])('%s is not made', async (_what, fields) => {
		const { status, text } = await does('createKey', fields);
		expect([status, text.length > 10]).toEqual([400, true]);
		expect(server.world.apiKeys.list()).toEqual([]);
	});

	test('is revoked once', async () => {
		await does('createKey', KEY);
		const [{ id } = { id: '' }] = server.world.apiKeys.list();
		expect((await does('revokeKey', [['id', id]])).status).toBe(200);
		expect((await does('revokeKey', [['id', id]])).status).toBe(404);
		expect((await does('revokeKey', [])).status).toBe(404);
	});
});

test.each([
	['without a name', but(HOOK, 'name', '')],
	['of no event', but(HOOK, 'events', 'everything')],
	['to no address', but(HOOK, 'url', 'nowhere')],
	['with a password in it', but(HOOK, 'url', 'https://a:b@example.org/hook')],
	['that is too long', but(HOOK, 'url', `https://example.org/${'x'.repeat(500)}`)]
])('a webhook %s is not made', async (_what, fields) => {
	const { status, text } = await does('createWebhook', fields);
	expect([status, text.length > 10]).toEqual([400, true]);
	expect(server.world.webhooks.list()).toEqual([]);
});
