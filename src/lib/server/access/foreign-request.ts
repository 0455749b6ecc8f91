/**
 * Requests that are not meant for this server, or that another site makes in a visitor's name. SvelteKit refuses forms from
 * elsewhere by itself; this also covers JSON, and the name that the server is called by.
 */
import type { RequestEvent } from '@sveltejs/kit';

const MONITORED = /^\/(api\/health(\/\w+)?|healthz?|metrics)$/;
const READS = ['GET', 'HEAD', 'OPTIONS'];

/** Browsers say it by themselves, and no page can change it. */
const isFromElsewhere = (request: Request): boolean =>
	['cross-site', 'same-site'].includes(request.headers.get('sec-fetch-site') ?? '');

/**
 * 421 for another Host than `ORIGIN`'s (health and metrics are asked for by address too), 403 for a change that another origin asks for,
 * null for everything else. A client that is no browser says no origin, and carries no cookie that it was not given.
 * @param anyHost the development server answers wherever Vite listens
 */
export function whyForeign({ locals, request, url }: RequestEvent, anyHost: boolean): Response | null {
	if (anyHost) return null;
	const { origin } = locals.world.settings;
	if (!MONITORED.test(url.pathname) && request.headers.get('host') !== new URL(origin).host)
		return new Response(`This server answers at ${origin}\n`, { status: 421 });
	const from = request.headers.get('origin');
	const isOurs = (from === null || from === origin) && !isFromElsewhere(request);
	if (READS.includes(request.method) || isOurs) return null;
	return new Response(`Only pages of ${origin} may change anything here.\n`, { status: 403 });
}
