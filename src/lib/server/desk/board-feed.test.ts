import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boardAfter, type BoardNews, type ToldBoard } from '#lib/protocol/board-news.ts';
import type { Poke, Subscriber } from '#lib/server/store/store-port.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { BoardFeed, type BoardAddress } from './board-feed.ts';

interface Row {
	id: string;
	status: string;
	next: { refusal: string | null } | null;
}

/** The hub without its pauses: every commit is passed on when the test says so. */
class Hub {
	readonly subscribers = new Set<Subscriber>();
	subscribe = (subscriber: Subscriber) => {
		this.subscribers.add(subscriber);
		return () => void this.subscribers.delete(subscriber);
	};
	streams = () => ({ desk: 0, phone: 0 });
	poke(tables?: string[]): void {
		const news: Poke = { epoch: 'e1', headSeq: 1, ...(tables && { tables }) };
		for (const { poke } of this.subscribers) poke(news);
	}
}

let world: TestWorld;
let hub: Hub;
let reads: number;
let now: number;
let waiting: { at: number; run: () => void }[];
let readMs: number;
let broken: boolean;
let feed: BoardFeed;
let failures: unknown[];

beforeEach(async () => {
	world = await createWorld({ at: '2026-03-02T08:00:00.000Z' });
	[hub, reads, now, waiting, readMs] = [new Hub(), 0, 0, [], 10];
	[failures, broken] = [[], false];
	const store = {
		siteTimeZone: 'Europe/Paris',
		events: hub,
		read: (work: Parameters<typeof world.store.read>[0]) => {
			reads++;
			if (broken) throw new Error('disk I/O error');
			now += readMs / 3;
			return world.store.read(work);
		}
	};
	feed = new BoardFeed(
		store as unknown as TestWorld['store'],
		() => world.now(),
		(error) => failures.push(error),
		{
			now: () => now,
			after(ms, run) {
				const timer = { at: now + ms, run };
				waiting.push(timer);
				return () => waiting.splice(waiting.indexOf(timer), 1);
			}
		}
	);
});
afterEach(() => world.close());

function pass(ms: number): void {
	now += ms;
	for (const timer of waiting.filter(({ at }) => at <= now)) {
		waiting.splice(waiting.indexOf(timer), 1);
		timer.run();
	}
}

function follower(address: Partial<BoardAddress> = {}) {
	const told: BoardNews<Row>[] = [];
	let page: ToldBoard<Row> | null = null;
	const stop = feed.follow({ search: '', role: 'manager', locale: 'fr', ...address }, (news) => {
		told.push(news);
		page = boardAfter(page, news);
	});
	return { told, stop, page: () => page! };
}

const news = (...tables: string[]) => {
	hub.poke(tables);
	pass(0);
};

describe('an open board', () => {
	test('is told its page at once, then only the rows that changed', async () => {
		const [a, b] = [await world.plannedShipment(), await world.plannedShipment()];
		const board = follower();
		expect(board.page().rows.map(({ id }) => id)).toEqual([b.shipmentId, a.shipmentId]);
		await world.track(a.shipmentId, 'boarding_ok');
		news('shipments', 'timeline');
		expect(board.told[1]!.rows.map(({ id, status }) => [id, status])).toEqual([[a.shipmentId, 'shipped']]);
		expect(board.page().rows.map(({ status }) => status)).toEqual(['planned', 'shipped']);
	});

	test('hears nothing of scans, nor where nothing of it changed', async () => {
		await world.plannedShipment();
		const board = follower();
		const before = reads;
		news('cartons', 'shipments');
		expect(reads).toBe(before);
		news('timeline');
		expect(reads).toBeGreaterThan(before);
		expect(board.told).toHaveLength(1);
	});

	test('hears of a shipment that enters or leaves, with the totals', async () => {
		const { shipmentId } = await world.plannedShipment();
		const board = follower();
		const entering = await world.plannedShipment();
		news('timeline');
		expect([board.page().total, board.page().rows.map(({ id }) => id)]).toEqual([2, [entering.shipmentId, shipmentId]]);
	});

	test('a poke that does not say which tables is about the board, too', async () => {
		const { shipmentId } = await world.plannedShipment();
		const board = follower();
		await world.track(shipmentId, 'boarding_ok');
		hub.poke();
		pass(0);
		expect(board.page().rows[0]!.status).toBe('shipped');
	});
});

describe('many open boards', () => {
	test('the same address, role and language is read once, and who comes later is told the whole page', async () => {
		const { shipmentId } = await world.plannedShipment();
		const [first, second] = [follower(), follower({ search: 'closed=no&page=0&columns=x' })];
		await world.track(shipmentId, 'boarding_ok');
		const before = reads;
		news('timeline');
		const once = reads - before;
		const third = follower();
		for (const board of [first, second, third]) expect(board.page().rows[0]!.status).toBe('shipped');
		follower({ role: 'viewer' });
		const beforeBoth = reads;
		pass(1_000);
		news('timeline');
		expect(reads - beforeBoth).toBe(2 * once);
	});

	test('[§9] a role is told its own next steps, a language its own sentences', async () => {
		await world.plannedShipment();
		const why = (address: Partial<BoardAddress>) => follower(address).page().rows[0]!.next!.refusal;
		expect(why({ role: 'operator' })).toBeNull();
		expect(why({ role: 'viewer' })).toMatch(/opérat/i);
		expect(why({ role: 'viewer', locale: 'en' })).toMatch(/operator/i);
	});

	test('reading takes a twelfth of the time at most, however many changes come', async () => {
		await world.plannedShipment();
		follower();
		const [before, started] = [reads, now];
		let busyMs = 0;
		for (let n = 0; n < 2_000; n++) {
			hub.poke(['timeline']);
			const at = now;
			pass(0);
			busyMs += now - at;
			pass(5);
		}
		expect(reads).toBeGreaterThan(before + 30);
		expect(busyMs / (now - started)).toBeLessThan(1 / 10);
	});

	test('[I39] a reading that fails is reported, and the next news are read', async () => {
		const { shipmentId } = await world.plannedShipment();
		const board = follower();
		await world.track(shipmentId, 'boarding_ok');
		broken = true;
		news('timeline');
		expect([failures.length, board.page().rows[0]!.status]).toEqual([1, 'planned']);
		broken = false;
		pass(1_000);
		news('timeline');
		expect(board.page().rows[0]!.status).toBe('shipped');
	});

	test('one whose first reading fails is not followed', () => {
		broken = true;
		expect(() => follower()).toThrow('disk I/O error');
		expect(hub.subscribers.size).toBe(0);
	});

	test('the last that leaves ends the reading, one that stays goes on', async () => {
		await world.plannedShipment();
		const [one, two] = [follower(), follower()];
		one.stop();
		expect(hub.subscribers.size).toBe(1);
		hub.poke(['timeline']);
		two.stop();
		expect([hub.subscribers.size, waiting.length]).toEqual([0, 0]);
	});
});
