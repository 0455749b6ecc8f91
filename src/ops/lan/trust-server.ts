/**
 * The plain HTTP port of `--lan`: the page that explains the certificate, the certificate, and a redirect to HTTPS for all
 * else. It reads nothing that a visitor sends but the path and two headers, and holds nothing worth stealing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { derOf } from './certificates.ts';
import { mobileConfig } from './profile.ts';
import {
	CERTIFICATE_PATH,
	PROFILE_PATH,
	TRUST_POLICY,
	trustPage,
	type Language,
	type Platform,
	type TrustPage
} from './trust-page.ts';

/** A request that takes longer to arrive is not a phone, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface Trusted extends TrustPage {
	/** The authority's certificate, PEM. */
	authority: string;
}

/** Not listening yet. */
export function trustServer(trusted: Trusted): Server {
	const der = derOf(trusted.authority);
	const profile = mobileConfig(der, 'Escale');
	const answer = (request: IncomingMessage, response: ServerResponse): void => {
		const url = new URL(`http://escale${/^\/[^\s]*$/.test(request.url ?? '') ? request.url : '/'}`);
		response.setHeader('x-content-type-options', 'nosniff');
		response.setHeader('cache-control', 'no-store');
		const send = (type: string, body: string | Buffer, download?: string): void => {
			response.setHeader('content-type', type);
			if (download !== undefined) response.setHeader('content-disposition', `attachment; filename="${download}"`);
			response.end(request.method === 'HEAD' ? undefined : body);
		};
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			// A form must not travel in clear and be told to travel again.
			response.writeHead(405, { allow: 'GET, HEAD' }).end();
		} else if (url.pathname === '/trust') {
			response.setHeader('content-security-policy', TRUST_POLICY);
			response.setHeader('referrer-policy', 'no-referrer');
			response.setHeader('x-frame-options', 'DENY');
			send('text/html; charset=utf-8', trustPage(trusted, readerOf(request, url)));
		} else if (url.pathname === CERTIFICATE_PATH) {
			send('application/x-x509-ca-cert', der, 'escale.crt');
		} else if (url.pathname === PROFILE_PATH) {
			send('application/x-apple-aspen-config', profile, 'escale.mobileconfig');
		} else {
			response.writeHead(302, { location: trusted.origin + url.pathname + url.search }).end();
		}
	};
	return createServer({ requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS, keepAliveTimeout: 1000 }, answer);
}

/** A language that was asked for on the page, else the browser's; the platform as the browser calls it. */
export function readerOf(
	request: Pick<IncomingMessage, 'headers'>,
	url: URL
): { language: Language; platform: Platform } {
	const asked = url.searchParams.get('lang');
	const first = /^\s*([a-z]{2})/i.exec(request.headers['accept-language'] ?? '')?.[1]?.toLowerCase();
	const agent = request.headers['user-agent'] ?? '';
	return {
		language: asked === 'fr' || asked === 'en' ? asked : first === undefined || first === 'fr' ? 'fr' : 'en',
		platform: /iPhone|iPad|iPod/.test(agent) ? 'ios' : /Android/.test(agent) ? 'android' : 'computer'
	};
}
