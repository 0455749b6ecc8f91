import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HTTP_LIMITS } from './http-limits.ts';

let server: Server;
afterEach(() => void server.close());

/** What a client hears that sends the pieces of a request, waiting between them, and never ends it. */
async function heard(limits: object, ...pieces: string[]): Promise<string> {
	server = createServer({ ...HTTP_LIMITS, connectionsCheckingInterval: 20, ...limits }, (request, response) => {
		request.resume().once('end', () => response.end('whole'));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	let answer = '';
	socket.on('data', (chunk) => (answer += String(chunk)));
	for (const piece of pieces) {
		socket.write(piece);
		await new Promise((next) => setTimeout(next, 20));
	}
	await once(socket, 'close');
	return answer;
}

describe('a client that takes forever', () => {
	test('to say what it wants is cut off with 408', async () => {
		expect(await heard({ headersTimeout: 100, requestTimeout: 60_000 }, 'GET / HTTP/1.1\r\n', 'X-A: 1\r\n')).toContain(
			'408'
		);
	});

	test('to send its body is cut off with 408', async () => {
		const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n';
		expect(await heard({ headersTimeout: 100, requestTimeout: 100 }, head, 'a', 'b')).toContain('408');
	});

	test('has limits that a phone on a weak line keeps, and that are never none', () => {
		expect(HTTP_LIMITS.headersTimeout).toBeLessThanOrEqual(15_000);
		expect(HTTP_LIMITS.requestTimeout).toBeLessThanOrEqual(120_000);
		expect(HTTP_LIMITS.requestTimeout).toBeGreaterThan(HTTP_LIMITS.headersTimeout);
		expect(HTTP_LIMITS.maxHeaderSize).toBeLessThanOrEqual(16_384);
		expect(HTTP_LIMITS.insecureHTTPParser).toBe(false);
	});
});
