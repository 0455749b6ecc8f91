/** Language, theme and shortcuts without JavaScript: remembered in this browser, and the language with the person. */
import { redirect, type RequestHandler } from '@sveltejs/kit';
import { z } from 'zod';
import { cookieName } from '#lib/paraglide/runtime.js';
import { preferenceCookie } from '#lib/server/access/cookies.ts';
import { ownPath } from '#lib/server/access/own-path.ts';
import { error } from '../../expected-error.server.ts';

const choice = z.object({
	locale: z.enum(['fr', 'en']).optional(),
	theme: z.enum(['light', 'dark', 'sun']).optional(),
	/** [WCAG 2.1.4] Shortcuts of one key. */
	keys: z.enum(['on', 'off']).optional()
});

export const POST: RequestHandler = async ({ locals, request, cookies, url }) => {
	const chosen = choice.safeParse(Object.fromEntries(await request.formData()));
	if (!chosen.success) error(400, 'locale=fr|en, theme=light|dark|sun, keys=on|off');
	const { locale, theme, keys } = chosen.data;
	const keep = preferenceCookie(url);
	if (theme) cookies.set('escale_theme', theme, keep);
	if (keys) cookies.set('escale_keys', keys, keep);
	if (locale) {
		cookies.set(cookieName, locale, keep);
		if (locals.person) await locals.world.access.rememberLocale(locals.person.personId, locale);
	}
	redirect(303, ownPath(request.headers.get('referer') ?? '/', url.origin));
};
