import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Poke, Store, Subscriber } from '#lib/server/store/store-port.ts';
import { openEventStream, type StreamExtra } from './event-stream.ts';

/** The hub as a stream sees it: who subscribed, and a hand to poke them with. */
class FakeHub {
	readonly subscribers = new Set<Subscriber>();
	phones = 0;
	subscribe = (subscriber: Subscriber) => {
		this.subscribers.add(subscriber);
		return () => void this.subscribers.delete(subscriber);
	};
	streams = () => ({ desk: this.subscribers.size, phone: this.phones });
	poke(news: Poke): void {
		for (const { poke } of [...this.subscribers]) poke(news);
	}
}

let hub: FakeHub;
let stopping: AbortController;
let gone: AbortController;

beforeEach(() => {
	vi.useFakeTimers();
	[hub, stopping, gone] = [new FakeHub(), new AbortController(), new AbortController()];
});
afterEach(() => vi.useRealTimers());

const open = (extra: StreamExtra = {}) => {
	const store = { epoch: 'epoch-1', events: hub } as unknown as Store;
	return openEventStream({ store, stopping: stopping.signal }, { scopes: 'all', kind: 'desk' }, gone.signal, extra);
};

/** One message as text; null when the stream has ended. */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
	const { done, value } = await reader.read();
	return done ? null : new TextDecoder().decode(value);
}

describe('an event stream', () => {
	test('begins with a heartbeat, says every 15 s that it lives, and passes news on', async () => {
		const response = open();
		expect(response.headers.get('content-type')).toBe('text/event-stream');
		expect(response.headers.get('cache-control')).toBe('no-store');
		const reader = response.body!.getReader();
		expect(await next(reader)).toBe('event: heartbeat\ndata: {"epoch":"epoch-1"}\n\n');
		vi.advanceTimersByTime(15_000);
		expect(await next(reader)).toMatch(/^event: heartbeat\n/);
		hub.poke({ epoch: 'epoch-1', headSeq: 7 });
		expect(await next(reader)).toBe('event: poke\ndata: {"epoch":"epoch-1","headSeq":7}\n\n');
	});

	test('ends at the heartbeat after its session did', async () => {
		let isSignedIn = true;
		const reader = open({ mayStay: () => isSignedIn }).body!.getReader();
		await next(reader);
		isSignedIn = false;
		vi.advanceTimersByTime(15_000);
		expect(await next(reader)).toBeNull();
		expect([hub.subscribers.size, vi.getTimerCount()]).toEqual([0, 0]);
	});

	test('tells more than pokes where it is asked to, until its reader is gone', async () => {
		const ended = vi.fn();
		const follow = (send: (event: string, data: object) => void) => {
			send('board', { total: 3 });
			return ended;
		};
		const reader = open({ follow }).body!.getReader();
		await next(reader);
		expect(await next(reader)).toBe('event: board\ndata: {"total":3}\n\n');
		gone.abort();
		expect(ended).toHaveBeenCalledOnce();
	});

	test('ends when the server stops, and leaves no timer and no subscriber', async () => {
		const reader = open().body!.getReader();
		await next(reader);
		stopping.abort();
		expect(await next(reader)).toBeNull();
		expect([hub.subscribers.size, vi.getTimerCount()]).toEqual([0, 0]);
	});

	test('of a server that is stopping ends at once', async () => {
		stopping.abort();
		const reader = open().body!.getReader();
		await next(reader);
		expect(await next(reader)).toBeNull();
		expect([hub.subscribers.size, vi.getTimerCount()]).toEqual([0, 0]);
	});

	test('ends when its reader goes, whichever way the server hears of it first', async () => {
		const cancelled = open().body!.getReader();
		await next(cancelled);
		await cancelled.cancel();
		// The request's signal comes after the body was cancelled, or before.
		expect(() => gone.abort()).not.toThrow();
		expect([hub.subscribers.size, vi.getTimerCount()]).toEqual([0, 0]);
		gone = new AbortController();
		const aborted = open().body!.getReader();
		await next(aborted);
		gone.abort();
		await aborted.cancel();
		expect([hub.subscribers.size, vi.getTimerCount()]).toEqual([0, 0]);
	});

	test('[I30] that nobody reads ends instead of growing', async () => {
		const reader = open().body!.getReader();
		for (let headSeq = 0; headSeq < 500; headSeq++) hub.poke({ epoch: 'epoch-1', headSeq });
		expect(hub.subscribers.size).toBe(0);
		let read = 0;
		while ((await next(reader)) !== null) read++;
		expect(read).toBeLessThanOrEqual(64);
	});

	test('[I30] beyond the limit a new one is told when to come again', () => {
		hub.phones = 1_000;
		const { status, headers } = open();
		expect([status, headers.get('retry-after')]).toEqual([503, '30']);
	});
});
