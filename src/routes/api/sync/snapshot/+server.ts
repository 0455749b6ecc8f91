/**
 * A replica's whole working set as one gzip file. ETag and Range: a download that was torn goes on where it stopped, unless
 * a newer file has taken its place.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { RequestHandler } from '@sveltejs/kit';
import { z } from 'zod';
import { refusalAnswer } from '#lib/server/api/refusal-answer.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { error } from '../../../expected-error.server.ts';

const query = z.object({ replica: z.string().min(1).max(80), schema: z.coerce.number().int().positive() });

export const GET: RequestHandler = async ({ locals, request, url }) => {
	const asked = query.safeParse(Object.fromEntries(url.searchParams));
	if (!asked.success) error(400, 'replica and schema are needed');
	if (locals.device === null)
		return refusalAnswer(new TransportError('device_unknown', 'This browser is not registered: sign in.'));
	try {
		const file = await locals.world.store.snapshotFor(asked.data.replica, asked.data.schema, locals.device.id);
		const headers = new Headers({
			'content-type': 'application/gzip',
			'accept-ranges': 'bytes',
			'cache-control': 'no-store',
			etag: file.etag
		});
		const from = rangeFrom(request, file.etag);
		if (from >= file.size && from > 0) {
			headers.set('content-range', `bytes */${file.size}`);
			return new Response(null, { status: 416, headers });
		}
		headers.set('content-length', String(file.size - from));
		if (from > 0) headers.set('content-range', `bytes ${from}-${file.size - 1}/${file.size}`);
		const body = Readable.toWeb(createReadStream(file.path, { start: from })) as ReadableStream<Uint8Array>;
		return new Response(body, { status: from > 0 ? 206 : 200, headers });
	} catch (problem) {
		if (problem instanceof TransportError) return refusalAnswer(problem);
		throw problem;
	}
};

/** The first byte wanted; 0 unless the file that was begun is still this one. */
function rangeFrom(request: Request, etag: string): number {
	const wanted = /^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')?.[1];
	return wanted !== undefined && request.headers.get('if-range') === etag ? Number(wanted) : 0;
}
