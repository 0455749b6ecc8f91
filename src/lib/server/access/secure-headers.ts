/**
 * Headers that every answer carries. Pages rendered here bring their own Content-Security-Policy; a prerendered page has it
 * in a `<meta>`, which knows no `frame-ancestors`, so that one is a header everywhere.
 */
import type { RequestEvent } from '@sveltejs/kit';

const STANDING = {
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'same-origin',
	'x-frame-options': 'DENY',
	'cross-origin-opener-policy': 'same-origin',
	'permissions-policy': 'camera=(self), microphone=(), geolocation=()'
} as const;

const HTTPS_SECONDS = 31_536_000;

/** What every answer of an installation with this origin carries; also those that never come by here: files, the shell. */
export const standingHeaders = (origin: string | undefined): Record<string, string> => ({
	...STANDING,
	...(origin?.startsWith('https:') ? { 'strict-transport-security': `max-age=${HTTPS_SECONDS}` } : {})
});

export function secureHeaders({ url, locals }: RequestEvent, response: Response): Response {
	const { headers } = response;
	for (const [name, value] of Object.entries(standingHeaders(locals.world?.settings.origin))) headers.set(name, value);
	if (!headers.has('content-security-policy')) headers.set('content-security-policy', "frame-ancestors 'none'");
	if (url.pathname.startsWith('/api/')) headers.set('cache-control', 'no-store');
	// [T5] Whoever holds the link: no cache and no search engine may hold it, too.
	else if (url.pathname.startsWith('/track/') || url.pathname.startsWith('/welcome/')) {
		headers.set('cache-control', 'no-store');
		headers.set('x-robots-tag', 'noindex, nofollow');
	}
	// What is rendered is rendered for one person, and is another page after the next scan.
	else if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
	return response;
}
