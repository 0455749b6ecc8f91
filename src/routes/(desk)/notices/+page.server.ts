import { redirect } from '@sveltejs/kit';
import { pageNumber } from '#lib/server/desk/board-query.ts';
import { loginAddress, managersOnly } from '#lib/server/desk/desk.ts';
import { MAIL_STATES } from '#lib/server/mail/mail-queue.ts';
import { askedState, readQueue } from '#lib/server/notices/notice-pages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	// Everybody has notices of their own; the queue is a manager's.
	if (managersOnly(locals.person.role) !== null) redirect(303, '/notices/mine');
	const state = askedState(url.searchParams);
	const page = pageNumber(url.searchParams);
	return { ...(await readQueue(locals.world.reader, state, page)), states: [...MAIL_STATES], state, page };
};
