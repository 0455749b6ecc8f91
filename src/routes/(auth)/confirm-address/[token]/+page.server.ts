import { addressToConfirm, confirmAddress, masked } from '#lib/server/mail/addresses.ts';
import { spendLink } from '../../spend-link.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Opened from a mail program, on any telephone: no script is sent. */
export const csr = false;

export const load: PageServerLoad = async (event) => {
	const { locals, params, request } = event;
	if (request.method !== 'POST') await spendLink(event);
	const { store, settings, clock } = locals.world;
	const address = store.read((db) => addressToConfirm(db, params.token, settings, clock()));
	return { address: address === null ? null : masked(address) };
};

/** Nothing changes by opening a link: mail programs open it to look for harm. */
export const actions: Actions = {
	default: async (event) => {
		await spendLink(event);
		const { store, settings, clock } = event.locals.world;
		const done = await store.write((db) => {
			const address = addressToConfirm(db, event.params.token, settings, clock());
			if (address !== null) confirmAddress(db, address, clock().toISOString());
			return address !== null;
		});
		return { done };
	}
};
