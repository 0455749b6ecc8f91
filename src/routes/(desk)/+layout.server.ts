import { redirect } from '@sveltejs/kit';
import { follows } from '#lib/protocol/desk-topics.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { countOpenRefusals } from '#lib/server/desk/refusals.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('refusals', 'maintenance'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { name, role } = locals.person;
	return {
		person: { name, role },
		siteTimeZone: locals.world.store.siteTimeZone,
		openRefusals: await countOpenRefusals(locals.world.reader),
		maintenance: locals.world.maintenance.window,
		now: new Date().toISOString()
	};
};
