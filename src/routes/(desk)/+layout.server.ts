import { redirect } from '@sveltejs/kit';
import { loginAddress } from '#lib/server/desk/desk.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const { name, role } = locals.person;
	return {
		person: { name, role },
		siteTimeZone: locals.world.store.siteTimeZone,
		now: new Date().toISOString()
	};
};
