import { version } from '$app/environment';
import { m } from '#lib/paraglide/messages.js';
import { follows } from '#lib/protocol/desk-topics.ts';
import { countUnconfirmed } from '#lib/server/access/device-acts.ts';
import { deviceQuery, readDevices } from '#lib/server/access/device-list.ts';
import { told } from '../acted.server.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people', ...follows('devices'));
	const { world } = adminOnly(event);
	const query = deviceQuery(event.url.searchParams);
	const read = await readDevices(world.reader, query, { now: world.clock(), release: version });
	return {
		query,
		thisDevice: event.locals.device?.id ?? null,
		unconfirmed: world.store.read(countUnconfirmed),
		...read
	};
};

export const actions: Actions = {
	/** Of all devices, whatever the list shows. */
	confirmAll: async (event) => {
		const { world, person } = adminOnly(event);
		const acted = await world.access.deviceActs.confirmAll(person.personId);
		return told(acted, m.fleet_done_confirm_all({ count: acted.kind === 'ok' ? acted.devices : 0 }));
	}
};
