/**
 * Headers that every answer carries. Pages rendered here bring their own Content-Security-Policy; a prerendered page has it
 * in a `<meta>`, which knows no `frame-ancestors`, so that one is a header everywhere.
 */
import type { RequestEvent } from '@sveltejs/kit';
import { isTrustworthy } from './cookies.ts';

export function secureHeaders({ url, locals }: RequestEvent, response: Response): Response {
	const { headers } = response;
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	headers.set('x-frame-options', 'DENY');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(self), microphone=(), geolocation=()');
	if (!headers.has('content-security-policy')) headers.set('content-security-policy', "frame-ancestors 'none'");
	if (url.pathname.startsWith('/api/')) headers.set('cache-control', 'no-store');
	const { origin } = locals.world?.settings ?? {};
	if (origin?.startsWith('https:') && isTrustworthy(origin))
		headers.set('strict-transport-security', 'max-age=31536000');
	return response;
}
