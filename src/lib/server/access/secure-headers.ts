/**
 * Headers that every answer carries; docs/security.md says what each is for. Pages rendered here bring their own
 * Content-Security-Policy (`svelte.config.js`); a prerendered page has it in a `<meta>`, which knows no `frame-ancestors`, so
 * that one is a header everywhere.
 */
import type { RequestEvent } from '@sveltejs/kit';
import type { Settings } from '#lib/server/config.ts';

/** On a local network the plain port explains the certificate: a browser must still go there. */
type HttpsSettings = Pick<Settings, 'origin' | 'hstsSeconds'> & Partial<Pick<Settings, 'lan'>>;

/** What a page of ours never asks a browser for. */
const UNUSED = ['microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid', 'display-capture', 'browsing-topics'];

const STANDING = {
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'same-origin',
	'x-frame-options': 'DENY',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'permissions-policy': `camera=(self), ${UNUSED.map((feature) => `${feature}=()`).join(', ')}`,
	// Of files and of the shell, which has the rest in itself.
	'content-security-policy': "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
} as const;

/** Of an answer that is no page: nothing in it is run or shown in a frame, whatever a browser takes it for. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What every answer of such an installation carries; also those that never come by here: files, the shell. */
export const standingHeaders = ({ origin, hstsSeconds, lan = false }: HttpsSettings): Record<string, string> => ({
	...STANDING,
	...(origin.startsWith('https:') && !lan && hstsSeconds > 0
		? { 'strict-transport-security': `max-age=${hstsSeconds}; includeSubDomains; preload` }
		: {})
});

/** What an answer of the API carries besides. */
export const API_HEADERS = { 'content-security-policy': NO_PAGE, 'cache-control': 'no-store' } as const;

export function secureHeaders({ url, locals }: RequestEvent, response: Response): Response {
	const { headers } = response;
	const own = headers.get('content-security-policy');
	// While building there is no world, and nobody who reads these.
	for (const [name, value] of Object.entries(locals.world ? standingHeaders(locals.world.settings) : STANDING))
		if (!headers.has(name)) headers.set(name, value);
	headers.set('content-security-policy', own ?? NO_PAGE);
	if (url.pathname.startsWith('/api/')) headers.set('cache-control', API_HEADERS['cache-control']);
	// [T5] Whoever holds the link: no cache and no search engine may hold it, too.
	else if (url.pathname.startsWith('/track/') || url.pathname.startsWith('/welcome/')) {
		headers.set('cache-control', 'no-store');
		headers.set('x-robots-tag', 'noindex, nofollow');
	}
	// What a person read must not be there any more for who opens the browser after them.
	else if (locals.person && !headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
	// What is rendered is rendered for one reader, in their language.
	else if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
	return response;
}
