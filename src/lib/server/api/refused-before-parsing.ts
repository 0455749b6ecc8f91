/**
 * What a call is refused for before anybody parses it: a body that is no JSON, or larger than the largest push. Shaped like
 * every other answer of the API, so that a phone understands it.
 */
import { MAX_PUSH_BYTES } from '#lib/protocol/version.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { refusalAnswer } from './refusal-answer.ts';

/** The largest push, and the envelope around its mutations. */
export const MAX_CALL_BYTES = MAX_PUSH_BYTES + 16 * 1024;

/** The request to go on with, or the refusal. */
export async function refusedBeforeParsing(request: Request): Promise<Request | Response> {
	if (request.method === 'GET') return request;
	if (!request.headers.get('content-type')?.startsWith('application/json'))
		return refusalAnswer(new TransportError('malformed', 'Only application/json is read here.'));
	const tooLarge = () => refusalAnswer(new TransportError('too_large', `A body may have ${MAX_CALL_BYTES} bytes.`));
	const announced = request.headers.get('content-length');
	// The HTTP server cuts a body at the length it announced: only one without it has to be counted.
	if (announced !== null) return Number(announced) > MAX_CALL_BYTES ? tooLarge() : request;
	const body = await readUpTo(request, MAX_CALL_BYTES);
	if (body === null) return tooLarge();
	return new Request(request.url, { method: request.method, headers: request.headers, body });
}

/** Null as soon as it is too long: the rest is not waited for. */
async function readUpTo(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request.body ?? []) {
		size += chunk.byteLength;
		if (size > maxBytes) return null;
		chunks.push(chunk);
	}
	return new Uint8Array(Buffer.concat(chunks));
}
