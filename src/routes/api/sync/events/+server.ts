/** "There is news" as server-sent events: `{epoch, headSeq}` and no data, so that nothing on it needs hiding. */
import { error, type RequestHandler } from '@sveltejs/kit';
import { z } from 'zod';
import { openEventStream } from '#lib/server/api/event-stream.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

const query = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('desk') }),
	z.object({ kind: z.literal('phone'), replica: z.string().min(1).max(80) })
]);

export const GET: RequestHandler = ({ locals, url, request }) => {
	const asked = query.safeParse(Object.fromEntries(url.searchParams));
	if (!asked.success) error(400, 'kind=desk, or kind=phone with replica');
	const { world } = locals;
	if (asked.data.kind === 'desk') {
		if (locals.person === null) error(401, 'Sign in first');
		return openEventStream(world, { scopes: 'all', kind: 'desk' }, request.signal);
	}
	if (locals.device === null) error(401, 'This browser is not registered');
	const { replica } = asked.data;
	try {
		// Besides its scope, what concerns this one phone alone: the office settled something of its own.
		const scopes = [...world.store.scopesOf(replica, locals.device.id), `replica:${replica}`];
		return openEventStream(world, { scopes, kind: 'phone', replicaId: replica }, request.signal);
	} catch (problem) {
		if (problem instanceof TransportError) error(problem.status, problem.message);
		throw problem;
	}
};
