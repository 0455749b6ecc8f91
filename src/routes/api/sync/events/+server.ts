/**
 * "There is news" as server-sent events: `{epoch, headSeq}` and no data, so that nothing on it needs hiding. An open board's
 * stream also tells its rows; like every desk's it ends with the session that opened it.
 */
import type { RequestHandler } from '@sveltejs/kit';
import { z } from 'zod';
import { boardStreamQuery } from '#lib/protocol/board-news.ts';
import { openEventStream } from '#lib/server/api/event-stream.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { error } from '../../../expected-error.server.ts';

const query = z.union([
	boardStreamQuery,
	z.strictObject({ kind: z.literal('desk') }),
	z.object({ kind: z.literal('phone'), replica: z.string().min(1).max(80) })
]);

export const GET: RequestHandler = ({ locals, url, request, cookies }) => {
	const asked = query.safeParse(Object.fromEntries(url.searchParams));
	if (!asked.success) error(400, 'kind=desk with or without board and locale, or kind=phone with replica');
	const { world, person } = locals;
	if (asked.data.kind === 'desk') {
		if (person === null) error(401, 'Sign in first');
		const token = locals.cookies.session(cookies);
		const mayStay = () => world.access.sessions.find(token)?.role === person.role;
		const stream = { scopes: 'all', kind: 'desk' } as const;
		if (!('board' in asked.data)) return openEventStream(world, stream, request.signal, { mayStay });
		const { board: search, locale } = asked.data;
		const follow = (send: (event: string, data: object) => void) =>
			world.boards.follow({ search, role: person.role, locale }, (news) => send('board', news));
		return openEventStream(world, stream, request.signal, { mayStay, follow });
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
