/**
 * One open event stream: what the store's hub says, and a heartbeat, so that a reader can tell a quiet warehouse from a dead
 * line. Bounded: beyond the limit new ones are turned away with a time to come back (I30).
 */
import type { Store, Subscriber } from '../store/store-port.ts';

const HEARTBEAT_MS = 15_000;
const MOST_STREAMS = 1_000;

/** @param signal aborts when the reader is gone */
export function openEventStream(store: Store, subscriber: Omit<Subscriber, 'poke'>, signal: AbortSignal): Response {
	const { desk, phone } = store.events.streams();
	if (desk + phone >= MOST_STREAMS)
		return new Response('Too many streams.\n', { status: 503, headers: { 'retry-after': '30' } });
	let end = () => {};
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			const text = new TextEncoder();
			const send = (event: string, data: object) =>
				controller.enqueue(text.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
			const unsubscribe = store.events.subscribe({ ...subscriber, poke: (news) => send('poke', news) });
			const heartbeat = setInterval(() => send('heartbeat', { epoch: store.epoch }), HEARTBEAT_MS);
			end = () => {
				clearInterval(heartbeat);
				unsubscribe();
			};
			signal.addEventListener('abort', () => {
				end();
				// The reader may have cancelled it already.
				if (controller.desiredSize !== null) controller.close();
			});
			send('heartbeat', { epoch: store.epoch });
		},
		cancel: () => end()
	});
	return new Response(body, {
		headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
	});
}
