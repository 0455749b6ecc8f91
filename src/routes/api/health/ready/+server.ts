/** Can it serve, and will it for a while? The same judgement as /api/health, in one word; no once it is to stop. */
import type { RequestHandler } from '@sveltejs/kit';
import { readyAnswer } from '#lib/server/health.ts';

export const GET: RequestHandler = ({ locals }) => readyAnswer(locals.world);
