import { describe, expect, it } from 'vitest';
import { asking, canArchive, canClose } from './ask.ts';
import type { Command } from './commands.ts';
import { availability, decide } from './decide.ts';
import { SHIPMENT_STATUSES, type ShipmentRow, type TrackingStep } from './rows.ts';
import { accepted, refused, shipmentOf } from './sample-answers.ts';
import { CLOSED, minutes, sampleContext, sampleShipment, sampleStep, sampleWorld } from './sample-rows.ts';
import { applyChanges } from './world.ts';

describe('closing and archiving', () => {
	const STEPS: TrackingStep[] = ['planned', 'boarding_ok', 'received_correspondent', 'received_recipient'];
	const delivered = (given: Partial<ShipmentRow> = {}) => sampleShipment({ status: 'delivered', ...given });
	const close = (shipment: ShipmentRow): Command => ({ name: 'shipment.close', args: { shipmentId: shipment.id } });
	const archive = (shipment: ShipmentRow): Command => ({ name: 'shipment.archive', args: { shipmentId: shipment.id } });

	it('[K1] needs `delivered` and each of four steps of this cycle; names what is missing', () => {
		for (const status of SHIPMENT_STATUSES)
			for (let has = 0; has < 16; has++) {
				const shipment = sampleShipment({ status });
				const steps = STEPS.filter((_step, bit) => has & (1 << bit));
				const timeline = steps.map((step, i) => sampleStep(shipment, step, i + 1));
				const decision = decide(close(shipment), sampleWorld({ shipments: [shipment], timeline }), sampleContext());
				const missing = STEPS.filter((step) => !steps.includes(step)).join(',');
				if (status === 'delivered' && missing === '') expect(decision.kind).toBe('ok');
				else
					expect(decision).toMatchObject({
						kind: 'rejected',
						rejection: { code: 'closure_incomplete', params: { status, ...(missing ? { missing } : {}) } }
					});
				const view = { shipment, timeline };
				expect(canClose(view, asking(sampleContext().actor, minutes(60))).allowed).toBe(decision.kind === 'ok');
			}
	});

	it('[D5] steps of a former cycle do not count', () => {
		const shipment = delivered({ cycle: 2 });
		const timeline = STEPS.map((step, i) => sampleStep(shipment, step, i + 1, { cycle: 1 }));
		expect(refused(close(shipment), sampleWorld({ shipments: [shipment], timeline })).params['missing']).toBe(
			STEPS.join(',')
		);
	});

	it('[K1] writes who and when; again is a note', () => {
		const shipment = delivered();
		const world = sampleWorld({
			shipments: [shipment],
			timeline: STEPS.map((step, i) => sampleStep(shipment, step, i + 1))
		});
		const decision = accepted(close(shipment), world);
		expect(shipmentOf(decision)).toMatchObject({ closedAt: minutes(60), closedBy: 'Responsable' });
		expect(decision.changes.timeline).toMatchObject([{ kind: 'close', ordinal: 5 }]);
		applyChanges(world, decision.changes);
		expect(decide(close(shipment), world, sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_closed', params: { by: 'Responsable', at: minutes(60) } }
		});
	});

	it('[S5] takes a draft or a closed case, nothing else, and once', () => {
		for (const status of SHIPMENT_STATUSES) {
			const shipment = sampleShipment({ status });
			const expected = status === 'draft' ? 'ok' : 'not_archivable';
			const decision = decide(archive(shipment), sampleWorld({ shipments: [shipment] }), sampleContext());
			expect(decision.kind === 'ok' ? 'ok' : decision.rejection.code).toBe(expected);
			expect(canArchive({ shipment, timeline: [] }, sampleContext()).allowed).toBe(status === 'draft');
		}
		const closed = delivered(CLOSED);
		const world = sampleWorld({ shipments: [closed] });
		const decision = accepted(archive(closed), world);
		expect(shipmentOf(decision)).toMatchObject({
			archivedAt: minutes(60),
			archivedBy: 'Responsable',
			closedBy: 'Bureau'
		});
		expect(decision.changes.timeline).toMatchObject([{ kind: 'archive' }]);
		applyChanges(world, decision.changes);
		expect(decide(archive(closed), world, sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_archived', params: { by: 'Responsable' } }
		});
	});

	it('[T5] renewing gives a new token; a phone leaves it open', () => {
		const shipment = sampleShipment({ status: 'planned' });
		const world = sampleWorld({ shipments: [shipment] });
		const actor = { ...sampleContext().actor, role: 'admin' as const };
		const context = sampleContext({ actor });
		const renew: Command = { name: 'shipment.renewLink', args: { shipmentId: shipment.id } };
		const decision = accepted(renew, world, context);
		expect(shipmentOf(decision)).toEqual({ ...shipment, trackingToken: context.numbers?.trackingToken });
		expect(decision.assigned).toEqual({ trackingToken: context.numbers?.trackingToken });
		const onPhone = accepted(renew, world, sampleContext({ actor, side: 'phone', numbers: null }));
		expect([shipmentOf(onPhone).trackingToken, onPhone.assigned]).toEqual([null, {}]);
	});

	it('a button asks without saving, and hears why not', () => {
		const shipment = sampleShipment({ status: 'planned' });
		const world = sampleWorld({ shipments: [shipment] });
		expect(availability(close(shipment), world, sampleContext())).toMatchObject({
			allowed: false,
			rejection: { code: 'closure_incomplete' }
		});
		expect(availability(archive(sampleShipment()), world, sampleContext())).toMatchObject({
			allowed: false,
			rejection: { code: 'not_found' }
		});
	});
});
