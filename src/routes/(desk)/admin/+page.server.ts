import { redirect } from '@sveltejs/kit';
import { adminOnly } from './admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	adminOnly(event);
	redirect(303, '/admin/users');
};
