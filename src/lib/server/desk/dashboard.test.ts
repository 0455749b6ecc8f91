import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asking, canClose } from '#lib/domain/ask.ts';
import { boardAlert } from '#lib/domain/progress.ts';
import type { TrackingStep } from '#lib/domain/rows.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { readDashboard, WAITING, type DashboardSpan, type Waiting } from './dashboard.ts';
import { dashboardQuery } from './dashboard-query.ts';
import { readShipment } from './shipment-page.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: TestWorld;
let reader: ReadClient;
beforeEach(async () => {
	// Thursday, three days before clocks go forward in Paris.
	world = await createWorld({ on: 'disk', at: '2026-03-26T08:00:00.000Z' });
	reader = openReadClient(world.file);
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

const read = (address = 'period=90d', span: Partial<DashboardSpan> = {}, zone = 'Europe/Paris') => {
	const { from, until } = dashboardQuery(new URLSearchParams(address), world.at(), zone);
	return readDashboard(reader, { from, until, destinationId: null, ...span }, zone, world.now());
};

async function upTo(...steps: TrackingStep[]): Promise<string> {
	const { shipmentId } = await world.plannedShipment();
	for (const step of steps) await world.track(shipmentId, step);
	return shipmentId;
}
const dispute = async (shipmentId: string) => {
	const disputeId = world.id();
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'abîmé' } });
	return disputeId;
};
const DELIVERED = ['boarding_ok', 'received_correspondent', 'received_recipient'] as const;

/** What the rule book itself says of every shipment. */
async function byRule(): Promise<Record<Waiting, number>> {
	const counts = Object.fromEntries(WAITING.map((what) => [what, 0])) as Record<Waiting, number>;
	const manager = asking({ personId: 'p', name: 'P', structure: 'S', role: 'manager' }, world.at());
	for (const { id } of world.rows<{ id: string }>(`SELECT id FROM shipment`)) {
		const reading = (await readShipment(reader, id))!;
		const { shipment, timeline } = reading;
		const steps = timeline.filter(({ cycle, kind }) => kind === 'step' && cycle === shipment.cycle);
		const alert = boardAlert(shipment, world.at(), Object.fromEntries(steps.map((row) => [row.step, row.occurredAt])));
		if (alert !== null) counts[alert]++;
		if (shipment.disputeId !== null) counts.disputed++;
		if (canClose(reading, manager).allowed) counts.closable++;
	}
	return counts;
}

const totals = async () =>
	Object.fromEntries(Object.entries((await read()).waiting).map(([what, { total }]) => [what, total]));

describe('[B4, D1, K1] what waits', () => {
	test('is what the rule book says of each shipment, before and after the 72 hours', async () => {
		await upTo();
		await upTo('boarding_ok');
		await upTo('boarding_ok', 'received_correspondent');
		await upTo(...DELIVERED);
		const moved = await upTo();
		const closed = await upTo(...DELIVERED);
		await world.desk({ name: 'shipment.close', args: { shipmentId: closed } });
		const archived = await upTo(...DELIVERED);
		await world.desk({ name: 'shipment.close', args: { shipmentId: archived } });
		await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
		await dispute(await upTo(...DELIVERED));
		await dispute(await upTo('boarding_ok'));
		await world.shipment();
		expect(await totals()).toEqual(await byRule());
		world.advance(40 * HOUR_MS);
		await world.track(moved, 'moved_export');
		for (const ms of [32 * HOUR_MS, 1, HOUR_MS]) {
			world.advance(ms);
			expect(await totals()).toEqual(await byRule());
		}
		expect(await totals()).toEqual({
			...{ boarding_late: 2, reception_late: 2, delivery_late: 1 },
			...{ disputed: 2, closable: 1 }
		});
	});

	test('is never hidden by the period: what began to wait outside it is counted beside it', async () => {
		await upTo();
		world.advance(10 * DAY_MS);
		await dispute(await world.shipment());
		const { waiting } = await read('period=week');
		expect(waiting.boarding_late).toEqual({ total: 1, inPeriod: 0 });
		expect(waiting.disputed).toEqual({ total: 1, inPeriod: 1 });
	});
});

describe('shipments and cartons', () => {
	test('[S1, C1] are counted by status as they were created; closed apart, archived and discarded ones not at all', async () => {
		await upTo();
		await upTo(...DELIVERED);
		const closed = await upTo(...DELIVERED);
		await world.desk({ name: 'shipment.close', args: { shipmentId: closed } });
		await world.desk({ name: 'shipment.archive', args: { shipmentId: await world.shipment() } });
		await world.cartons(2, 'packed');
		const [gone] = await world.cartons(1, 'draft');
		await world.desk({ name: 'carton.discard', args: { cartonId: gone! } });
		const { shipments, cartons } = await read();
		const none = { draft: 0, picking: 0, packed: 0, shipped: 0, received_correspondent: 0 };
		expect(shipments).toEqual({ ...none, planned: 1, delivered: 1, closed: 1 });
		expect(cartons).toEqual({ draft: 0, picking: 0, packed: 2, assigned: 0, labeled: 1, shipped: 2 });
		world.advance(100 * DAY_MS);
		expect((await read()).shipments.planned).toBe(0);
		expect((await read('period=year')).cartons.labeled).toBe(1);
	});

	test('[S3] of a destination: its shipments and their cartons alone', async () => {
		await upTo();
		await world.cartons(1, 'packed');
		await world.store.saveReference('destinations', [
			{ id: 'd-dkr', city: 'Dakar', iata: 'DSS', country: 'Sénégal', correspondentId: null, active: true }
		]);
		const here = await read('period=90d', { destinationId: SEEDED.destination });
		expect([here.shipments.planned, here.cartons.labeled, here.cartons.packed]).toEqual([1, 1, 0]);
		const there = await read('period=90d', { destinationId: 'd-dkr' });
		expect([there.shipments.planned, there.cartons.labeled, there.waiting.boarding_late.total]).toEqual([0, 0, 0]);
		expect((await read()).cartons.packed).toBe(1);
	});
});

describe('[D5] boardings', () => {
	const weeks = async (address: string, zone?: string) =>
		(await read(address, {}, zone)).boardings.map(({ week, count, isPartial }) => [week, count, isPartial]);

	test('[B1, T4] fall in the site’s ISO weeks, across the change of clocks', async () => {
		// Sunday 23:30 in Paris, in summer time since that morning: Monday already by winter time, and in UTC still Sunday.
		world.advance(Date.parse('2026-03-29T21:30:00.000Z') - world.now().getTime());
		await upTo('boarding_ok');
		world.advance(HOUR_MS);
		await upTo('boarding_ok');
		world.advance(2 * DAY_MS);
		const expected = [
			['2026-W13', 1, true],
			['2026-W14', 1, true]
		];
		expect(await weeks('from=2026-03-26&to=2026-03-31')).toEqual(expected);
		expect(await weeks('from=2026-03-29&to=2026-03-29')).toEqual([['2026-W13', 1, true]]);
		expect(await weeks('from=2026-03-23&to=2026-03-29', 'America/Cayenne')).toEqual([['2026-W13', 2, false]]);
	});

	test('count in the current cycle only, once, and stay when the case is archived', async () => {
		const again = await upTo('boarding_ok');
		const disputeId = await dispute(again);
		expect((await weeks('period=week'))[0]?.[1]).toBe(1);
		await world.desk({ name: 'shipment.resolve', args: { shipmentId: again, disputeId } });
		expect((await weeks('period=week'))[0]?.[1]).toBe(0);
		for (const step of ['planning_ok', 'planned', 'boarding_ok'] as const) await world.track(again, step);
		const archived = await upTo(...DELIVERED);
		await world.desk({ name: 'shipment.close', args: { shipmentId: archived } });
		await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
		expect((await weeks('period=week'))[0]?.[1]).toBe(2);
	});

	test('every week of the period has its place, empty ones and those of two years too', async () => {
		const listed = await weeks('from=2025-12-20&to=2026-01-10');
		expect(listed.map(([week]) => week)).toEqual(['2025-W51', '2025-W52', '2026-W01', '2026-W02']);
		expect(listed.map(([, , isPartial]) => isPartial)).toEqual([true, false, false, true]);
	});
});
