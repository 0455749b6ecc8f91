import { redirect } from '@sveltejs/kit';
import { roleReaches } from '#lib/domain/roles.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { countOpenRefusals } from '#lib/server/desk/refusals.ts';
import { restoreNotice } from '#lib/server/desk/restore-reports.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('refusals', 'maintenance'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { name, role } = locals.person;
	const { store, clock } = locals.world;
	return {
		person: { name, role },
		siteTimeZone: store.siteTimeZone,
		openRefusals: await countOpenRefusals(locals.world.reader),
		restore: roleReaches(role, 'admin') ? store.read((db) => restoreNotice(db, clock())) : null,
		maintenance: locals.world.maintenance.window,
		now: new Date().toISOString()
	};
};
