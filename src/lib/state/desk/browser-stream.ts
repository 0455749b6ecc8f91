/** The browser's own event stream, timers and probe, as `DeskStream` asks for them. */
import type { StreamPorts } from './desk-stream.svelte.ts';

/** `refresh` reads the open page's rows again, as `StreamPorts` asks for it. */
export const browserStreamPorts = (refresh: StreamPorts['refresh']): StreamPorts => ({
	open: () => new EventSource('/api/sync/events?kind=desk'),
	refresh,
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
});
