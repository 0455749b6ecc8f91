import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer } from '../../../../tests/support/server.ts';
import { ErrorReports } from './error-reports.ts';
import { inRequest } from './request-context.ts';
import { parseDsn } from './sentry-dsn.ts';

/** Stands in for a Sentry: keeps what it is sent. */
let sentry: Server;
let received: { url: string; headers: IncomingHttpHeaders; body: string }[];
let dsn: string;
let answers: number;

beforeEach(async () => {
	[received, answers] = [[], 200];
	sentry = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			received.push({ url: request.url!, headers: request.headers, body });
			response.writeHead(answers).end('{}');
		});
	}).listen(0, '127.0.0.1');
	await once(sentry, 'listening');
	dsn = `http://public-key@127.0.0.1:${(sentry.address() as AddressInfo).port}/on/42`;
});
afterEach(() => void sentry.close());

const reports = (address = dsn) => new ErrorReports(parseDsn(address)!, '1.4.0', 'production');
const eventOf = (body: string) => JSON.parse(body.split('\n')[2]!) as Record<string, unknown>;

test('an error of the server is reported to its project with ids, code and place, and with nothing that it quotes', async () => {
	const server = await openServer({ SENTRY_DSN: dsn, LOG_LEVEL: 'error', APP_VERSION: '1.4.0' });
	const error = Object.assign(new Error('no mailbox "awa@example.org" for Awa', { cause: new TypeError('x') }), {
		code: 'EENVELOPE'
	});
	inRequest({ request_id: 'r-7', person: 'p-1' }, () =>
		server.world.log.error({ event: 'request_failed', route: '/(desk)', login: 'awa.diallo', err: error }, 'for Awa')
	);
	await server.close();
	expect(received).toHaveLength(1);
	const [{ url, headers, body }] = received as [(typeof received)[0]];
	expect(url).toBe('/on/api/42/envelope/');
	expect(headers['x-sentry-auth']).toContain('sentry_key=public-key');
	expect(eventOf(body)).toMatchObject({
		level: 'error',
		release: '1.4.0',
		tags: { event: 'request_failed', request_id: 'r-7', person: 'p-1', route: '/(desk)' },
		exception: { values: [{ type: 'TypeError' }, { type: 'Error', value: 'EENVELOPE: no mailbox … for Awa' }] }
	});
	expect(body).not.toMatch(/awa@|awa\.diallo/);
});

test('a warning is not reported', async () => {
	const sending = reports();
	sending.report({ severity: 'warning', fields: { event: 'slow_request' } });
	await sending.settled();
	expect(received).toHaveLength(0);
});

test('a storm of errors is thirty reports a minute', async () => {
	const sending = reports();
	for (let n = 0; n < 500; n++) sending.report({ severity: 'error', fields: { event: 'x', err: new Error('x') } });
	await sending.settled();
	expect(received.length).toBeGreaterThanOrEqual(30);
	expect(received.length).toBeLessThanOrEqual(60);
});

test('a Sentry that refuses, or is not there, disturbs nobody', async () => {
	answers = 500;
	const sending = reports();
	sending.report({ severity: 'error', fields: { err: new Error('x') } });
	await expect(sending.settled()).resolves.toBeUndefined();
	const nowhere = reports('http://key@127.0.0.1:9/1');
	nowhere.report({ severity: 'error', fields: { err: new Error('x') } });
	await expect(nowhere.settled()).resolves.toBeUndefined();
});

test.for([
	'',
	'sentry.example.org/2',
	'https://sentry.example.org/2',
	'https://key@sentry.example.org/',
	'ftp://k@x/2'
])('"%s" is no address of a project', (text) => {
	expect(parseDsn(text)).toBeNull();
});
