import { readUsers, userQuery } from '#lib/server/access/users.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people');
	const { world } = adminOnly(event);
	const query = userQuery(event.url.searchParams);
	return { query, ...(await readUsers(world.reader, query)) };
};
