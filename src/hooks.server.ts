/**
 * The web server's wiring: one world per process; for each request its id, who asks, the language, the headers, the log
 * line. Business is elsewhere.
 */
import { building, dev } from '$app/environment';
import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { m } from '#lib/paraglide/messages.js';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { AccessCookies, isTrustworthy } from '#lib/server/access/cookies.ts';
import { inReadersLanguage } from '#lib/server/access/readers-language.ts';
import { whyForeign } from '#lib/server/access/foreign-request.ts';
import { secureHeaders } from '#lib/server/access/secure-headers.ts';
import { recordRequest } from '#lib/server/api/record-request.ts';
import { refusalAnswer } from '#lib/server/api/refusal-answer.ts';
import { SyncDoor } from '#lib/server/api/sync-door.ts';
import { readSettings } from '#lib/server/config.ts';
import { openLocalDoor } from '#lib/server/local-door.ts';
import { inRequest } from '#lib/server/logs/request-context.ts';
import { readOnlyAnswer } from '#lib/server/maintenance/read-only.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { newUuid } from '#lib/server/uuid.ts';

/** What this process serves with. Kept beside the modules: the development server loads them anew, the database stays open. */
const kept = globalThis as { escale?: { world: ServerWorld; cookies: AccessCookies; syncDoor: SyncDoor } };

export const init: ServerInit = async () => {
	if (building || kept.escale) return;
	try {
		const settings = readSettings();
		const world = await createServerWorld(settings, { logOutput: 'stdout' });
		if (!isTrustworthy(settings.origin))
			world.log.warn(
				{ event: 'origin_not_secure', origin: settings.origin },
				'no camera, no offline shell, cookies in clear'
			);
		world.metrics.watchProcess();
		await world.jobs.start();
		// What no journal has is lost with the database: a backup has it.
		if (world.store.journal()?.hasHole) await world.jobs.ask('backup', { by: 'schedule', dryRun: false });
		world.webhookSender.follow();
		const door = await openLocalDoor(world);
		const cookies = new AccessCookies(settings.origin);
		kept.escale = { world, cookies, syncDoor: new SyncDoor(world, cookies) };
		process.once('escale:leaving', () => (world.isLeaving = true));
		process.once('escale:stopping', () => world.beginStopping());
		process.once('sveltekit:shutdown', () => {
			door?.close();
			world
				.close()
				.catch((error: unknown) => world.log.error({ event: 'closing_failed', err: error }, 'closing failed'));
		});
	} catch (error) {
		// Its sentence is for who starts the server; a trace would bury it.
		if (error instanceof Error && error.name === 'StartRefusal') error.stack = `${error.name}: ${error.message}`;
		throw error;
	}
};

const recognise: Handle = async ({ event, resolve }) => {
	// While building, only the floor's shell is rendered: it asks for nothing.
	if (!kept.escale) return resolve(event);
	const { locals, request } = event;
	const { world, cookies } = kept.escale;
	locals.world = world;
	locals.cookies = cookies;
	locals.requestId = newUuid();
	locals.person = world.access.sessions.find(cookies.session(event.cookies));
	locals.device = world.access.devices.find(cookies.device(event.cookies));
	const started = performance.now();
	const context = { request_id: locals.requestId, ...(locals.person && { person: locals.person.personId }) };
	return inRequest(context, async () => {
		const foreign = whyForeign(event, dev);
		const response = foreign ?? (await spend(event)) ?? readOnlyAnswer(world, event) ?? (await resolve(event));
		recordRequest(world, {
			method: request.method,
			endpoint: locals.endpoint ?? event.route.id,
			status: response.status,
			ms: performance.now() - started,
			deviceId: locals.device?.id
		});
		response.headers.set('x-request-id', locals.requestId);
		return response;
	});
};

/**
 * A person's requests are counted, but for what a phone syncs (which has a budget of its own) and the reads by which an open
 * desk follows the event stream (whose rate is the stream's).
 */
async function spend({ locals, route, isDataRequest, request, url }: RequestEvent): Promise<Response | null> {
	const { person, world } = locals;
	const follows = isDataRequest && request.method === 'GET';
	const isPhoto = route.id === '/api/photos/[id]';
	const isSync = isPhoto || route.id?.startsWith('/api/sync/') || url.pathname.startsWith('/api/trpc/sync.');
	if (person === null || follows || isSync) return null;
	const waitMs = await world.personBudget.spend(person.personId);
	if (waitMs === 0) return null;
	const seconds = Math.ceil(waitMs / 1000);
	const message = m.common_too_many_requests({ seconds });
	if (url.pathname.startsWith('/api/'))
		return refusalAnswer(new TransportError('too_many_requests', message, { retryAfterMs: waitMs }));
	return new Response(`${message}\n`, { status: 429, headers: { 'retry-after': String(seconds) } });
}

const THEMES = ['light', 'dark', 'sun'];

const translate: Handle = ({ event, resolve }) => {
	// The API says codes, not sentences; finding a language clones the request, which a push pays for.
	const { pathname } = event.url;
	if (pathname.startsWith('/api/') && pathname !== '/api/v1/docs') return resolve(event);
	return paraglideMiddleware(inReadersLanguage(event), ({ request, locale }) => {
		event.request = request;
		const theme = event.cookies.get('escale_theme') ?? '';
		return resolve(event, {
			transformPageChunk: ({ html }) =>
				html.replace('%lang%', locale).replace('%theme%', THEMES.includes(theme) ? theme : 'light')
		});
	});
};

const protect: Handle = async ({ event, resolve }) => secureHeaders(event, await resolve(event));

export const handle: Handle = sequence(protect, translate, recognise);

/** What a person may quote to whoever runs the server is the request's id; what went wrong stays in the log. */
export const handleError: HandleServerError = ({ error, event, status }) => {
	const { requestId, world } = event.locals;
	if (status >= 500)
		world?.log.error(
			{ event: 'request_failed', request_id: requestId, route: event.route.id, err: error },
			'request failed'
		);
	return { message: status === 404 ? 'Not found' : 'Internal error', requestId };
};
