import { describe, expect, test } from 'vitest';
import { cartonLedgerFaults, shipmentLedgerFaults } from './ledger.ts';
import type { CartonEventRow, CartonStatus, ShipmentRow, TimelineRow } from './rows.ts';
import { minutes, sampleCarton, sampleShipment, sampleStep } from './sample-rows.ts';

type Event = Parameters<typeof cartonLedgerFaults>[1][number];

const event = (
	fromStatus: CartonStatus | null,
	toStatus: CartonStatus,
	shipmentBefore: string | null = null,
	shipmentAfter: string | null = null
): Event => ({ fromStatus, toStatus, shipmentBefore, shipmentAfter }) satisfies Partial<CartonEventRow>;

const HISTORY = [
	event(null, 'draft'),
	event('draft', 'packed'),
	event('packed', 'assigned', null, 's1'),
	event('assigned', 'labeled', 's1', 's1')
];
const labeled = sampleCarton({ id: 'one', status: 'labeled', shipmentId: 's1' });

describe('a carton against its history', () => {
	test('[C11] agrees where every event goes on from the former and the last one is what it is', () => {
		expect(cartonLedgerFaults(labeled, HISTORY)).toEqual([]);
	});

	test.for<[string, typeof labeled, Event[], RegExp]>([
		['has none', labeled, [], /has no history/],
		['has another status', { ...labeled, status: 'assigned' }, HISTORY, /is assigned where .* labeled/],
		['is elsewhere', { ...labeled, shipmentId: 's2' }, HISTORY, /in s2 where .* in s1/],
		['lost an event in the middle', labeled, HISTORY.toSpliced(1, 1), /goes on from packed where it was draft/],
		['lost its beginning', labeled, HISTORY.slice(1), /goes on from draft where it was not yet there/],
		[
			'left a shipment that it was not in',
			labeled,
			HISTORY.with(3, event('assigned', 'labeled', 's9', 's1')),
			/leaves s9 where it was in s1/
		]
	])('[C11] is told when it %s', ([, carton, events, fault]) => {
		expect(cartonLedgerFaults(carton, events)).toEqual([expect.stringMatching(fault)]);
	});
});

const cartons = { cartonsTotal: 1, cartonsLabeled: 1 };
const at = (ordinal: number, given: Partial<TimelineRow>, shipment: ShipmentRow): TimelineRow => ({
	...sampleStep(shipment, 'planned', ordinal),
	step: null,
	occurredAt: minutes(ordinal),
	...given
});

describe('a shipment against its timeline', () => {
	test('[S1] without a locking step its cartons decide', () => {
		expect(shipmentLedgerFaults(sampleShipment({ status: 'packed', ...cartons }), [])).toEqual([]);
		expect(shipmentLedgerFaults(sampleShipment({ status: 'picking', ...cartons }), [])).toEqual([
			expect.stringMatching(/status picking where its timeline makes it packed/)
		]);
	});

	const sent = sampleShipment({ status: 'delivered', closedAt: minutes(5), cartonsTotal: 1, cartonsShipped: 1 });
	const steps = (['planned', 'boarding_ok', 'received_correspondent', 'received_recipient'] as const).map((step, i) =>
		at(i + 1, { kind: 'step', step }, sent)
	);
	const life = [...steps, at(5, { kind: 'close' }, sent)];

	test('[T1, K1] its steps, and its closing, are its status', () => {
		expect(shipmentLedgerFaults(sent, life)).toEqual([]);
		expect(shipmentLedgerFaults({ ...sent, status: 'shipped' }, life)).toHaveLength(1);
		expect(shipmentLedgerFaults({ ...sent, closedAt: null }, life)).toHaveLength(1);
	});

	test('[D4, D5] a dispute opens the case again, its resolution starts a cycle', () => {
		const disputed = [...life, at(6, { kind: 'dispute', disputeId: 'd' }, sent), at(7, { kind: 'reopen' }, sent)];
		expect(shipmentLedgerFaults({ ...sent, closedAt: null, disputeId: 'd' }, disputed)).toEqual([]);
		const resolved = [...disputed, at(8, { kind: 'resolve', disputeId: 'd', cycle: 2 }, sent)];
		const planningAgain = {
			...sent,
			...cartons,
			cartonsShipped: 0,
			status: 'packed',
			closedAt: null,
			cycle: 2
		} as const;
		expect(shipmentLedgerFaults(planningAgain, resolved)).toEqual([]);
		expect(shipmentLedgerFaults({ ...planningAgain, cycle: 1 }, resolved)).toHaveLength(1);
		expect(shipmentLedgerFaults({ ...planningAgain, disputeId: 'd' }, resolved)).toHaveLength(1);
	});

	test('[D3] resolving before the lock changes the dispute alone', () => {
		const shipment = sampleShipment({ status: 'packed', ...cartons });
		const entries = [
			at(1, { kind: 'dispute', disputeId: 'd' }, shipment),
			at(2, { kind: 'resolve', disputeId: 'd' }, shipment)
		];
		expect(shipmentLedgerFaults(shipment, entries)).toEqual([]);
	});

	test('[S5] archiving, editing and numbering', () => {
		const shipment = sampleShipment({ archivedAt: minutes(3) });
		const entries = [
			at(1, { kind: 'edit' }, shipment),
			at(2, { kind: 'promote' }, shipment),
			at(3, { kind: 'archive' }, shipment)
		];
		expect(shipmentLedgerFaults(shipment, entries)).toEqual([]);
		expect(shipmentLedgerFaults({ ...shipment, archivedAt: null }, entries)).toHaveLength(1);
	});
});
