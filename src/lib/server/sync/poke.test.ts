import { beforeEach, expect, test } from 'vitest';
import type { Poke, Subscriber } from '#lib/server/store/store-port.ts';
import { createWorld, SEEDED } from '../../../../tests/support/world.ts';
import { PokeHub } from './poke.ts';

let now: number;
let timers: { at: number; run: () => void }[];
let hub: PokeHub;
let fraction: number;

beforeEach(() => {
	[now, timers, fraction] = [1000, [], 0.5];
	hub = new PokeHub('e1', 0, {
		now: () => now,
		after(ms, run) {
			const timer = { at: now + ms, run };
			timers.push(timer);
			return () => timers.splice(timers.indexOf(timer), 1);
		},
		fraction: () => fraction
	});
});

function advance(ms: number): void {
	now += ms;
	for (const timer of timers.filter(({ at }) => at <= now)) {
		timers.splice(timers.indexOf(timer), 1);
		timer.run();
	}
}

function stream(more: Partial<Subscriber> = {}): { pokes: Poke[]; close: () => void } {
	const pokes: Poke[] = [];
	const close = hub.subscribe({
		scopes: ['*', 'warehouse:a'],
		kind: 'phone',
		poke: (news) => pokes.push(news),
		...more
	});
	return { pokes, close };
}

const news = (scope: string, replicaId: string | null = null) => [{ replicaId, scopes: [scope], tables: ['cartons'] }];

test('the first poke comes at once and says only where the head is', () => {
	const { pokes } = stream();
	hub.publish(news('*'), 7);
	expect(pokes).toEqual([{ epoch: 'e1', headSeq: 7 }]);
});

test('a phone hears at most once in two seconds, and then of the latest head', () => {
	const { pokes } = stream();
	for (let seq = 1; seq <= 10; seq++) hub.publish(news('warehouse:a'), seq);
	expect(pokes.map(({ headSeq }) => headSeq)).toEqual([1]);
	advance(1999);
	expect(pokes).toHaveLength(1);
	advance(1);
	expect(pokes.map(({ headSeq }) => headSeq)).toEqual([1, 10]);
	advance(60_000);
	expect(pokes).toHaveLength(2);
});

test('phones are spread over a second, a desk is not', () => {
	const [phone, desk] = [stream(), stream({ kind: 'desk', scopes: 'all' })];
	fraction = 0;
	hub.publish(news('*'), 1);
	hub.publish(news('*'), 2);
	advance(250);
	expect(desk.pokes.map(({ headSeq }) => headSeq)).toEqual([1, 2]);
	advance(1249);
	expect(phone.pokes).toHaveLength(1);
	advance(1);
	expect(phone.pokes).toHaveLength(2);
});

test('[I27] only streams whose scope changed are poked', () => {
	const [a, b, desk] = [stream(), stream({ scopes: ['*', 'warehouse:b'] }), stream({ kind: 'desk', scopes: 'all' })];
	hub.publish(news('warehouse:b'), 1);
	hub.publish(news('replica:r1'), 2);
	hub.publish([], 3);
	advance(5000);
	expect([a.pokes.length, b.pokes.length]).toEqual([0, 1]);
	expect(desk.pokes.at(-1)!.headSeq).toBe(3);
});

test('the replica that caused the news is not told of it, and is told of others’', () => {
	const mine = stream({ replicaId: 'r1' });
	hub.publish(news('*', 'r1'), 1);
	expect(mine.pokes).toEqual([]);
	hub.publish([...news('*', 'r1'), ...news('*', 'r2')], 2);
	expect(mine.pokes).toHaveLength(1);
});

test('[I30] a closed stream hears nothing more and is not counted', () => {
	const one = stream();
	const desk = stream({ kind: 'desk', scopes: 'all' });
	expect(hub.streams()).toEqual({ desk: 1, phone: 1 });
	hub.publish(news('*'), 1);
	hub.publish(news('*'), 2);
	one.close();
	hub.close();
	advance(5000);
	expect([one.pokes.length, desk.pokes.length]).toEqual([1, 1]);
	expect(hub.streams()).toEqual({ desk: 0, phone: 0 });
	expect(timers).toEqual([]);
});

test('a stream that throws is dropped, and the others still hear', () => {
	hub.subscribe({
		scopes: 'all',
		kind: 'desk',
		poke() {
			throw new Error('socket closed');
		}
	});
	const other = stream();
	hub.publish(news('*'), 1);
	expect(other.pokes).toHaveLength(1);
	expect(hub.streams()).toEqual({ desk: 0, phone: 1 });
});

test('[I10] a stream that is opened before the hello hears what concerns everybody, after it also of its warehouse', async () => {
	const world = await createWorld();
	expect(world.store.scopesOf('r1', SEEDED.device)).toEqual(['*']);
	await world.phone('r1', { warehouseId: 'w-paris' });
	expect(world.store.scopesOf('r1', SEEDED.device)).toEqual(['*', 'warehouse:w-paris']);
	await world.close();
});

test('a scan of one phone pokes the desk and the other phones, not the first; a refused one pokes nobody', async () => {
	const world = await createWorld();
	const shipmentId = await world.shipment();
	const [cartonId] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
	const [one, two] = [await world.phone('r1'), await world.phone('r2')];
	const heard: string[] = [];
	for (const phone of [one, two]) {
		const scopes = world.store.scopesOf(phone.replicaId, SEEDED.device);
		world.store.events.subscribe({
			scopes,
			replicaId: phone.replicaId,
			kind: 'phone',
			poke: () => heard.push(phone.replicaId)
		});
	}
	world.store.events.subscribe({ scopes: 'all', kind: 'desk', poke: () => heard.push('desk') });
	await one.do({ name: 'carton.label', args: { cartonId: 'nothing', shipmentId } });
	expect(heard).toEqual([]);
	await one.do({ name: 'carton.label', args: { cartonId, shipmentId } });
	expect(heard.sort()).toEqual(['desk', 'r2']);
	await world.close();
});

test('a desk hears which tables have news, of everything since its last poke; a phone does not', () => {
	const [desk, phone] = [stream({ kind: 'desk', scopes: 'all' }), stream()];
	const about = (...tables: string[]) => [{ replicaId: null, scopes: ['*'], tables }];
	hub.publish(about('timeline', 'shipments'), 1);
	hub.publish(about('cartons'), 2);
	hub.publish(about('people', 'cartons'), 3);
	advance(250);
	expect(desk.pokes.map(({ tables }) => tables)).toEqual([
		['shipments', 'timeline'],
		['cartons', 'people']
	]);
	expect(phone.pokes[0]).toEqual({ epoch: 'e1', headSeq: 1 });
});
