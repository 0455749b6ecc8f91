import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, managersOnly } from '#lib/server/desk/desk.ts';
import { readMessage } from '#lib/server/notices/notice-pages.ts';
import { error } from '../../expected-error.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const refusal = managersOnly(locals.person.role);
	if (refusal !== null) error(403, refusal);
	const message = await readMessage(locals.world.reader, params.id);
	if (message === null) error(404, m.notices_unknown());
	const { html: _html, noticeKey: _key, ...shown } = message;
	return { message: shown };
};
