/**
 * [operations, Maintenance] What a request may still do during the window: everything that reads, signing in and out, a phone
 * that pulls, and the pages by which an admin ends it. Every other write is answered 503 with the time to come back, in the
 * shape that its caller reads.
 */
import type { RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { refusalAnswer } from '#lib/server/api/refusal-answer.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];
const OPEN_PROCEDURES = [
	'sync.hello',
	'sync.pull',
	'sync.digest',
	'sync.salvage',
	'session.me',
	'session.switchOperator'
];

type Asked = Pick<RequestEvent, 'request' | 'route' | 'url'>;

function mayWrite({ request, route, url }: Asked): boolean {
	if (READS.includes(request.method)) return true;
	if (url.pathname.startsWith('/api/trpc/')) {
		const procedures = url.pathname.slice('/api/trpc/'.length).split(',');
		return procedures.every((name) => OPEN_PROCEDURES.includes(name));
	}
	const id = route.id ?? '';
	return id.startsWith('/(auth)/') || id === '/(desk)/admin/maintenance' || id === '/(desk)/admin/jobs';
}

/** The refusal, or null where the request may go on. */
export function readOnlyAnswer(world: Pick<ServerWorld, 'maintenance'>, asked: Asked): Response | null {
	const { maintenance } = world;
	if (mayWrite(asked) || maintenance.state !== 'on') return null;
	const { request, url } = asked;
	const message = m.jobs_read_only();
	if (url.pathname.startsWith('/api/')) {
		const isPhone = url.pathname.startsWith('/api/trpc/sync.') || url.pathname.startsWith('/api/photos/');
		const retryAfterMs = maintenance.waitMs(isPhone ? 'phone' : 'person');
		return refusalAnswer(new TransportError('busy', message, { retryAfterMs }));
	}
	const headers = { 'retry-after': String(Math.ceil(maintenance.waitMs('person') / 1000)) };
	// What SvelteKit's forms read when a script sends them.
	if (request.headers.get('x-sveltekit-action') === 'true')
		return Response.json({ type: 'error', status: 503, error: { message } }, { status: 503, headers });
	return new Response(`${message}\n`, { status: 503, headers });
}
