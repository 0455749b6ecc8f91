/**
 * The web server's wiring: one world per process; for each request its id, who asks, the language, the headers, the log
 * line. Business is elsewhere.
 */
import { building } from '$app/environment';
import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { AccessCookies } from '#lib/server/access/cookies.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { secureHeaders } from '#lib/server/access/secure-headers.ts';
import { newUuid } from '#lib/server/uuid.ts';

/** A request that takes longer is logged as slow, in milliseconds. */
const SLOW_MS = 500;

let world: ServerWorld | undefined;
let cookies: AccessCookies | undefined;

export const init: ServerInit = async () => {
	if (building) return;
	const settings = readSettings();
	cookies = new AccessCookies(settings.origin);
	world = await createServerWorld(settings);
	process.once('sveltekit:shutdown', () => void world?.close());
};

const recognise: Handle = async ({ event, resolve }) => {
	// While building, only the floor's shell is rendered: it asks for nothing.
	if (world === undefined || cookies === undefined) return resolve(event);
	const { locals } = event;
	locals.world = world;
	locals.cookies = cookies;
	locals.requestId = newUuid();
	if (event.url.host !== new URL(world.settings.origin).host) {
		return new Response(`This server answers at ${world.settings.origin}.\n`, { status: 421 });
	}
	locals.person = world.access.sessions.find(cookies.session(event.cookies));
	locals.device = world.access.devices.find(cookies.device(event.cookies));
	const started = performance.now();
	const response = await resolve(event);
	log(event, response.status, performance.now() - started);
	response.headers.set('x-request-id', locals.requestId);
	return response;
};

/** Ids only: a path may hold an id, its search text may hold what a person typed. */
function log({ locals, request, route }: RequestEvent, status: number, ms: number): void {
	const fields = {
		request_id: locals.requestId,
		method: request.method,
		route: route.id,
		status,
		duration_ms: Math.round(ms),
		person: locals.person?.personId,
		device: locals.device?.id
	};
	if (ms > SLOW_MS && !route.id?.startsWith('/api/sync/')) locals.world.log.warn(fields, 'slow request');
	else locals.world.log.debug(fields, 'request');
}

const THEMES = ['light', 'dark', 'sun'];

const translate: Handle = ({ event, resolve }) =>
	paraglideMiddleware(event.request, ({ request, locale }) => {
		event.request = request;
		const theme = event.cookies.get('escale_theme') ?? '';
		return resolve(event, {
			transformPageChunk: ({ html }) =>
				html.replace('%lang%', locale).replace('%theme%', THEMES.includes(theme) ? theme : 'light')
		});
	});

const protect: Handle = async ({ event, resolve }) => secureHeaders(event, await resolve(event));

export const handle: Handle = sequence(protect, recognise, translate);

export const handleError: HandleServerError = ({ error, event, status }) => {
	const { requestId } = event.locals;
	if (status >= 500) event.locals.world?.log.error({ request_id: requestId, route: event.route.id, err: error }, 'request failed');
	return { message: status === 404 ? 'Not found' : 'Internal error', requestId };
};
