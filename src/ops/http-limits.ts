/**
 * What the HTTP server bears from a client before the application sees anything of it: how long it may take to say what it
 * wants, how much it may say, and whether it came by HTTPS. Everything here is decided from the first lines of a request.
 */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';

/** The largest body that is read, in bytes: a photo with room to be refused by its own rule. */
export const MOST_BODY = 1_200_000;

/** A phone at the end of a weak line sends its megabyte in two minutes; who has not said what they want in ten seconds wants nothing. */
export const HTTP_LIMITS = {
	headersTimeout: 10_000,
	requestTimeout: 120_000,
	// Longer than a proxy's own patience.
	keepAliveTimeout: 125_000,
	connectionsCheckingInterval: 2_000,
	maxHeaderSize: 16_384,
	requireHostHeader: true,
	insecureHTTPParser: false
} as const satisfies ServerOptions;

/** Connections at once. Each phone and each open desk holds one or two. */
export const MOST_CONNECTIONS = 4_000;

/** How long somebody whose body is too large has for reading that, in milliseconds. */
const LINGER_MS = 500;

export interface Door {
	origin: string;
	/** How many proxies in front of this server are believed. 0: none. */
	xffDepth: number;
}

/**
 * Answers what the application need not see. @returns whether it was answered
 *
 * - 413 for a body that is announced as too large, and the connection ends: nobody waits for the rest.
 * - 308 to HTTPS where a proxy says that the request came without; what a program or a
 *   form sent in clear is refused with 403.
 */
export function turnedAway(request: IncomingMessage, response: ServerResponse, { origin, xffDepth }: Door): boolean {
	if (Number(request.headers['content-length'] ?? 0) > MOST_BODY) {
		const text = `A request may have ${MOST_BODY} bytes.\n`;
		response.writeHead(413, {
			connection: 'close',
			'content-type': 'text/plain; charset=utf-8',
			'content-length': text.length
		});
		response.write(text);
		// Closed at once, the answer would be lost with what is still on its way: for a moment that is read and dropped.
		request.resume();
		setTimeout(() => response.end(() => request.destroy()), LINGER_MS).unref();
		return true;
	}
	const cameBy =
		xffDepth > 0
			? String(request.headers['x-forwarded-proto'] ?? '')
					.split(',')[0]
					?.trim()
			: '';
	if (cameBy !== 'http' || !origin.startsWith('https:')) return false;
	// Programs are told: one that is led on would go on sending its key in clear first.
	const isPage = !(request.url ?? '').startsWith('/api/');
	if (isPage && (request.method === 'GET' || request.method === 'HEAD'))
		response.writeHead(308, { location: origin + onThisHost(request.url ?? '/') }).end();
	else response.writeHead(403, { connection: 'close', 'content-type': 'text/plain' }).end('Only over HTTPS.\n');
	return true;
}

/** Of what was asked for, only what cannot be part of a host's name. */
const onThisHost = (target: string): string => (target.startsWith('/') ? target : '/');

/** The page alone: no other action of it, and nothing that a path with dots would lead to. */
const ONE_CLICK = /^\/unsubscribe\/[\w-]+$/;

/**
 * [RFC 8058] A mail program's server ends notices by a form that names no origin, which SvelteKit would refuse as forged. The
 * link is a secret and what it does needs nobody to be signed in: it goes on as a form of ours, without any cookie, so
 * that there is nobody in whose name it could be forged.
 */
export function allowOneClick({ method, url, headers }: IncomingMessage, { origin }: Pick<Door, 'origin'>): void {
	if (method !== 'POST' || headers.origin !== undefined || !ONE_CLICK.test(url ?? '')) return;
	headers.origin = origin;
	delete headers.cookie;
}
