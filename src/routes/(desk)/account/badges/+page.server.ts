import { redirect } from '@sveltejs/kit';
import { roleReaches } from '#lib/domain/roles.ts';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { qrSymbol } from '#lib/server/documents/qr-symbol.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** [§9] Whoever keeps the team's records prints its badges; what opens with them is each person's PIN. */
const NEEDED = 'manager';

export const load: PageServerLoad = ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	if (!roleReaches(locals.person.role, NEEDED))
		return { refusal: roleRefusal(locals.person.role, 'contact.save'), badges: [], missing: 0 };
	const holders = locals.world.access.pins.activeHolders();
	const badges = holders.flatMap(({ personId, name, structure, badgeCode, hasPin }) =>
		badgeCode === null ? [] : [{ personId, name, structure, hasPin, symbol: qrSymbol(badgeCode) }]
	);
	return { refusal: null, badges, missing: holders.length - badges.length };
};

export const actions: Actions = {
	missing: async ({ locals, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		if (!roleReaches(locals.person.role, NEEDED)) error(403, 'This needs the role manager.');
		const { pins } = locals.world.access;
		await pins.giveBadges(pins.activeHolders().map(({ personId }) => personId));
		redirect(303, '/account/badges');
	}
};
