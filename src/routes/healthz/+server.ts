/** What a monitor asks, by the name that many look for. */
import type { RequestHandler } from '@sveltejs/kit';
import { healthAnswer } from '#lib/server/health.ts';

export const GET: RequestHandler = ({ locals }) => healthAnswer(locals.world);
