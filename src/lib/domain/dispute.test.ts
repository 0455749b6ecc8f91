import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import { SHIPMENT_STATUSES, type ShipmentRow } from './rows.ts';
import { accepted, refused, shipmentOf } from './sample-answers.ts';
import {
	ARCHIVED,
	CLOSED,
	DISPUTED,
	minutes,
	sampleCarton,
	sampleContext,
	sampleShipment,
	sampleStep,
	sampleWorld
} from './sample-rows.ts';
import { applyChanges } from './world.ts';

describe('disputes', () => {
	const dispute = (shipment: ShipmentRow): Command => ({
		name: 'shipment.dispute',
		args: { shipmentId: shipment.id, disputeId: 'd2', reason: 'Manquant' }
	});
	const resolve = (shipment: ShipmentRow, disputeId = 'dispute'): Command => ({
		name: 'shipment.resolve',
		args: { shipmentId: shipment.id, disputeId, comment: 'Retrouvé' }
	});

	it('[D1] is set at any time, with its reason, on the timeline', () => {
		for (const status of SHIPMENT_STATUSES) {
			const shipment = sampleShipment({ status });
			const decision = decide(dispute(shipment), sampleWorld({ shipments: [shipment] }), sampleContext());
			if (decision.kind !== 'ok') throw new Error(status);
			expect(shipmentOf(decision)).toMatchObject({
				disputeId: 'd2',
				disputeReason: 'Manquant',
				disputedBy: 'Responsable',
				disputedAt: minutes(60)
			});
			expect(decision.changes.timeline).toMatchObject([
				{ kind: 'dispute', comment: 'Manquant', disputeId: 'd2', cycle: 1 }
			]);
		}
	});

	it('[D1, D3] set again, or resolved without one: notes, by whom and when', () => {
		const disputed = sampleShipment(DISPUTED);
		expect(decide(dispute(disputed), sampleWorld({ shipments: [disputed] }), sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_disputed', params: { reason: 'Palette mouillée', by: 'Quai', at: minutes(9) } }
		});
		const calm = sampleShipment();
		const resolved = sampleStep(calm, 'planned', 1, { kind: 'resolve', step: null, actorName: 'Awa' });
		expect(
			decide(resolve(calm), sampleWorld({ shipments: [calm], timeline: [resolved] }), sampleContext())
		).toMatchObject({
			kind: 'noop',
			rejection: { code: 'not_disputed', params: { by: 'Awa', at: resolved.occurredAt } }
		});
		expect(refused(resolve(calm), sampleWorld({ shipments: [calm] })).params).toEqual({ reference: calm.reference });
	});

	it('[D2] stops tracking, labelling, assigning, removing, packing, editing, closing and archiving', () => {
		const shipment = sampleShipment(DISPUTED);
		const carton = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ shipments: [shipment], cartons: [carton] });
		const { id: shipmentId } = shipment;
		const stopped: Command[] = [
			{
				name: 'shipment.track',
				args: { shipmentId, step: 'planning_ok', cycle: 1, actorName: 'A', actorStructure: 'B' }
			},
			{ name: 'carton.assign', args: { cartonId: carton.id, shipmentId } },
			{
				name: 'carton.pack',
				args: { cartonId: carton.id, intoShipmentId: shipmentId, items: [{ productId: 'rice', quantity: 1 }] }
			},
			{ name: 'shipment.edit', args: { shipmentId, changes: { notes: 'x' } } },
			{ name: 'shipment.close', args: { shipmentId } },
			{ name: 'shipment.archive', args: { shipmentId } }
		];
		expect(stopped.map((command) => refused(command, world).code)).toEqual(stopped.map(() => 'shipment_disputed'));
		const admin = sampleContext({ actor: { ...sampleContext().actor, role: 'admin' } });
		expect(accepted({ name: 'shipment.renewLink', args: { shipmentId } }, world, admin).kind).toBe('ok');
	});

	it('[D3, D5] resolving after the lock starts a new cycle; shipped cartons are labelled again', () => {
		for (const status of ['planned', 'shipped', 'received_correspondent', 'delivered'] as const) {
			const shipment = sampleShipment({ ...DISPUTED, status, latestStep: 'planned', latestStepAt: minutes(7) });
			const carton = sampleCarton({ shipmentId: shipment.id, status: status === 'planned' ? 'labeled' : 'shipped' });
			const step = sampleStep(shipment, 'planned', 4);
			const decision = accepted(
				resolve(shipment),
				sampleWorld({ shipments: [shipment], cartons: [carton], timeline: [step] })
			);
			expect(shipmentOf(decision)).toEqual({
				...shipment,
				status: 'packed',
				cycle: 2,
				latestStep: null,
				latestStepAt: null,
				disputeId: null,
				disputeReason: null,
				disputedBy: null,
				disputedAt: null,
				cartonsTotal: 1,
				cartonsLabeled: 1,
				cartonsShipped: 0
			});
			expect(decision.changes.cartons.map((each) => each.status)).toEqual(status === 'planned' ? [] : ['labeled']);
			expect(decision.changes.timeline).toMatchObject([
				{ kind: 'resolve', cycle: 2, ordinal: 5, comment: 'Retrouvé', disputeId: 'dispute' }
			]);
		}
	});

	it('[D3] resolving before the lock only clears the flag', () => {
		const shipment = sampleShipment({
			...DISPUTED,
			status: 'picking',
			latestStep: 'planning_ok',
			latestStepAt: minutes(7)
		});
		const carton = sampleCarton({ shipmentId: shipment.id, status: 'assigned' });
		const decision = accepted(resolve(shipment), sampleWorld({ shipments: [shipment], cartons: [carton] }));
		expect(shipmentOf(decision)).toMatchObject({
			status: 'picking',
			cycle: 1,
			latestStep: 'planning_ok',
			disputeId: null
		});
		expect(decision.changes.cartons).toEqual([]);
	});

	it('[D5] a resolution names the dispute it resolves', () => {
		const shipment = sampleShipment(DISPUTED);
		expect(refused(resolve(shipment, 'former'), sampleWorld({ shipments: [shipment] }))).toMatchObject({
			code: 'dispute_changed',
			params: { reason: 'Palette mouillée', by: 'Quai' }
		});
	});

	it('[D4] disputing a closed case reopens it, on the timeline', () => {
		const shipment = sampleShipment({ ...CLOSED, status: 'delivered' });
		const decision = accepted(dispute(shipment), sampleWorld({ shipments: [shipment] }));
		expect(shipmentOf(decision)).toMatchObject({
			closedAt: null,
			closedBy: null,
			disputeId: 'd2',
			status: 'delivered'
		});
		expect(decision.changes.timeline.map(({ kind, ordinal }) => [kind, ordinal])).toEqual([
			['dispute', 1],
			['reopen', 2]
		]);
		const archived = sampleShipment({ ...CLOSED, ...ARCHIVED, status: 'delivered' });
		expect(refused(dispute(archived), sampleWorld({ shipments: [archived] })).code).toBe('shipment_archived');
	});

	it('[D3] a shipment that is worked on again counts from the new cycle on', () => {
		const shipment = sampleShipment({
			...DISPUTED,
			status: 'planned',
			latestStep: 'planned',
			latestStepAt: minutes(7)
		});
		const carton = sampleCarton({ shipmentId: shipment.id, status: 'labeled' });
		const world = sampleWorld({
			shipments: [shipment],
			cartons: [carton],
			timeline: [sampleStep(shipment, 'planning_ok', 1), sampleStep(shipment, 'planned', 2)]
		});
		applyChanges(world, accepted(resolve(shipment), world).changes);
		const args = {
			shipmentId: shipment.id,
			step: 'planning_ok',
			cycle: 2,
			actorName: 'A',
			actorStructure: 'B'
		} as const;
		expect(accepted({ name: 'shipment.track', args }, world).changes.timeline).toMatchObject([
			{ cycle: 2, ordinal: 4 }
		]);
	});
});
