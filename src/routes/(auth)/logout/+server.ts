/** Ends the session. The browser stays registered: what it has queued is still sent (sync §4.1). */
import { redirect, type RequestHandler } from '@sveltejs/kit';

export const POST: RequestHandler = async ({ locals, cookies }) => {
	await locals.world.access.sessions.end(locals.cookies.session(cookies));
	locals.cookies.dropSession(cookies);
	redirect(303, '/login');
};
