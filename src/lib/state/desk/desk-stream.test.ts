import { describe, expect, test } from 'vitest';
import { DeskStream, type EventStream, type StreamPorts } from './desk-stream.svelte.ts';

class FakeStream implements EventStream {
	readyState = 1;
	closed = false;
	readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();
	addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
		this.#listeners.set(type, listener);
	}
	close(): void {
		this.closed = true;
	}
	says(type: 'open' | 'heartbeat' | 'poke' | 'board' | 'error', data?: unknown): void {
		this.#listeners.get(type)?.({ data });
	}
}

class FakeBrowser implements StreamPorts {
	readonly streams: FakeStream[] = [];
	readonly addresses: string[] = [];
	refreshes = 0;
	/** What each refresh was about. */
	readonly touched: (readonly string[] | null)[] = [];
	serverAnswers = true;
	#now = 0;
	#ticks: { ms: number; tick: () => void; last: number }[] = [];
	#hold: (() => void)[] | null = null;

	get stream(): FakeStream {
		const last = this.streams.at(-1);
		if (last === undefined) throw new Error('no stream was opened');
		return last;
	}
	open(address: string): EventStream {
		this.addresses.push(address);
		this.streams.push(new FakeStream());
		return this.stream;
	}
	refresh(touched: readonly string[] | null): Promise<void> {
		this.refreshes++;
		this.touched.push(touched);
		return this.#hold === null ? Promise.resolve() : new Promise((resolve) => this.#hold?.push(resolve));
	}
	answers(): Promise<boolean> {
		return Promise.resolve(this.serverAnswers);
	}
	now(): number {
		return this.#now;
	}
	every(ms: number, tick: () => void): () => void {
		const timer = { ms, tick, last: this.#now };
		this.#ticks.push(timer);
		return () => {
			this.#ticks = this.#ticks.filter((other) => other !== timer);
		};
	}

	/** Lets time pass, tick by tick, and whatever follows from it happen. */
	async pass(ms: number): Promise<void> {
		for (const until = this.#now + ms; this.#now < until;) {
			this.#now += 1000;
			for (const timer of this.#ticks)
				if (this.#now - timer.last >= timer.ms) {
					timer.last = this.#now;
					timer.tick();
				}
			await this.settle();
		}
	}
	async settle(): Promise<void> {
		for (let i = 0; i < 10; i++) await Promise.resolve();
	}
	/** Refreshes take until they are let go. */
	slow(): void {
		this.#hold = [];
	}
	async letGo(): Promise<void> {
		for (const resolve of this.#hold?.splice(0) ?? []) resolve();
		await this.settle();
	}
}

function started() {
	const browser = new FakeBrowser();
	const stream = new DeskStream(browser, '/desk');
	return { browser, stream, stop: stream.start() };
}

async function live() {
	const all = started();
	all.browser.stream.says('open');
	await all.browser.settle();
	return all;
}

describe('what it says', () => {
	test('nothing before the server was heard', () => {
		expect(started().stream.state).toBe('connecting');
	});

	test('live once it was, and reads what was missed meanwhile', async () => {
		const { browser, stream } = await live();
		expect([stream.state, browser.refreshes]).toEqual(['live', 1]);
	});

	test('stale at an error, live and read anew at the next word', async () => {
		const { browser, stream } = await live();
		browser.stream.says('error');
		expect(stream.state).toBe('stale');
		browser.stream.says('heartbeat');
		await browser.settle();
		expect([stream.state, browser.refreshes]).toEqual(['live', 2]);
	});

	test('stale after 40 seconds of silence, on a new connection; since the last word', async () => {
		const { browser, stream } = await live();
		const first = browser.stream;
		await browser.pass(40_000);
		expect(stream.state).toBe('live');
		await browser.pass(5_000);
		expect([stream.state, stream.heardAt, first.closed, browser.streams.length]).toEqual(['stale', 0, true, 2]);
	});

	test('heartbeats keep it live for hours without reading more than every five minutes', async () => {
		const { browser, stream } = await live();
		for (let i = 0; i < 240; i++) {
			browser.stream.says('heartbeat');
			await browser.pass(15_000);
		}
		expect([stream.state, browser.streams.length]).toEqual(['live', 1]);
		// An hour: lateness (B4) moves with time alone.
		expect(browser.refreshes - 1).toBeGreaterThanOrEqual(10);
		expect(browser.refreshes - 1).toBeLessThanOrEqual(12);
	});
});

describe('while stale', () => {
	test('it reads every 30 seconds, but only where the server answers', async () => {
		const { browser } = await live();
		browser.stream.says('error');
		browser.serverAnswers = false;
		await browser.pass(120_000);
		expect(browser.refreshes).toBe(1);
		browser.serverAnswers = true;
		await browser.pass(60_000);
		expect(browser.refreshes).toBe(3);
	});

	test('a connection that the browser gave up is opened again', async () => {
		const { browser } = await live();
		browser.stream.says('error');
		browser.stream.readyState = 2;
		await browser.pass(5_000);
		expect(browser.streams.length).toBe(2);
	});

	test('a replaced stream no longer speaks', async () => {
		const { browser, stream } = await live();
		const first = browser.stream;
		await browser.pass(45_000);
		first.says('heartbeat');
		expect(stream.state).toBe('stale');
	});
});

describe('a board that is told', () => {
	const page = { now: '2026-03-02T08:00:00.000Z', total: 1, cartons: 4, late: 0, pages: 1 };
	const told = (status: string) => JSON.stringify({ ...page, ids: ['a'], rows: [{ id: 'a', status }] });

	test('holds what the stream said of its own address, and reads nothing for it', async () => {
		const { browser, stream } = await live();
		stream.follow('/board');
		browser.stream.says('board', told('planned'));
		browser.stream.says('board', told('shipped'));
		expect([stream.board('/board')?.rows, stream.board('/desk')]).toEqual([[{ id: 'a', status: 'shipped' }], null]);
		expect(browser.refreshes).toBe(1);
	});

	test('another address opens another stream at once, without a word of staleness; the same one does not', async () => {
		const { browser, stream } = await live();
		const first = browser.stream;
		stream.follow('/board');
		stream.follow('/board');
		expect([browser.addresses, first.closed, stream.state]).toEqual([['/desk', '/board'], true, 'live']);
	});

	test('after a silence it begins anew with the whole page', async () => {
		const { browser, stream } = await live();
		stream.follow('/board');
		browser.stream.says('board', told('planned'));
		await browser.pass(45_000);
		expect(browser.addresses.at(-1)).toBe('/board');
		browser.stream.says('board', JSON.stringify({ ...page, ids: ['b'], rows: [{ id: 'b', status: 'planned' }] }));
		expect(stream.board<{ id: string }>('/board')?.rows).toEqual([{ id: 'b', status: 'planned' }]);
	});
});

describe('what a refresh is about', () => {
	const poke = (...tables: string[]) => JSON.stringify({ epoch: 'e1', headSeq: 1, tables });

	test('a poke names the tables, a word after silence names none', async () => {
		const { browser } = await live();
		browser.stream.says('poke', poke('timeline'));
		await browser.settle();
		expect(browser.touched).toEqual([null, ['timeline']]);
	});

	test('a poke that does not say, or that cannot be read, is about everything', async () => {
		const { browser } = await live();
		for (const data of ['{"epoch":"e1","headSeq":1}', 'not json', undefined]) {
			browser.stream.says('poke', data);
			await browser.settle();
		}
		expect(browser.touched).toEqual([null, null, null, null]);
	});

	test('what comes during a reading is read together after it', async () => {
		const { browser } = await live();
		browser.slow();
		for (const table of ['timeline', 'cartons', 'shipments']) browser.stream.says('poke', poke(table));
		await browser.letGo();
		expect(browser.touched).toEqual([null, ['timeline'], ['cartons', 'shipments']]);
	});
});

test('news that comes during a reading causes one more, however many they are', async () => {
	const { browser } = await live();
	browser.slow();
	for (let i = 0; i < 5; i++) browser.stream.says('poke');
	expect(browser.refreshes).toBe(2);
	await browser.letGo();
	expect(browser.refreshes).toBe(3);
	await browser.letGo();
	expect(browser.refreshes).toBe(3);
});

test('stopped, it closes and asks no more', async () => {
	const { browser, stop } = await live();
	stop();
	await browser.pass(600_000);
	expect([browser.stream.closed, browser.streams.length, browser.refreshes]).toEqual([true, 1, 1]);
});
