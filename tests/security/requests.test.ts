/** Bodies, headers, paths and names of hosts that no honest client sends; and what every answer says to browsers. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exceptionsIn, explainedExceptions } from './csp.ts';
import { HOST, ORIGIN, Target } from './target.ts';

let target: Target;
beforeAll(async () => {
	target = await Target.start({ REQUESTS_PER_MINUTE: '100000' });
}, 120_000);
afterAll(() => target?.app.remove());

/** Resident memory of the server's process, in bytes. */
const memory = (): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${target.app.pid}/status`, 'utf8'))![1]) * 1024;
const statusOf = (raw: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(raw)?.[1] ?? 0);

/** Sends a head and then as much of a body as the server takes, in pieces. @returns what it answered, and how much it took */
function pour(head: string, piece: Buffer, pieces: number): Promise<{ answer: string; taken: number }> {
	return new Promise((resolve) => {
		let [answer, sent] = ['', 0];
		const socket = connect(target.app.port, '127.0.0.1', () => {
			socket.write(head);
			void more();
		});
		const more = async () => {
			while (sent < pieces && !socket.destroyed && answer === '') {
				sent += 1;
				if (!socket.write(piece)) await new Promise((next) => socket.once('drain', next).once('close', next));
				await new Promise((next) => setImmediate(next));
			}
		};
		socket.setTimeout(5_000, () => socket.destroy());
		socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
		socket.on('error', () => undefined);
		socket.on('close', () => resolve({ answer, taken: sent * piece.length }));
	});
}

describe('bodies', () => {
	const MEGABYTE = Buffer.alloc(1024 * 1024, 0x61);

	test.for(['/login', '/api/trpc/sync.push', '/preferences', '/nowhere'])(
		'100 MB announced to %s are refused before they are sent, and the connection ends',
		async (path) => {
			const head = `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n`;
			const { answer, taken } = await pour(head, MEGABYTE, 100);
			expect(statusOf(answer)).toBe(413);
			expect(taken).toBeLessThan(50 * MEGABYTE.length);
		}
	);

	test('100 MB that are not announced stop being read, and take no memory', async () => {
		const before = memory();
		const chunk = Buffer.concat([Buffer.from('100000\r\n'), MEGABYTE, Buffer.from('\r\n')]);
		for (const path of ['/login', '/api/trpc/sync.push', '/preferences']) {
			const head = `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
			const { answer } = await pour(head, chunk, 100);
			const status = statusOf(answer);
			expect(status === 0 || (status >= 400 && status < 500), `${path}: ${answer.slice(0, 200)}`).toBe(true);
		}
		expect(memory() - before).toBeLessThan(80 * 1024 * 1024);
		expect((await target.ask('/api/health/live')).status).toBe(200);
	});
});

/** Requests that two programs could read differently, or that are none. */
const MALFORMED: Record<string, string> = {
	'two lengths': `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
	'a length and chunks': `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
	'chunks by another name': `POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
	'a broken chunk': `POST /login HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`,
	'a space before the colon': `GET / HTTP/1.1\r\nHost : ${HOST}\r\n\r\n`,
	'a header that goes on': `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-A: 1\r\n 2\r\n: 3\r\n\r\n`,
	'a header with a null': `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-A: \0\r\n\r\n`,
	'no host': 'GET / HTTP/1.1\r\n\r\n',
	'no such method': `HACK / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
	'no such version': `GET / HTTP/9.9\r\nHost: ${HOST}\r\n\r\n`,
	'a negative length': `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: -1\r\n\r\n`
};

describe('requests that are none', () => {
	test.for(Object.keys(MALFORMED))('%s: 400, and the connection ends', async (what) => {
		const answer = await target.raw(MALFORMED[what]!);
		expect(statusOf(answer), answer.slice(0, 200)).toBe(400);
		expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
	});

	test('headers without end are refused with 431', async () => {
		const long = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`;
		expect(statusOf(await target.raw(long))).toBe(431);
		expect((await target.ask('/login', { cookies: { '__Host-escale_session': 'a'.repeat(12_000) } })).status).toBe(200);
	});

	test('TRACE and CONNECT do nothing', async () => {
		expect(
			statusOf(await target.raw(`TRACE / HTTP/1.1\r\nHost: ${HOST}\r\nCookie: a=secret\r\n\r\n`))
		).toBeGreaterThanOrEqual(400);
		const connected = await target.raw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
		expect([0, 400, 404, 405]).toContain(statusOf(connected));
	});

	test.for([
		'/%',
		'/%00',
		'/%c0%ae',
		'/shipments/%',
		'/track/%ff',
		'/api/trpc/%2e%2e',
		`http://evil.example/`,
		'*',
		'/?%'
	])('%s is answered without a fault of the server', async (path) => {
		const answer = await target.raw(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
		expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
		expect(statusOf(answer)).toBeLessThan(500);
		expect(answer).not.toContain('evil.example');
	});
});

const UP = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..%252f', '....//', '..;/', '%c0%ae%c0%ae/'];
const FOLDERS = ['/', '/_app/', '/_app/immutable/', '/photos/', '/exports/', '/track/', '/api/photos/', '/icons/'];

describe('paths that lead out', () => {
	test.for(FOLDERS)('from %s reach no file', async (folder) => {
		for (const up of UP) {
			for (const file of [`${up.repeat(8)}etc/passwd`, `${up.repeat(folder.split('/').length)}package.json`]) {
				const answer = await target.ask(`${folder}${file}`);
				expect(answer.status).toBeLessThan(500);
				expect(answer.text).not.toMatch(/root:.*:0:0:|"devDependencies"/);
			}
		}
	});

	test.for(['../../package.json', '..%2f..%2fpackage.json', '/etc/passwd', '%00', 'known/../../x'])(
		'as the name of a replica or a photo are names and no paths: %s',
		async (name) => {
			const cookies = target.device();
			const snapshot = () => target.ask(`/api/sync/snapshot?replica=${encodeURIComponent(name)}&schema=1`, { cookies });
			expect((await snapshot()).status).toBe(409);
			// A phone names itself as it likes: having said hello it gets a working set, which is no file of that name.
			await target.hello(name, 0);
			const { status, headers } = await snapshot();
			expect([status, headers['content-type']]).toEqual([200, 'application/gzip']);
			const photo = await target.ask(`/photos/${encodeURIComponent(name)}`, { as: 'admin' });
			expect(photo.status).toBe(404);
		}
	);

	test('neither the source, its history, a listing nor a map of it is served', async () => {
		for (const path of [
			'/.git/config',
			'/.env',
			'/src/hooks.server.ts',
			'/package.json',
			'/_app/',
			'/_app/immutable/',
			'/prisma/schema.prisma'
		])
			expect((await target.ask(path, { as: 'admin' })).status, path).toBe(404);
	});
});

describe('names of hosts', () => {
	test('another host’s name is refused with 421; what a proxy was told is no name', async () => {
		for (const host of ['evil.example', `${HOST}.evil.example`, `${HOST}:8443`, `evil@${HOST}`, '127.0.0.1'])
			expect([400, 421]).toContain((await target.ask('/login', { headers: { host } })).status);
		const forwarded = { 'x-forwarded-host': 'evil.example', 'x-host': 'evil.example', forwarded: 'host=evil.example' };
		const answer = await target.ask('/shipments', { headers: forwarded });
		expect([answer.status, answer.headers.location]).toEqual([303, '/login?next=%2Fshipments']);
		expect((await target.ask('/login', { headers: forwarded })).text).not.toContain('evil.example');
	});

	test('what came without HTTPS, as the proxy says, is led to HTTPS; a change is refused', async () => {
		const headers = { 'x-forwarded-proto': 'http' };
		const read = await target.ask('/shipments?x=1', { headers });
		expect([read.status, read.headers.location]).toEqual([308, `${ORIGIN}/shipments?x=1`]);
		const away = await target.raw(
			`GET //evil.example HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-Proto: http\r\nConnection: close\r\n\r\n`
		);
		expect(away).toContain(`location: ${ORIGIN}//evil.example`);
		expect((await target.ask('/preferences', { body: new URLSearchParams({ theme: 'dark' }), headers })).status).toBe(
			403
		);
		expect((await target.ask('/login', { headers: { 'x-forwarded-proto': 'https' } })).status).toBe(200);
	});
});

/** A page, an answer of the API, a file, the shell, an error, a redirect, a refusal. */
const EVERYWHERE = [
	'/login',
	'/shipments',
	'/api/health',
	'/api/trpc/session.me',
	'/scan',
	'/manifest.webmanifest',
	'/nowhere',
	'/'
];

describe('headers', () => {
	test.for(EVERYWHERE)('%s says what browsers may do with it', async (path) => {
		for (const as of [undefined, 'admin'] as const) {
			const { headers } = await target.ask(path, as ? { as } : {});
			expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains; preload');
			expect(headers['x-content-type-options']).toBe('nosniff');
			expect(headers['x-frame-options']).toBe('DENY');
			expect(headers['referrer-policy']).toBe('same-origin');
			expect(headers['cross-origin-opener-policy']).toBe('same-origin');
			expect(headers['cross-origin-resource-policy']).toBe('same-origin');
			expect(headers['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(\), geolocation=\(\)/);
			expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
			expect(headers['content-security-policy']).toContain("base-uri 'none'");
			expect(headers['x-powered-by']).toBeUndefined();
			expect(headers['server']).toBeUndefined();
		}
	});

	test('[CSP] pages name no source that docs/security.md does not explain', async () => {
		const explained = explainedExceptions();
		for (const path of [
			'/login',
			'/shipments',
			'/account',
			'/scan',
			'/nowhere',
			'/api/health',
			'/manifest.webmanifest'
		]) {
			const { headers, text } = await target.ask(path, { as: 'admin' });
			const meta = /http-equiv="content-security-policy" content="([^"]+)"/i.exec(text)?.[1] ?? '';
			for (const policy of [String(headers['content-security-policy']), meta.replaceAll('&#39;', "'")])
				for (const exception of exceptionsIn(policy)) expect(explained, path).toContain(exception);
		}
	});

	test('what a person reads is in no cache afterwards', async () => {
		for (const path of ['/', '/shipments', '/shipments/__data.json', '/account', '/exports/board.csv'])
			expect((await target.ask(path, { as: 'admin' })).headers['cache-control'], path).toMatch(/no-store/);
		expect((await target.ask('/api/trpc/session.me', { as: 'admin' })).headers['cache-control']).toBe('no-store');
	});

	test('an error shows an id to quote, and nothing of the server', async () => {
		for (const path of ['/nowhere', '/api/trpc/nothing', '/photos/x', '/shipments/nowhere']) {
			const { status, text } = await target.ask(path, { as: 'admin' });
			expect(status).toBeGreaterThanOrEqual(400);
			expect(text).not.toMatch(/\bat .*\.(js|ts):\d+|node_modules|SQLITE|\/tmp\//);
		}
	});
});
