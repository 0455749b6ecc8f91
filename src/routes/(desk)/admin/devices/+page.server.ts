import { version } from '$app/environment';
import { follows } from '#lib/protocol/desk-topics.ts';
import { deviceQuery, readDevices } from '#lib/server/access/device-list.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people', ...follows('devices'));
	const { world } = adminOnly(event);
	const query = deviceQuery(event.url.searchParams);
	const read = await readDevices(world.reader, query, { now: world.clock(), release: version });
	return { query, thisDevice: event.locals.device?.id ?? null, ...read };
};
