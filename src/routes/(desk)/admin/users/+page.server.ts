import { readUsers, UNSEEN_DAYS, userQuery } from '#lib/server/access/users.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people');
	const { world } = adminOnly(event);
	const query = userQuery(event.url.searchParams);
	return {
		query,
		unseenDays: [...UNSEEN_DAYS],
		requests: world.access.requests.countPending(),
		...(await readUsers(world.reader, query, world.clock()))
	};
};
