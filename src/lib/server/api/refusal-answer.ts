/**
 * A refusal as the answer of a route, where no procedure is there to give it: shaped like tRPC's errors, with the same words
 * once more at the top for readers of files.
 */
import type { TransportError } from '#lib/server/sync/transport-error.ts';

const CODES: Record<number, string> = { 413: 'PAYLOAD_TOO_LARGE', 429: 'TOO_MANY_REQUESTS' };

export function refusalAnswer({ refusal, status, message, retryAfterMs }: TransportError): Response {
	const escale = { refusal, retryAfterMs: retryAfterMs ?? null };
	const data = { code: CODES[status] ?? 'BAD_REQUEST', httpStatus: status, escale };
	const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
	return Response.json({ error: { message, code: -32_600, data }, escale }, { status, headers });
}
