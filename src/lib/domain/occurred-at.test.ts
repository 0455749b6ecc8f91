import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { Context } from './decision.ts';
import type { ShipmentRow } from './rows.ts';
import { minutes, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';

/** The entry of a step that somebody records on a planned shipment whose latest step was at minute 30. */
function entry(context: Partial<Context>, occurredAt?: string, given: Partial<ShipmentRow> = {}) {
	const shipment = sampleShipment({ status: 'planned', latestStep: 'planned', latestStepAt: minutes(30), ...given });
	const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id });
	const args = {
		shipmentId: shipment.id,
		step: 'moved_export',
		cycle: 1,
		actorName: 'A',
		actorStructure: 'B',
		occurredAt
	} as const;
	const decision = decide(
		{ name: 'shipment.track', args },
		sampleWorld({ shipments: [shipment], cartons: [carton] }),
		sampleContext(context)
	);
	if (decision.kind !== 'ok') return decision.rejection;
	const [row] = decision.changes.timeline;
	return {
		at: row?.occurredAt,
		uncertain: row?.occurredUncertain,
		received: row?.receivedAt,
		latest: decision.changes.shipments[0]?.latestStepAt
	};
}

describe('when something happened', () => {
	it('[T4] the device’s time within its bounds', () => {
		expect(entry({ deviceAt: minutes(40) })).toEqual({
			at: minutes(40),
			uncertain: false,
			received: minutes(60),
			latest: minutes(40)
		});
		expect(entry({ deviceAt: minutes(30) })).toMatchObject({ at: minutes(30), uncertain: false });
		expect(entry({ deviceAt: minutes(60) })).toMatchObject({ at: minutes(60), uncertain: false });
	});

	it('[T4] outside it is moved to the bound and marked', () => {
		expect(entry({ deviceAt: minutes(61) })).toMatchObject({ at: minutes(60), uncertain: true });
		expect(entry({ deviceAt: minutes(29) })).toMatchObject({ at: minutes(30), uncertain: true });
		expect(
			entry({ deviceAt: '2025-01-01T00:00:00.000Z' }, undefined, { latestStep: null, latestStepAt: null })
		).toMatchObject({ at: minutes(0), uncertain: true });
		expect(entry({ deviceAt: '2027-06-01T00:00:00.000Z' })).toMatchObject({ at: minutes(60), uncertain: true });
	});

	it('[T4] never later than the server’s time, even where the former step is', () => {
		expect(
			entry({ deviceAt: minutes(40), receivedAt: minutes(50) }, undefined, { latestStepAt: minutes(55) })
		).toMatchObject({ at: minutes(50), uncertain: true });
	});

	it('[T4] a typed time counts, and is refused outside its bounds', () => {
		expect(entry({}, minutes(31))).toMatchObject({ at: minutes(31), uncertain: false });
		expect(entry({}, minutes(30))).toMatchObject({ at: minutes(30) });
		const range = { code: 'occurred_at_out_of_range', params: { earliest: minutes(30), latest: minutes(60) } };
		expect(entry({}, minutes(29))).toMatchObject(range);
		expect(entry({}, minutes(61))).toMatchObject(range);
	});

	it('[I25] a phone leaves "in the future" to the server', () => {
		expect(entry({ side: 'phone' }, minutes(61))).toMatchObject({ at: minutes(61) });
		expect(entry({ side: 'phone' }, minutes(29))).toMatchObject({ code: 'occurred_at_out_of_range' });
	});

	it('[T4] cartons and other entries are dated the same way', () => {
		const carton = sampleCarton({ status: 'packed' });
		const shipment = sampleShipment();
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const ahead = sampleContext({ deviceAt: minutes(90) });
		const moved = decide({ name: 'carton.setStatus', args: { cartonId: carton.id, status: 'picking' } }, world, ahead);
		expect(moved).toMatchObject({
			changes: {
				cartons: [{ statusAt: minutes(60) }],
				cartonEvents: [{ occurredAt: minutes(60), receivedAt: minutes(60) }]
			}
		});
		const disputed = decide(
			{ name: 'shipment.dispute', args: { shipmentId: shipment.id, disputeId: 'd', reason: 'x' } },
			world,
			ahead
		);
		expect(disputed).toMatchObject({ changes: { timeline: [{ occurredAt: minutes(60), occurredUncertain: true }] } });
	});
});
