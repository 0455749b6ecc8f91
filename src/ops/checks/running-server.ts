/** What the running server answers to a stranger, asked as a proxy in front of it would ask. */
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Settings } from '#lib/server/config.ts';

export interface Served {
	/** The policy of a page that it renders; null: it has none. */
	policy: string | null;
	/** What somebody from the Internet without a token gets at /metrics. */
	metricsStatus: number;
}

/** Longer than a server that is well takes, in milliseconds. */
const PATIENCE_MS = 3000;
/** An address of the Internet, from the range for examples (RFC 5737). */
const STRANGER = '203.0.113.1';

/** Null: no server answers there. */
export async function askServer(settings: Settings): Promise<Served | null> {
	const [page, metrics] = await Promise.all([ask(settings, '/login'), ask(settings, '/metrics')]);
	return page && metrics ? { policy: page.policy, metricsStatus: metrics.status } : null;
}

function ask(
	{ host, port, lan, lanPort, origin }: Settings,
	path: string
): Promise<{ status: number; policy: string | null } | null> {
	const { host: called, port: calledPort } = new URL(origin);
	const own = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
	const request = lan ? tlsRequest : plainRequest;
	const options = {
		host: own,
		port: lan ? Number(calledPort || lanPort) : port,
		path,
		timeout: PATIENCE_MS,
		headers: { host: called, accept: 'text/html', 'x-forwarded-for': STRANGER },
		// Whether its certificate is good is another check's question.
		rejectUnauthorized: false
	};
	return new Promise((resolve) => {
		const asked = request(options, (response) => {
			const policy = response.headers['content-security-policy'];
			resolve({ status: response.statusCode ?? 0, policy: typeof policy === 'string' ? policy : null });
			response.destroy();
		});
		asked.on('timeout', () => asked.destroy());
		asked.on('error', () => resolve(null));
		asked.end();
	});
}

/** Does this policy keep scripts out that the page did not bring? */
export function keepsScriptsOut(policy: string | null): boolean {
	const rules = (policy ?? '').split(';').map((rule) => rule.trim().split(/\s+/));
	const scripts = rules.find(([name]) => name === 'script-src') ?? rules.find(([name]) => name === 'default-src');
	return (
		scripts !== undefined && !scripts.some((word) => ["'unsafe-inline'", "'unsafe-eval'", '*', 'https:'].includes(word))
	);
}
