/**
 * [§9] The door of the pages under /admin. Layout, page and action each ask it: a page's load runs beside its layout's, and
 * an action without either.
 */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { roleLabel } from '#lib/domain/labels.ts';
import { roleReaches } from '#lib/domain/roles.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { error } from '../expected-error.server.ts';

/** Who asks, if that is an admin who signed in with a password. @throws 303 to the sign-in page, or 403 */
export function adminOnly({ locals, request, url }: Pick<RequestEvent, 'locals' | 'request' | 'url'>): {
	world: ServerWorld;
	person: SignedIn;
} {
	const { world, person } = locals;
	if (!person) redirect(303, loginAddress(request.method === 'GET' ? url : new URL(url.pathname, url)));
	if (!roleReaches(person.role, 'admin')) error(403, m.desk_why_role({ role: roleLabel('admin', getLocale()) }));
	return { world, person };
}
