/** Can it serve? The same judgement as /api/health, in one word. */
import type { RequestHandler } from '@sveltejs/kit';
import { checkHealth } from '#lib/server/health.ts';

export const GET: RequestHandler = ({ locals }) => {
	const { status } = checkHealth(locals.world);
	return Response.json({ status }, { status: status === 'ok' ? 200 : 503 });
};
