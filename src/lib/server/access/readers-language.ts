/**
 * The language of a page that strangers open: what they chose here before, else what their browser asks for, else French.
 * Colleagues have chosen at their first sign-in, so their pages ask the cookie alone.
 */
import type { RequestEvent } from '@sveltejs/kit';
import { baseLocale, cookieName, locales, type Locale } from '#lib/paraglide/runtime.js';

/** The request as the translation should read it: on a tracking page without a choice, as if its wish had been chosen. */
/** Pages that people without an account open by a link. */
const BY_LINK = /^\/((track|confirm-address|unsubscribe)\/|api\/v1\/docs$)/;

export function inReadersLanguage({ request, url, cookies }: RequestEvent): Request {
	if (!BY_LINK.test(url.pathname) || cookies.get(cookieName) !== undefined) return request;
	const headers = new Headers(request.headers);
	const wished = `${cookieName}=${wishedLocale(request.headers.get('accept-language') ?? '')}`;
	const kept = headers.get('cookie');
	headers.set('cookie', kept === null ? wished : `${kept}; ${wished}`);
	return new Request(request, { headers });
}

/** The best language of an `Accept-Language` header that we speak. */
export function wishedLocale(header: string): Locale {
	const wishes = header
		.slice(0, 500)
		.split(',')
		.flatMap((part, order) => {
			const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
			const weight = Number(/^\s*q=([\d.]+)\s*$/.exec(parameters.join(';'))?.[1] ?? '1');
			const locale = locales.find((known) => range === known || range.startsWith(`${known}-`));
			return locale === undefined || !(weight > 0) ? [] : [{ locale, weight, order }];
		});
	return wishes.sort((a, b) => b.weight - a.weight || a.order - b.order)[0]?.locale ?? baseLocale;
}
