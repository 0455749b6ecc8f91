import { describe, expect, it } from 'vitest';
import { cartonCode } from './carton-code.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { CartonRow } from './rows.ts';
import { accepted, cartonOf, refused } from './sample-answers.ts';
import { minutes, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';
import { applyChanges } from './world.ts';

describe('shipments follow their cartons', () => {
	it('[S1] ready with the last label, at that moment; not ready again with the next carton', () => {
		const shipment = sampleShipment({ status: 'picking' });
		const [a, b] = [
			sampleCarton({ status: 'labeled', shipmentId: shipment.id }),
			sampleCarton({ status: 'assigned', shipmentId: shipment.id })
		];
		const c = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ cartons: [a, b, c], shipments: [shipment] });
		const labeled = accepted({ name: 'carton.label', args: { cartonId: b.id } }, world);
		expect(labeled.changes.shipments[0]).toMatchObject({
			status: 'packed',
			readyAt: minutes(60),
			cartonsLabeled: 2,
			cartonsAssigned: 0
		});
		applyChanges(world, labeled.changes);
		const assigned = accepted({ name: 'carton.assign', args: { cartonId: c.id, shipmentId: shipment.id } }, world);
		expect(assigned.changes.shipments[0]).toMatchObject({ status: 'picking', readyAt: null, cartonsTotal: 3 });
		const removed = accepted(
			{ name: 'carton.remove', args: { cartonId: a.id } },
			sampleWorld({ cartons: [a], shipments: [shipment] })
		);
		expect(removed.changes.shipments[0]).toMatchObject({ status: 'draft', readyAt: null, cartonsTotal: 0 });
	});

	it('[S1] a scan that changes no status writes no shipment', () => {
		const shipment = sampleShipment({ status: 'picking' });
		const carton = sampleCarton({ status: 'assigned', shipmentId: shipment.id });
		const items = [{ productId: 'rice', quantity: 1 }];
		const decision = accepted(
			{ name: 'carton.pack', args: { cartonId: carton.id, items } },
			sampleWorld({ cartons: [carton], shipments: [shipment] })
		);
		expect([decision.changes.shipments, decision.changes.cartonEvents]).toEqual([[], []]);
	});

	it('[C15] what has left stays marked as it was', () => {
		const shipment = sampleShipment({ status: 'shipped' });
		const mark = { loadedCycle: 1, loadedBy: 'Awa', loadedAt: minutes(8) };
		const carton = sampleCarton({ status: 'shipped', shipmentId: shipment.id, ...mark });
		const args = { cartonId: carton.id, shipmentId: shipment.id, cycle: 1 };
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		expect(refused({ name: 'carton.unload', args }, world).code).toBe('shipment_not_planned');
	});

	it('[C15] a loading mark does not follow a carton into another shipment', () => {
		const shipment = sampleShipment({ status: 'packed', cycle: 2 });
		const mark = { loadedCycle: 1, loadedBy: 'Awa', loadedAt: minutes(8) };
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id, ...mark });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const removed = accepted({ name: 'carton.remove', args: { cartonId: carton.id } }, world);
		expect(cartonOf(removed)).toMatchObject({ loadedCycle: null, loadedBy: null, loadedAt: null });
	});

	it('[R2] a temporary draft is numbered when it leaves `draft`; a phone leaves that open, and it is never demoted', () => {
		const shipment = sampleShipment({ reference: null, temporaryReference: 'EXP-TEMP-01', temporary: true });
		const carton = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const assign: Command = { name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } };
		const onPhone = accepted(assign, world, sampleContext({ side: 'phone', numbers: null }));
		expect(onPhone).toMatchObject({ assigned: {}, changes: { shipments: [{ status: 'picking', reference: null }] } });
		const decision = accepted(assign, world);
		expect(decision).toMatchObject({
			assigned: { reference: '269001' },
			changes: { shipments: [{ reference: '269001', temporaryReference: 'EXP-TEMP-01' }] }
		});
		applyChanges(world, decision.changes);
		const removed = accepted({ name: 'carton.remove', args: { cartonId: carton.id } }, world);
		expect(removed).toMatchObject({ assigned: {}, changes: { shipments: [{ status: 'draft', reference: '269001' }] } });
	});
});

describe('a carton’s own life', () => {
	const create = (args: Partial<Extract<Command, { name: 'carton.create' }>['args']> = {}): Command => ({
		name: 'carton.create',
		args: { cartonId: 'new', code: ' box-1 ', source: 'printed', warehouseId: 'warehouse', ...args }
	});

	it('[C1, C11] is born a draft, empty, unlinked, with the first line of its history', () => {
		const decision = accepted(create({ locationId: 'shelf' }), sampleWorld());
		expect(cartonOf(decision)).toMatchObject({
			code: 'BOX-1',
			status: 'draft',
			items: [],
			shipmentId: null,
			locationId: 'shelf',
			movedBy: 'Responsable',
			everPacked: false,
			createdBy: 'Responsable',
			createdAt: minutes(60),
			discardedAt: null
		});
		expect(decision.changes.cartonEvents).toMatchObject([
			{ fromStatus: null, toStatus: 'draft', shipmentBefore: null, shipmentAfter: null }
		]);
		expect(decision.undo).toEqual({ cartonId: 'new', created: true });
	});

	it('[§10] needs a warehouse, and a place in it', () => {
		expect(refused(create({ warehouseId: 'nowhere' }), sampleWorld())).toMatchObject({ params: { what: 'warehouse' } });
		expect(refused(create({ locationId: 'far' }), sampleWorld())).toMatchObject({
			code: 'not_found',
			params: { what: 'location' }
		});
		expect(refused(create({ locationId: 'nowhere' }), sampleWorld())).toMatchObject({
			code: 'not_found',
			params: { what: 'location' }
		});
	});

	it('[R3] leased codes are our own, checked, within the lease', () => {
		expect(accepted(create({ source: 'leased', code: cartonCode(99) }), sampleWorld()).kind).toBe('ok');
		expect(refused(create({ source: 'leased', code: cartonCode(100) }), sampleWorld()).code).toBe('code_not_leased');
		expect(refused(create({ source: 'leased', code: 'BOX-1' }), sampleWorld()).code).toBe('code_not_leased');
		const none = sampleContext({ leases: null });
		expect(refused(create({ source: 'leased', code: cartonCode(99) }), sampleWorld(), none).code).toBe(
			'code_not_leased'
		);
		const wrong = cartonCode(99).replace(/.$/, (check) => (check === 'A' ? 'B' : 'A'));
		expect(refused(create({ source: 'leased', code: wrong }), sampleWorld()).code).toBe('check_character_wrong');
		expect(refused(create({ code: wrong }), sampleWorld()).code).toBe('check_character_wrong');
	});

	it('[C14] a discarded sticker is free if it was pre-printed and never held an item', () => {
		const codes = (given: Partial<CartonRow>) => {
			const carton = sampleCarton({ code: 'BOX-1', ...given });
			const world = sampleWorld({ cartons: [carton] });
			expect(refused(create(), world).code).toBe('code_taken');
			applyChanges(world, accepted({ name: 'carton.discard', args: { cartonId: carton.id } }, world).changes);
			const again = decide(create(), world, sampleContext());
			return again.kind === 'ok' ? 'free' : again.rejection.code;
		};
		expect(codes({})).toBe('free');
		expect(codes({ everPacked: true })).toBe('code_taken');
		expect(codes({ source: 'leased' })).toBe('code_taken');
	});

	it('[C14] a discarded carton is gone for every command, its creation included', () => {
		const carton = sampleCarton({ id: 'new', code: 'BOX-1', discardedAt: minutes(1) });
		expect(refused(create(), sampleWorld({ cartons: [carton] })).code).toBe('carton_discarded');
	});

	it('[§11] moving says where it was seen; it may leave its place', () => {
		const carton = sampleCarton({ status: 'packed', locationId: 'shelf', movedBy: 'Awa', movedAt: minutes(3) });
		const world = sampleWorld({ cartons: [carton] });
		const move = (locationId: string | null, was?: string | null): Command => ({
			name: 'carton.move',
			args: { cartonId: carton.id, locationId, ...(was === undefined ? {} : { was }) }
		});
		expect(cartonOf(accepted(move('dock', 'shelf'), world))).toMatchObject({
			locationId: 'dock',
			movedBy: 'Responsable',
			movedAt: minutes(60)
		});
		expect(cartonOf(accepted(move(null), world)).locationId).toBe(null);
		expect(refused(move('dock', null), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'locationId', value: 'SHELF', by: 'Awa', at: minutes(3) }
		});
		expect(refused(move('far', 'shelf'), world)).toMatchObject({ code: 'not_found' });
		expect(refused(move('shelf', 'dock'), world)).toMatchObject({
			code: 'already_there',
			params: { location: 'SHELF', by: 'Awa', at: minutes(3) }
		});
	});

	it('[C15] loading marks by whom, when and for which cycle; unloading takes the mark off', () => {
		const shipment = sampleShipment({ status: 'planned', cycle: 2 });
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id, loadedCycle: 1 });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const args = { cartonId: carton.id, shipmentId: shipment.id, cycle: 2 };
		const loaded = accepted({ name: 'carton.load', args }, world);
		expect(cartonOf(loaded)).toMatchObject({
			loadedCycle: 2,
			loadedBy: 'Responsable',
			loadedAt: minutes(60),
			status: 'labeled'
		});
		expect(loaded.changes.shipments).toEqual([]);
		applyChanges(world, loaded.changes);
		expect(refused({ name: 'carton.load', args }, world)).toMatchObject({
			code: 'already_loaded',
			params: { by: 'Responsable', at: minutes(60) }
		});
		const unloaded = accepted({ name: 'carton.unload', args }, world);
		expect(cartonOf(unloaded)).toMatchObject({ loadedCycle: null, loadedBy: 'Responsable' });
		applyChanges(world, unloaded.changes);
		expect(refused({ name: 'carton.unload', args }, world)).toMatchObject({
			code: 'already_unloaded',
			params: { by: 'Responsable', at: minutes(60) }
		});
	});
});

describe('notes', () => {
	const by = { by: 'Atelier', at: minutes(5) };

	it('[§10] say by whom and when the wanted effect was reached', () => {
		const shipment = sampleShipment({ status: 'packed' });
		const labeled = sampleCarton({ status: 'labeled', shipmentId: shipment.id });
		const assigned = sampleCarton({ status: 'assigned', shipmentId: shipment.id });
		const removed = sampleCarton({ status: 'packed', linkedBy: 'Awa', linkedAt: minutes(4) });
		const world = sampleWorld({ cartons: [labeled, assigned, removed], shipments: [shipment] });
		const note = (command: Command) => {
			const decision = decide(command, world, sampleContext());
			if (decision.kind !== 'noop') throw new Error(decision.kind);
			return [decision.rejection.code, decision.rejection.params];
		};
		const { reference } = shipment;
		expect(note({ name: 'carton.label', args: { cartonId: labeled.id } })).toEqual([
			'already_labeled',
			{ code: labeled.code, ...by }
		]);
		expect(note({ name: 'carton.removeLabel', args: { cartonId: assigned.id } })).toEqual([
			'already_unlabeled',
			{ code: assigned.code, ...by }
		]);
		expect(note({ name: 'carton.assign', args: { cartonId: labeled.id, shipmentId: shipment.id } })).toEqual([
			'already_assigned',
			{ code: labeled.code, reference, ...by }
		]);
		expect(note({ name: 'carton.remove', args: { cartonId: removed.id } })).toEqual([
			'already_removed',
			{ code: removed.code, by: 'Awa', at: minutes(4) }
		]);
		expect(note({ name: 'carton.setStatus', args: { cartonId: removed.id, status: 'packed' } })).toEqual([
			'already_in_status',
			{ code: removed.code, status: 'packed', ...by }
		]);
		const again = { cartonId: removed.id, code: 'OTHER', source: 'printed', warehouseId: 'warehouse' } as const;
		expect(note({ name: 'carton.create', args: again })).toEqual([
			'already_created',
			{ name: removed.code, by: 'Atelier', at: removed.createdAt }
		]);
	});

	it('records that labels were printed, and for what', () => {
		const carton = sampleCarton();
		const shipment = sampleShipment();
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const args = { kind: 'carton', ids: [carton.id], copy: 2 } as const;
		expect(accepted({ name: 'label.printed', args: { ...args, ids: [...args.ids] } }, world).changes).toMatchObject({
			cartons: [],
			labelPrints: [args]
		});
		expect(
			accepted({ name: 'label.printed', args: { kind: 'shipment', ids: [shipment.id], copy: 1 } }, world).changes
				.labelPrints
		).toHaveLength(1);
		expect(
			refused({ name: 'label.printed', args: { kind: 'shipment', ids: [shipment.id, 'x'], copy: 1 } }, world).code
		).toBe('not_found');
		expect(refused({ name: 'label.printed', args: { kind: 'carton', ids: ['x'], copy: 1 } }, world).code).toBe(
			'not_found'
		);
	});
});
