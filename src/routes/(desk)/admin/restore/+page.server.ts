import { m } from '#lib/paraglide/messages.js';
import { follows } from '#lib/protocol/desk-topics.ts';
import { countUnconfirmed } from '#lib/server/access/device-acts.ts';
import { readRestores } from '#lib/server/desk/restore-reports.ts';
import { told } from '../acted.server.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	event.depends(...follows('devices', 'refusals'));
	const { world } = adminOnly(event);
	return world.store.read((db) => ({ restores: readRestores(db), unconfirmed: countUnconfirmed(db) }));
};

export const actions: Actions = {
	endWait: async (event) => {
		const { world, person } = adminOnly(event);
		return told(await world.access.restores.endWait(person.personId), m.restore_done_end_wait());
	},
	see: async (event) => {
		const { world, person } = adminOnly(event);
		const epoch = String((await event.request.formData()).get('epoch') ?? '').slice(0, 80);
		return told(await world.access.restores.see(person.personId, epoch), m.restore_done_see());
	}
};
