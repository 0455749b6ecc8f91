import { redirect } from '@sveltejs/kit';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { readHomeCounts } from '#lib/server/desk/home-counts.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	return { counts: await readHomeCounts(locals.world.reader, locals.world.clock()) };
};
