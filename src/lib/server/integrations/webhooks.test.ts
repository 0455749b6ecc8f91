/** Webhooks against a real HTTP server on this machine, with a clock that is moved by hand. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openApi, type TestApi } from '../../../../tests/support/api.ts';
import { SEEDED } from '../../../../tests/support/seed.ts';
import { addressOf, isPublicAddress, whyNotThere } from './webhook-address.ts';
import { callWebhook } from './webhook-call.ts';
import { WebhookSeal } from './webhook-secret.ts';
import { MAX_FAILED_IN_A_ROW } from './webhook-sender.ts';

interface Received {
	headers: IncomingHttpHeaders;
	text: string;
}

let receiver: Server;
let address: string;
let received: Received[] = [];
/** How the receiver answers the next delivery. */
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
	receiver = createServer((request, response) => {
		let text = '';
		request.on('data', (part: Buffer) => (text += part.toString()));
		request.on('end', () => {
			received.push({ headers: request.headers, text });
			answer(response);
		});
	});
	await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
	address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(() => {
	receiver.closeAllConnections();
	receiver.close();
});

const answers = (status: number, headers: Record<string, string> = {}) => {
	answer = (response) => response.writeHead(status, headers).end('thanks');
};

let api: TestApi;
let webhook: { id: string; secret: string };

/** A server with one webhook, for each test. */
function serve(): void {
	beforeEach(async () => {
		api = await openApi();
		received = [];
		answers(200);
		const made = await api.call('POST', '/webhooks', {
			body: { name: 'Suivi', url: address, events: ['shipment.create', 'carton.status'] }
		});
		webhook = made.body;
	});
	afterEach(() => api.server.close());
}

const PARTIES = {
	destinationId: SEEDED.destination,
	shipperId: SEEDED.shipper,
	recipientId: SEEDED.recipient,
	correspondentId: SEEDED.correspondent
};
const shipment = () => api.call('POST', '/shipments', { body: PARTIES });
const run = () => api.world.webhookSender.run();
const deliveries = () => api.world.webhooks.deliveries(webhook.id);
const found = () => api.world.webhooks.find(webhook.id);

describe('a delivery', () => {
	serve();

	test('is the event of the feed, signed so that another program can check it', async () => {
		await shipment();
		expect(await run()).toEqual({ processed: 1, retried: 0, failed: 0 });
		const [{ headers, text } = { headers: {}, text: '' }] = received;
		const [told] = (await api.read('/events')).body.data;
		expect(JSON.parse(text)).toEqual(told);
		expect(headers['webhook-id']).toBe(told.id);
		expect(Number(headers['webhook-timestamp'])).toBe(api.server.now.getTime() / 1000);
		const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64');
		const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
		expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
		expect(key).toHaveLength(32);
		expect(await run()).toEqual({ processed: 0, retried: 0, failed: 0 });
	});

	test('[I1] is queued with what caused it, or not at all', async () => {
		await api.world.store
			.write((db) => {
				db.prepare(
					`INSERT INTO integration_event (id, type, row_id, at) VALUES ('x', 'shipment.create', 'x', '2026-03-02T08:00:00.000Z')`
				).run();
				throw new Error('taken back');
			})
			.catch(() => undefined);
		await api.call('POST', '/shipments', { body: { ...PARTIES, destinationId: 'none' } });
		expect(deliveries()).toEqual([]);
	});

	test('is tried again after 60, 120, 240 and 480 seconds under the same id, and given up the fifth time', async () => {
		answers(503);
		await shipment();
		const waits: number[] = [];
		for (let n = 1; n <= 5; n++) {
			await run();
			expect(received).toHaveLength(n);
			const [one] = deliveries();
			waits.push((Date.parse(one!.dueAt) - api.server.now.getTime()) / 1000);
			if (n === 5) break;
			api.server.advance(waits.at(-1)! * 1000 - 1);
			expect(await run()).toEqual({ processed: 0, retried: 0, failed: 0 });
			api.server.advance(1);
		}
		expect(waits.slice(0, 4)).toEqual([60, 120, 240, 480]);
		expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
		expect(new Set(received.map(({ headers }) => headers['webhook-signature'])).size).toBe(5);
		expect(deliveries()[0]).toMatchObject({ state: 'failed', attempts: 5, lastStatus: 503 });
		answers(204);
		expect(await api.world.webhooks.retry(deliveries()[0]!.id, 'admin')).toBe(true);
		expect(await run()).toMatchObject({ processed: 1 });
	});

	test('waits behind a server that is in trouble, and passes one that it alone is refused', async () => {
		await shipment();
		await shipment();
		answers(500);
		await run();
		expect(received).toHaveLength(1);
		api.server.advance(60_000);
		let n = 0;
		answer = (response) => response.writeHead(n++ === 0 ? 400 : 200).end();
		expect(await run()).toEqual({ processed: 1, retried: 1, failed: 0 });
	});

	test('a refused address is a problem that names the field', async () => {
		const body = { name: 'X', url: 'http://example.org/', events: ['shipment.step'] };
		const refused = await api.call('POST', '/webhooks', { body });
		expect([refused.status, refused.body.errors]).toEqual([422, [{ path: 'url', message: 'https_only' }]]);
	});

	test('follows no redirect', async () => {
		answers(302, { location: address });
		await shipment();
		await run();
		expect(received).toHaveLength(1);
		expect(deliveries()[0]).toMatchObject({ state: 'pending', lastStatus: 302, lastError: 'redirect' });
	});

	test('410 ends the webhook', async () => {
		answers(410);
		await shipment();
		await run();
		expect(found()).toMatchObject({ state: 'disabled', stateReason: 'gone' });
		await shipment();
		expect(deliveries()).toHaveLength(1);
	});

	test('ten given up in a row disable the webhook, and the audit log says so', async () => {
		answers(400);
		for (let n = 0; n < MAX_FAILED_IN_A_ROW; n++) await shipment();
		for (const seconds of [0, 60, 120, 240, 480]) {
			expect(found()?.state).toBe('active');
			api.server.advance(seconds * 1000);
			await run();
		}
		expect(found()).toMatchObject({ state: 'disabled', stateReason: 'failures' });
		const acts = api.server.rows<{ detail: string }>(`SELECT detail FROM audit_event WHERE act = 'webhook.disable'`);
		expect(acts.map(({ detail }) => JSON.parse(detail))).toEqual([
			{ why: 'failures', by: 'job:webhooks', failedInARow: MAX_FAILED_IN_A_ROW }
		]);
	});

	test('that was being sent when the server was killed is sent again', async () => {
		await shipment();
		await api.server.raw(`UPDATE webhook_delivery SET state = 'processing', claimed_at = due_at`);
		await api.server.restart();
		expect(await run()).toMatchObject({ processed: 1 });
	});

	test('goes out soon after the commit, to active webhooks only; a test goes to it too', async () => {
		const stop = api.world.webhookSender.follow();
		await shipment();
		await expect.poll(() => deliveries()[0]?.state).toBe('processed');
		stop();
		expect(await api.world.webhooks.sendTest(webhook.id)).toBe(true);
		await run();
		expect(JSON.parse(received.at(-1)!.text)).toMatchObject({ type: 'test', data: {} });
		await api.server.raw(`UPDATE webhook SET state = 'held', state_reason = 'restored'`);
		expect(await api.world.webhooks.sendTest(webhook.id)).toBe(false);
		await shipment();
		expect(await run()).toMatchObject({ processed: 0 });
		await api.world.webhooks.enable(webhook.id, { by: 'admin' });
		expect(await run()).toMatchObject({ processed: 1 });
	});
});

describe('the secret', () => {
	serve();

	test('is in the database sealed, and of no use with another SESSION_SECRET', async () => {
		const [row] = api.server.rows<{ sealed: string }>(`SELECT sealed_secret AS sealed FROM webhook`);
		expect(JSON.stringify(api.server.rows('SELECT * FROM webhook'))).not.toContain(webhook.secret.slice(6));
		expect(new WebhookSeal(api.world.settings.sessionSecret).open(row!.sealed)).toBe(webhook.secret);
		expect(new WebhookSeal('another').open(row!.sealed)).toBeNull();
		expect(new WebhookSeal('another').open('')).toBeNull();
		await api.server.raw(`UPDATE webhook SET sealed_secret = ?`, new WebhookSeal('another').seal('whsec_x'));
		await shipment();
		await run();
		expect([received.length, found()?.stateReason]).toEqual([0, 'secret']);
	});

	test('is another one when it is renewed', async () => {
		const secret = await api.world.webhooks.renewSecret(webhook.id, { by: 'admin' });
		expect(secret).not.toBe(webhook.secret);
		expect(await api.world.webhooks.renewSecret('none', { by: 'admin' })).toBeNull();
	});
});

describe('where a webhook may lead', () => {
	test.for([
		...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '0.0.0.0'],
		...['100.64.0.1', '224.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.0.8', '::1', '::', 'fe80::1', 'fc00::1'],
		...['fd12:3456::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::'],
		...['2001:0:7f00:1::', '2001:db8::1', 'ff02::1', '::127.0.0.1', 'not an address']
	])('not to %s', (ip) => {
		expect(isPublicAddress(ip)).toBe(false);
	});

	test.for(['8.8.8.8', '172.32.0.1', '172.15.255.255', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
		'to %s',
		(ip) => {
			expect(isPublicAddress(ip)).toBe(true);
		}
	);

	test.for([
		['http://example.org/', 'https_only'],
		['https://localhost/', 'not_public'],
		['https://a.localhost/', 'not_public'],
		['https://localhost./', 'not_public'],
		['https://127.0.0.1/', 'not_public'],
		['https://2130706433/', 'not_public'],
		['https://0x7f.1/', 'not_public'],
		['https://[::1]/', 'not_public'],
		['https://[::ffff:127.0.0.1]/', 'not_public'],
		['https://user:pass@example.org/', 'credentials'],
		['ftp://example.org/', 'not_an_address'],
		['nothing', 'not_an_address']
	] as const)('in production not to %s: %s', ([url, why]) => {
		expect(whyNotThere(url, true)).toBe(why);
	});

	test('plain http leads to this machine alone, and only outside of production', () => {
		expect(whyNotThere('http://localhost:8080/', false)).toBeNull();
		expect(whyNotThere('http://example.org/', false)).toBe('https_only');
		expect(whyNotThere('https://example.org/', true)).toBeNull();
	});

	test('a name that leads to this machine is refused when it is called, not only when it is typed', async () => {
		expect(await addressOf('localhost', true)).toBe('not_public');
		expect(await addressOf('localhost', false)).toMatchObject({ family: expect.any(Number) as number });
	});
});

describe('a receiver', () => {
	const call = { headers: {}, body: '{}', production: false, stopping: new AbortController().signal };

	test('that hangs is left after its time', async () => {
		answer = () => undefined;
		expect(await callWebhook({ ...call, url: address, within: 100 })).toEqual({ kind: 'silent', why: 'timeout' });
	});

	test('that is not there, or speaks no TLS, is no answer', async () => {
		expect(await callWebhook({ ...call, url: 'http://127.0.0.1:1/' })).toEqual({ kind: 'silent', why: 'connection' });
		expect(await callWebhook({ ...call, url: address.replace('http:', 'https:') })).toMatchObject({ kind: 'silent' });
	});

	test('that sends an endless body is believed by its status', async () => {
		answer = (response) => {
			response.writeHead(200);
			response.on('error', () => undefined);
			response.write('x'.repeat(100_000));
		};
		expect(await callWebhook({ ...call, url: address })).toEqual({ kind: 'answered', status: 200 });
	});
});
