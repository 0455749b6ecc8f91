/** What a monitor asks: 503 when the database or its migrations are not right. */
import type { RequestHandler } from '@sveltejs/kit';
import { checkHealth } from '#lib/server/health.ts';

export const GET: RequestHandler = ({ locals }) => {
	const health = checkHealth(locals.world);
	return Response.json(health, { status: health.status === 'ok' ? 200 : 503 });
};
