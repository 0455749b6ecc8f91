/**
 * One open event stream: what the store's hub says, and a heartbeat, so that a reader can tell a quiet warehouse from a dead
 * line. Bounded: beyond the limit new ones are turned away with a time to come back, and one that nobody reads ends (I30).
 */
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Subscriber } from '#lib/server/store/store-port.ts';

const HEARTBEAT_MS = 15_000;
const MOST_STREAMS = 1_000;
/** Messages that a reader may leave unread. */
const MOST_UNREAD = 64;

export interface StreamExtra {
	/** Tells more than pokes. @returns what ends it */
	follow?: (send: (event: string, data: object) => void) => () => void;
	/** Asked with every heartbeat; no: the stream ends. */
	mayStay?: () => boolean;
}

/** @param gone aborts when the reader is gone */
export function openEventStream(
	{ store, stopping }: Pick<ServerWorld, 'store' | 'stopping'>,
	subscriber: Omit<Subscriber, 'poke'>,
	gone: AbortSignal,
	{ follow, mayStay = () => true }: StreamExtra = {}
): Response {
	if (stopping.aborted)
		return new Response('The server is stopping.\n', { status: 503, headers: { 'retry-after': '5' } });
	const { desk, phone } = store.events.streams();
	if (desk + phone >= MOST_STREAMS)
		return new Response('Too many streams.\n', { status: 503, headers: { 'retry-after': '30' } });
	const over = AbortSignal.any([gone, stopping]);
	const ended = new AbortController();
	const body = new ReadableStream<Uint8Array>(
		{
			start(controller) {
				const text = new TextEncoder();
				const send = (event: string, data: object) => {
					controller.enqueue(text.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
					if ((controller.desiredSize ?? 0) <= 0) end();
				};
				const beat = () => (mayStay() ? send('heartbeat', { epoch: store.epoch }) : end());
				const unsubscribe = store.events.subscribe({ ...subscriber, poke: (news) => send('poke', news) });
				const heartbeat = setInterval(beat, HEARTBEAT_MS);
				ended.signal.addEventListener('abort', () => {
					clearInterval(heartbeat);
					unsubscribe();
				});
				function end(): void {
					if (ended.signal.aborted) return;
					ended.abort();
					controller.close();
				}
				over.addEventListener('abort', end, { signal: ended.signal });
				beat();
				if (over.aborted) end();
				const unfollow = ended.signal.aborted ? undefined : follow?.(send);
				if (unfollow) ended.signal.addEventListener('abort', unfollow);
			},
			cancel: () => ended.abort()
		},
		{ highWaterMark: MOST_UNREAD }
	);
	return new Response(body, {
		headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
	});
}
