/** For Prometheus. Who may ask, and what it says, is in lib/server/metrics. */
import type { RequestHandler } from '@sveltejs/kit';
import { metricsAnswer } from '#lib/server/metrics/metrics-answer.ts';

export const GET: RequestHandler = ({ locals, request: { headers }, getClientAddress }) =>
	metricsAnswer(locals.world, { headers, address: getClientAddress });
