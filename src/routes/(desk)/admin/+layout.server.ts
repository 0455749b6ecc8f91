import { adminOnly } from './admin-only.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = (event) => {
	adminOnly(event);
};
