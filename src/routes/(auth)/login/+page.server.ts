import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { cookieName } from '#lib/paraglide/runtime.js';
import { preferenceCookie } from '#lib/server/access/cookies.ts';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { ownPath } from '#lib/server/access/own-path.ts';
import type { Actions, PageServerLoad } from './$types';

/** Made per request: its messages are in the reader's language. */
const credentials = () =>
	z.object({
		login: z.string().trim().min(1, m.common_login_needs_login()).max(80),
		password: z.string().min(1, m.common_login_needs_password()).max(200)
	});

/** Where the person wanted to go, if that is a page of ours. */
const wantedPage = (url: URL): string => ownPath(url.searchParams.get('next') ?? '/', url.origin);

export const load: PageServerLoad = async ({ locals, url }) => {
	// A browser whose device the server does not know must be able to become one, though its person's session stands.
	if (locals.person && locals.device) redirect(303, wantedPage(url));
	return {
		form: await superValidate(zod4(credentials()), { errors: false }),
		maintenance: locals.world.maintenance.window,
		siteTimeZone: locals.world.store.siteTimeZone,
		now: locals.world.clock().toISOString()
	};
};

export const actions: Actions = {
	default: async (event) => {
		const { locals, request, cookies, url } = event;
		const form = await superValidate(request, zod4(credentials()));
		const { login, password } = form.data;
		form.data.password = '';
		if (!form.valid) return fail(400, { form });
		const outcome = await locals.world.access.signIn({
			login,
			password,
			address: clientAddress(event),
			userAgent: request.headers.get('user-agent') ?? '',
			credential: locals.cookies.device(cookies)
		});
		// What was typed stays out of it: it may be a password in the wrong field.
		const who = outcome.kind === 'ok' ? { person: outcome.personId, device: outcome.deviceId } : {};
		locals.world.log.info({ event: 'sign_in', outcome: outcome.kind, ...who }, 'sign-in');
		switch (outcome.kind) {
			case 'wait':
				event.setHeaders({ 'retry-after': String(outcome.seconds) });
				return message(form, m.common_login_wait({ seconds: outcome.seconds }), { status: 429 });
			case 'wrong':
				return message(form, m.common_login_wrong(), { status: 401 });
			case 'inactive':
				return message(form, m.common_login_inactive(), { status: 403 });
			case 'ok':
				// Whoever was signed in here is not any more, in the database too.
				await locals.world.access.sessions.end(locals.cookies.session(cookies));
				locals.cookies.keepSession(cookies, outcome.token);
				if (outcome.deviceCredential !== null) locals.cookies.keepDevice(cookies, outcome.deviceCredential);
				// A choice that was made on this device stands; a new device speaks its person's language.
				if (cookies.get(cookieName) === undefined) cookies.set(cookieName, outcome.locale, preferenceCookie(url));
				redirect(303, wantedPage(url));
		}
	}
};
