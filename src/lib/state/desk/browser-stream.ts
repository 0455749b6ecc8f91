/** The desk's stream in a browser: its event source, timers and probe, and how the open page is read anew. */
import { createContext } from 'svelte';
import { invalidate } from '$app/navigation';
import { navigating, page } from '$app/state';
import { isTouched } from '#lib/protocol/desk-topics.ts';
import { DeskStream, type StreamPorts } from './desk-stream.svelte.ts';
import { readPatiently } from './patient-reads.ts';

/** The stream of a page that is told nothing but pokes. */
export const DESK_STREAM = '/api/sync/events?kind=desk';

/** The layout's stream, for the pages in it. */
export const [deskStream, setDeskStream] = createContext<DeskStream>();

export const openDeskStream = (address: string): DeskStream =>
	new DeskStream(
		{
			open: (address) => new EventSource(address),
			refresh: readAnew,
			answers: () =>
				fetch('/api/health/live', { cache: 'no-store' }).then(
					(response) => response.ok,
					() => false
				),
			now: () => Date.now(),
			every: (ms, tick) => {
				const timer = setInterval(tick, ms);
				return () => clearInterval(timer);
			}
		},
		address
	);

/** Invalidating during a navigation would cancel it: whoever was on their way would stay where they were. */
const readAnew: StreamPorts['refresh'] = async (touched) => {
	while (navigating.to !== null) await navigating.complete?.catch(() => undefined);
	await readPatiently(window, page.url, () => invalidate((address) => isTouched(address, touched)));
};
