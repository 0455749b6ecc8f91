/** Against a stand-in of Brevo's endpoint on this machine. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brevoTransport } from './brevo-transport.ts';
import type { Outgoing } from './transport.ts';

const KEY = 'xkeysib-0123456789abcdef';
const MESSAGE: Outgoing = {
	...{ id: '1', messageId: 'abc@escale.example.org', tryId: '01950000-0000-4000-a000-000000000001' },
	...{ from: { name: 'Équipe', address: 'escale@example.org' }, to: 'v@example.org', date: new Date(0) },
	...{ subject: 'Vol avancé 🎉', text: 'Texte', html: '<p>Texte</p>', headers: { 'Auto-Submitted': 'auto-generated' } }
};

let endpoint: Server;
let answer: (response: ServerResponse) => void;
let asked: { headers: IncomingMessage['headers']; body: unknown }[];
beforeEach(async () => {
	asked = [];
	answer = (response) => response.writeHead(201).end('{"messageId":"<x@smtp-relay>"}');
	endpoint = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			asked.push({ headers: request.headers, body: JSON.parse(body) });
			answer(response);
		});
	}).listen(0, '127.0.0.1');
	await once(endpoint, 'listening');
});
afterEach(() => {
	endpoint.closeAllConnections();
	endpoint.close();
});

const url = () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v3/smtp/email`;
const deliver = (message = MESSAGE, timeoutMs = 5000) => brevoTransport(url(), KEY, timeoutMs).deliver(message);

describe('Brevo', () => {
	test('gets the message in both parts, with its Message-ID and what makes the try the same one', async () => {
		await deliver();
		expect(asked[0]!.headers).toMatchObject({ 'api-key': KEY, 'content-type': 'application/json' });
		expect(asked[0]!.body).toEqual({
			sender: { name: 'Équipe', email: 'escale@example.org' },
			to: [{ email: 'v@example.org' }],
			subject: 'Vol avancé 🎉',
			textContent: 'Texte',
			htmlContent: '<p>Texte</p>',
			headers: {
				'Auto-Submitted': 'auto-generated',
				'Message-ID': '<abc@escale.example.org>',
				idempotencyKey: MESSAGE.tryId
			}
		});
	});

	test.each([
		[401, '{"code":"unauthorized","message":"Key not found"}', 'http_401', 'Key not found'],
		[429, '{"code":"too_many_requests"}', 'http_429', 'too_many_requests'],
		[500, '<html>oops</html>', 'http_500', '<html>oops</html>'],
		[400, '', 'http_400', 'No reason was given.']
	])('that answers %i fails the message, with its reason', async (status, body, code, message) => {
		answer = (response) => response.writeHead(status).end(body);
		await expect(deliver()).rejects.toMatchObject({ name: 'DeliveryFailed', code, message });
	});

	test('that has taken over the same try before has taken it over', async () => {
		answer = (response) => response.writeHead(400).end('{"code":"duplicate_request","message":"again"}');
		await expect(deliver()).resolves.toBeUndefined();
	});

	test('that hangs, hangs up, leads elsewhere or is not there fails the message, and the key is said nowhere', async () => {
		answer = () => undefined;
		await expect(deliver(MESSAGE, 300)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
		answer = (response) => response.destroy();
		await expect(deliver()).rejects.toMatchObject({ name: 'DeliveryFailed' });
		answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
		const error: unknown = await deliver().catch((reason: unknown) => reason);
		expect(error).toMatchObject({ name: 'DeliveryFailed' });
		expect(JSON.stringify(error) + String(error)).not.toContain(KEY);
		const nobody = brevoTransport('http://127.0.0.1:9/', KEY).deliver(MESSAGE);
		await expect(nobody).rejects.toMatchObject({ name: 'DeliveryFailed' });
	});
});
