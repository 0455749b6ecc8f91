import { deviceQuery, readDevices } from '#lib/server/access/device-list.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people');
	const { world } = adminOnly(event);
	const query = deviceQuery(event.url.searchParams);
	return { query, thisDevice: event.locals.device?.id ?? null, ...(await readDevices(world.reader, query)) };
};
