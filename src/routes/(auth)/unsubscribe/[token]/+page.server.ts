import { addressToEnd, endNotices, masked } from '#lib/server/mail/addresses.ts';
import { spendLink } from '../../spend-link.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Opened from a mail program, on any telephone: no script is sent. */
export const csr = false;

export const load: PageServerLoad = async (event) => {
	const { locals, params, request } = event;
	if (request.method !== 'POST') await spendLink(event);
	const address = locals.world.store.read((db) => addressToEnd(db, params.token));
	return { address: address === null ? null : masked(address) };
};

/** [RFC 8058] The button of this page, and the POST by which a mail program does the same for its reader. */
export const actions: Actions = {
	default: async (event) => {
		await spendLink(event);
		return { done: await event.locals.world.store.write((db) => endNotices(db, event.params.token)) };
	}
};
