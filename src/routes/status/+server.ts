import { publicStatus } from '#lib/server/maintenance/public-status.ts';
import type { RequestHandler } from './$types';

/** For programs; a browser asks for the page beside this. */
export const GET: RequestHandler = ({ locals }) =>
	Response.json(publicStatus(locals.world), { headers: { 'cache-control': 'no-store' } });
