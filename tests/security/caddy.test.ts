/**
 * The shipped Caddyfile in front of the server in production, where Caddy is installed: only ports and the place of its keys are
 * other ones, and for the name `localhost` Caddy vouches by an authority of its own. HTTPS, headers, sizes, streams, addresses.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_BODY } from '../../src/ops/http-limits.ts';
import { freePort } from '../e2e/support/server.ts';
import { Target } from './target.ts';

const hasCaddy = spawnSync('caddy', ['version']).status === 0;
const scratch = mkdtempSync(join(tmpdir(), 'escale-caddy-'));

let target: Target;
let caddy: ChildProcess;
let said = '';
let httpPort: number;
let httpsPort: number;
let authority: Buffer;

interface Answered {
	status: number;
	headers: IncomingHttpHeaders;
	bytes: number;
}

interface Wish {
	method?: string;
	headers?: Record<string, string>;
	body?: Buffer;
	/** Resolves at the first piece of the body, and goes. */
	firstPiece?: boolean;
}

/** One request by HTTPS to Caddy, whose certificate must be good. */
function ask(path: string, { method = 'GET', headers = {}, body, firstPiece = false }: Wish = {}): Promise<Answered> {
	return new Promise((resolve, reject) => {
		const asked = request(
			{
				...{ host: 'localhost', port: httpsPort, path, method, ca: authority, agent: false },
				headers: { ...(body ? { 'content-length': body.length } : {}), ...headers }
			},
			(response) => {
				let bytes = 0;
				const end = () => resolve({ status: response.statusCode!, headers: response.headers, bytes });
				response.on('data', (chunk: Buffer) => {
					bytes += chunk.length;
					if (!firstPiece) return;
					end();
					response.destroy();
				});
				response.on('error', reject);
				response.on('end', end);
			}
		);
		asked.on('error', reject);
		asked.end(body);
	});
}

/** What Caddy makes of the shipped file, on ports that this test may have. */
function configuration(): string {
	const { status, stdout, stderr } = spawnSync(
		'caddy',
		['adapt', '--adapter', 'caddyfile', '--config', 'docs/deploy/Caddyfile'],
		{
			encoding: 'utf8',
			env: {
				...process.env,
				ESCALE_HOST: 'localhost',
				ESCALE_UPSTREAM: `127.0.0.1:${target.app.port}`,
				ESCALE_STAGING_HOST: 'staging.localhost'
			}
		}
	);
	if (status !== 0) throw new Error(stderr);
	const adapted = JSON.parse(stdout) as { apps: { http: { servers: Record<string, { listen: string[] }> } } };
	for (const server of Object.values(adapted.apps.http.servers)) server.listen = [`127.0.0.1:${httpsPort}`];
	Object.assign(adapted, { admin: { disabled: true } });
	Object.assign(adapted.apps.http, { http_port: httpPort, https_port: httpsPort });
	Object.assign(adapted.apps, { pki: { certificate_authorities: { local: { install_trust: false } } } });
	return JSON.stringify(adapted);
}

describe.runIf(hasCaddy)('behind Caddy', () => {
	beforeAll(async () => {
		[httpPort, httpsPort] = [await freePort(), await freePort()];
		target = await Target.start({ ORIGIN: `https://localhost:${httpsPort}` });
		const file = join(scratch, 'caddy.json');
		writeFileSync(file, configuration());
		caddy = spawn('caddy', ['run', '--config', file], {
			env: { ...process.env, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch },
			stdio: ['ignore', 'ignore', 'pipe']
		});
		caddy.stderr!.on('data', (chunk) => (said += chunk));
		const root = join(scratch, 'caddy/pki/authorities/local/root.crt');
		while (!existsSync(root) || !(await answers())) {
			if (caddy.exitCode !== null) throw new Error(said);
			await sleep(100);
			if (existsSync(root)) authority = readFileSync(root);
		}
	}, 120_000);

	afterAll(async () => {
		if (caddy && caddy.exitCode === null) {
			const gone = once(caddy, 'exit');
			caddy.kill('SIGTERM');
			await gone;
		}
		await target?.app.remove();
		rmSync(scratch, { recursive: true, force: true });
	});

	const answers = () =>
		authority === undefined
			? Promise.resolve(false)
			: ask('/api/health').then(
					({ status }) => status === 200,
					() => false
				);

	test('pages come by HTTPS, compressed, with the headers of Escale and no second set of them', async () => {
		const { status, headers } = await ask('/login', { headers: { accept: 'text/html', 'accept-encoding': 'gzip' } });
		expect(status).toBe(200);
		expect(headers).toMatchObject({
			'content-encoding': 'gzip',
			'strict-transport-security': expect.stringMatching(/^max-age=31536000/),
			'content-security-policy': expect.stringContaining("script-src 'self'"),
			'x-content-type-options': 'nosniff',
			'x-request-id': expect.any(String)
		});
		expect(headers['strict-transport-security']).not.toContain(',');
	});

	test('plain HTTP leads to HTTPS', async () => {
		const status = await new Promise((resolve, reject) =>
			plainRequest(
				{ host: '127.0.0.1', port: httpPort, path: '/login', headers: { host: 'localhost' } },
				(response) => {
					response.resume();
					resolve([response.statusCode, String(response.headers.location).split(':')[0]]);
				}
			)
				.on('error', reject)
				.end()
		);
		expect(status).toEqual([308, 'https']);
	});

	test('metrics are shown to nobody', async () => {
		expect((await ask('/metrics')).status).toBe(404);
	});

	test('a photo passes whole, what is larger is refused, and a refusal arrives before the body was read', async () => {
		const headers = { 'content-type': 'image/jpeg', cookie: `__Host-escale_session=${target.sessions.operator}` };
		const send = (bytes: number) => ask('/login', { method: 'POST', headers, body: Buffer.alloc(bytes) });
		expect((await send(MOST_BODY)).status).toBe(415);
		expect((await send(MOST_BODY + 1)).status).toBe(413);
	});

	test('news of the event stream arrive while it is open', async () => {
		const cookie = Object.entries(target.device())
			.map(([name, value]) => `${name}=${value}`)
			.join('; ');
		const { status, headers, bytes } = await ask('/api/sync/events?kind=phone&replica=r-caddy', {
			headers: { cookie },
			firstPiece: true
		});
		expect([status, headers['content-type'], headers['content-encoding']]).toEqual([
			200,
			'text/event-stream',
			undefined
		]);
		expect(bytes).toBeGreaterThan(0);
	});

	test('[T5] who names another address in each request is still one', async () => {
		const statuses: number[] = [];
		for (let i = 0; i < 65; i++) {
			const headers = { 'x-forwarded-for': `198.51.100.${i}` };
			statuses.push((await ask(`/track/guess-${i}-guess-guess`, { headers })).status);
		}
		expect(statuses.slice(0, 60).every((status) => status === 404)).toBe(true);
		expect(statuses.slice(60).every((status) => status === 429)).toBe(true);
	});

	test('who asks during a restart waits for it', async () => {
		await target.app.stop();
		const asked = ask('/api/health');
		await sleep(600);
		// A start of Escale itself takes as long as the machine is busy; what counts is that Caddy asks again.
		const upstream = createServer((_request, response) => response.end('there')).listen(target.app.port, '127.0.0.1');
		expect((await asked).status).toBe(200);
		upstream.close();
	});
});
