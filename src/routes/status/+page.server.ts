import { publicStatus } from '#lib/server/maintenance/public-status.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store' });
	return {
		...publicStatus(locals.world),
		siteTimeZone: locals.world.store.siteTimeZone,
		now: locals.world.clock().toISOString()
	};
};
