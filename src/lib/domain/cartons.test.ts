import { describe, expect, it } from 'vitest';
import { cartonCode } from './carton-code.ts';
import { withItems, withoutItems, withoutPacked, withTakenBack } from './carton-items.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Context, Decision, World } from './decision.ts';
import type { CartonItem, CartonRow } from './rows.ts';
import { minutes, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';
import { applyChanges } from './world.ts';

const line = (productId: string, quantity: number, lotCode: string | null = null): CartonItem => ({
	productId,
	quantity,
	lotCode,
	expiresOn: null
});

type Ok = Extract<Decision, { kind: 'ok' }>;
function ok(command: Command, world: World, context: Context = sampleContext()): Ok {
	const decision = decide(command, world, context);
	if (decision.kind !== 'ok') throw new Error(decision.rejection.code);
	return decision;
}
const onlyCarton = (decision: Ok): CartonRow => decision.changes.cartons[0] as CartonRow;
const refusal = (command: Command, world: World, context: Context = sampleContext()) => {
	const decision = decide(command, world, context);
	if (decision.kind === 'ok') throw new Error('it was allowed');
	return decision.rejection;
};

describe('content as lines', () => {
	it('[C13] an item joins the newest line of its product only when that is the same lot', () => {
		const content = withItems(
			[line('rice', 2, 'A'), line('soap', 1)],
			[line('rice', 1, 'A'), line('rice', 1, 'B'), line('rice', 1, 'A')]
		);
		expect(content).toEqual([line('rice', 3, 'A'), line('soap', 1), line('rice', 1, 'B'), line('rice', 1, 'A')]);
	});

	it('[C13] without a lot, what was packed last comes out first', () => {
		const content = [line('rice', 2, 'A'), line('soap', 1), line('rice', 2, 'B')];
		const out = withoutItems(content, [{ productId: 'rice', quantity: 3 }]);
		expect(out).toMatchObject({ kind: 'taken', content: [line('rice', 1, 'A'), line('soap', 1)] });
	});

	it('[C13] a named lot or expiry is the one that comes out', () => {
		const dated = { ...line('rice', 1, 'A'), expiresOn: '2027-01-01' };
		const content = [line('rice', 2, 'A'), dated, line('rice', 2, 'B')];
		expect(withoutItems(content, [{ productId: 'rice', quantity: 1, expiresOn: '2027-01-01' }])).toMatchObject({
			content: [content[0], content[2]]
		});
		expect(withoutItems(content, [{ productId: 'rice', quantity: 3, lotCode: 'A' }])).toMatchObject({
			content: [content[2]]
		});
		expect(withoutItems(content, [{ productId: 'rice', quantity: 4, lotCode: 'A' }])).toMatchObject({
			kind: 'lacking'
		});
	});

	it('[§11] what came out goes back where it stood; what went in comes out of its own lines', () => {
		const content = [line('rice', 2, 'A'), line('soap', 1), line('rice', 2, 'B')];
		const out = withoutItems(content, [
			{ productId: 'rice', quantity: 3 },
			{ productId: 'soap', quantity: 1 }
		]);
		if (out.kind !== 'taken') throw new Error('lacking');
		expect(withTakenBack(out.content, out.taken)).toEqual(content);
		expect(withTakenBack([], [{ ...line('soap', 1), at: 4 }])).toEqual([line('soap', 1)]);
		const packed = [line('rice', 1, 'B'), line('rice', 1, 'A'), line('tea', 1)];
		expect(withoutPacked(withItems(content, packed), packed)).toEqual(content);
		expect(withoutPacked(content, [line('rice', 3, 'B')])).toBe(null);
	});
});

describe('packing', () => {
	const items = [{ productId: 'rice', quantity: 2, lotCode: 'A', expiresOn: '2027-01-31' }];

	it('[C2] makes an unlinked draft `picking`; the others stay, `ready` ends as `packed`', () => {
		const becomes = (status: CartonRow['status'], ready?: boolean) => {
			const carton = sampleCarton({ status });
			return onlyCarton(
				ok({ name: 'carton.pack', args: { cartonId: carton.id, items, ready } }, sampleWorld({ cartons: [carton] }))
			).status;
		};
		expect([becomes('draft'), becomes('picking'), becomes('packed')]).toEqual(['picking', 'picking', 'packed']);
		expect([becomes('draft', true), becomes('picking', true), becomes('packed', true)]).toEqual([
			'packed',
			'packed',
			'packed'
		]);
	});

	it('[C1, C2] adds the lines and remembers that the carton held something', () => {
		const carton = sampleCarton();
		const packed = onlyCarton(
			ok({ name: 'carton.pack', args: { cartonId: carton.id, items } }, sampleWorld({ cartons: [carton] }))
		);
		expect(packed).toMatchObject({ items, everPacked: true, statusBy: 'Responsable', statusAt: minutes(60) });
	});

	it('[C5] into a shipment: assigned, counted, readiness follows', () => {
		const shipment = sampleShipment();
		const carton = sampleCarton();
		const args = { cartonId: carton.id, items, intoShipmentId: shipment.id, shipmentId: null };
		const decision = ok({ name: 'carton.pack', args }, sampleWorld({ cartons: [carton], shipments: [shipment] }));
		expect(onlyCarton(decision)).toMatchObject({
			status: 'assigned',
			shipmentId: shipment.id,
			linkedBy: 'Responsable',
			linkedAt: minutes(60)
		});
		expect(decision.changes.shipments).toEqual([
			{ ...shipment, status: 'picking', cartonsTotal: 1, cartonsAssigned: 1 }
		]);
	});

	it('[C5, S1] a label goes: the verdict says so, the shipment is no longer ready', () => {
		const shipment = sampleShipment({ status: 'packed' });
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		for (const name of ['carton.pack', 'carton.takeOut'] as const) {
			const decision = ok({ name, args: { cartonId: carton.id, items: [{ productId: 'rice', quantity: 1 }] } }, world);
			expect(onlyCarton(decision).status).toBe('assigned');
			expect(decision.notes).toEqual([
				{ code: 'label_removed', params: { codes: carton.code, count: 1 }, entities: [carton.id] }
			]);
			expect(decision.changes.shipments[0]).toMatchObject({
				status: 'picking',
				readyAt: null,
				cartonsAssigned: 1,
				cartonsLabeled: 0
			});
			expect(decision.changes.cartonEvents).toMatchObject([
				{ fromStatus: 'labeled', toStatus: 'assigned', reason: name }
			]);
		}
	});

	it('[C5] `ready` does not go with a shipment', () => {
		const shipment = sampleShipment({ status: 'picking' });
		const carton = sampleCarton({ status: 'assigned', shipmentId: shipment.id });
		const free = sampleCarton();
		const world = sampleWorld({ cartons: [carton, free], shipments: [shipment] });
		for (const args of [
			{ cartonId: carton.id, items, ready: true },
			{ cartonId: carton.id, items, ready: true, shipmentId: shipment.id },
			{ cartonId: free.id, items, ready: true, intoShipmentId: shipment.id }
		])
			expect(refusal({ name: 'carton.pack', args }, world)).toMatchObject({
				code: 'invalid_args',
				params: { field: 'ready' }
			});
		// Its author saw it unlinked: that is what changed, not what they typed.
		expect(
			refusal({ name: 'carton.pack', args: { cartonId: carton.id, items, ready: true, shipmentId: null } }, world).code
		).toBe('carton_linked_elsewhere');
	});

	it('[§10] products exist, and are active to go in', () => {
		const carton = sampleCarton({ status: 'picking', items: [line('withdrawn', 1), line('rice', 1)] });
		const world = sampleWorld({ cartons: [carton] });
		const args = (productId: string) => ({ cartonId: carton.id, items: [{ productId, quantity: 1 }] });
		expect(refusal({ name: 'carton.pack', args: args('nothing') }, world)).toMatchObject({
			code: 'not_found',
			params: { what: 'product' }
		});
		expect(refusal({ name: 'carton.pack', args: args('withdrawn') }, world)).toMatchObject({
			code: 'product_inactive',
			params: { name: 'withdrawn' }
		});
		expect(refusal({ name: 'carton.takeOut', args: args('nothing') }, world).code).toBe('not_found');
		expect(onlyCarton(ok({ name: 'carton.takeOut', args: args('withdrawn') }, world)).items).toEqual([line('rice', 1)]);
	});
});

describe('taking out and unpacking', () => {
	it('[C13] the last item out of an unlinked carton makes it a draft', () => {
		const carton = sampleCarton({ status: 'packed', items: [line('rice', 2)] });
		const world = sampleWorld({ cartons: [carton] });
		const take = (quantity: number) =>
			onlyCarton(
				ok({ name: 'carton.takeOut', args: { cartonId: carton.id, items: [{ productId: 'rice', quantity }] } }, world)
			);
		expect(take(1)).toMatchObject({ status: 'packed', items: [line('rice', 1)] });
		expect(take(2)).toMatchObject({ status: 'draft', items: [], everPacked: true });
	});

	it('[C13] not inside, or not that many: names the product and how many there are', () => {
		const carton = sampleCarton({ status: 'packed', items: [line('rice', 2, 'A'), line('rice', 1, 'B')] });
		const world = sampleWorld({ cartons: [carton] });
		const items = [
			{ productId: 'rice', quantity: 2 },
			{ productId: 'rice', quantity: 2 }
		];
		expect(refusal({ name: 'carton.takeOut', args: { cartonId: carton.id, items } }, world)).toMatchObject({
			code: 'item_not_in_carton',
			params: { code: carton.code, product: 'rice', wanted: 4, inside: 3 }
		});
	});

	it('[C9] unpacking empties, unlinks and keeps the code; the shipment follows', () => {
		const shipment = sampleShipment({ status: 'packed' });
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id });
		const decision = ok(
			{ name: 'carton.unpack', args: { cartonId: carton.id } },
			sampleWorld({ cartons: [carton], shipments: [shipment] })
		);
		expect(onlyCarton(decision)).toMatchObject({
			status: 'draft',
			shipmentId: null,
			items: [],
			code: carton.code,
			everPacked: true
		});
		expect(decision.changes.shipments[0]).toMatchObject({
			status: 'draft',
			cartonsTotal: 0,
			cartonsLabeled: 0,
			readyAt: null
		});
		expect(decision.undo).toBe(null);
	});
});

describe('shipments follow their cartons', () => {
	it('[S1] ready with the last label, at that moment; not ready again with the next carton', () => {
		const shipment = sampleShipment({ status: 'picking' });
		const [a, b] = [
			sampleCarton({ status: 'labeled', shipmentId: shipment.id }),
			sampleCarton({ status: 'assigned', shipmentId: shipment.id })
		];
		const c = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ cartons: [a, b, c], shipments: [shipment] });
		const labeled = ok({ name: 'carton.label', args: { cartonId: b.id } }, world);
		expect(labeled.changes.shipments[0]).toMatchObject({
			status: 'packed',
			readyAt: minutes(60),
			cartonsLabeled: 2,
			cartonsAssigned: 0
		});
		applyChanges(world, labeled.changes);
		const assigned = ok({ name: 'carton.assign', args: { cartonId: c.id, shipmentId: shipment.id } }, world);
		expect(assigned.changes.shipments[0]).toMatchObject({ status: 'picking', readyAt: null, cartonsTotal: 3 });
		const removed = ok(
			{ name: 'carton.remove', args: { cartonId: a.id } },
			sampleWorld({ cartons: [a], shipments: [shipment] })
		);
		expect(removed.changes.shipments[0]).toMatchObject({ status: 'draft', readyAt: null, cartonsTotal: 0 });
	});

	it('[R2] a temporary draft is numbered when it leaves `draft`; a phone leaves that open, and it is never demoted', () => {
		const shipment = sampleShipment({ reference: null, temporaryReference: 'EXP-TEMP-01', temporary: true });
		const carton = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const assign: Command = { name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } };
		const onPhone = ok(assign, world, sampleContext({ side: 'phone', numbers: null }));
		expect(onPhone).toMatchObject({ assigned: {}, changes: { shipments: [{ status: 'picking', reference: null }] } });
		const decision = ok(assign, world);
		expect(decision).toMatchObject({
			assigned: { reference: '269001' },
			changes: { shipments: [{ reference: '269001', temporaryReference: 'EXP-TEMP-01' }] }
		});
		applyChanges(world, decision.changes);
		const removed = ok({ name: 'carton.remove', args: { cartonId: carton.id } }, world);
		expect(removed).toMatchObject({ assigned: {}, changes: { shipments: [{ status: 'draft', reference: '269001' }] } });
	});
});

describe('a carton’s own life', () => {
	const create = (args: Partial<Extract<Command, { name: 'carton.create' }>['args']> = {}): Command => ({
		name: 'carton.create',
		args: { cartonId: 'new', code: ' box-1 ', source: 'printed', warehouseId: 'warehouse', ...args }
	});

	it('[C1, C11] is born a draft, empty, unlinked, with the first line of its history', () => {
		const decision = ok(create({ locationId: 'shelf' }), sampleWorld());
		expect(onlyCarton(decision)).toMatchObject({
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
		expect(refusal(create({ warehouseId: 'nowhere' }), sampleWorld())).toMatchObject({ params: { what: 'warehouse' } });
		expect(refusal(create({ locationId: 'far' }), sampleWorld())).toMatchObject({
			code: 'not_found',
			params: { what: 'location' }
		});
		expect(refusal(create({ locationId: 'nowhere' }), sampleWorld())).toMatchObject({
			code: 'not_found',
			params: { what: 'location' }
		});
	});

	it('[R3] leased codes are our own, checked, within the lease', () => {
		expect(ok(create({ source: 'leased', code: cartonCode(99) }), sampleWorld()).kind).toBe('ok');
		expect(refusal(create({ source: 'leased', code: cartonCode(100) }), sampleWorld()).code).toBe('code_not_leased');
		expect(refusal(create({ source: 'leased', code: 'BOX-1' }), sampleWorld()).code).toBe('code_not_leased');
		const none = sampleContext({ leases: null });
		expect(refusal(create({ source: 'leased', code: cartonCode(99) }), sampleWorld(), none).code).toBe(
			'code_not_leased'
		);
		const wrong = cartonCode(99).replace(/.$/, (check) => (check === 'A' ? 'B' : 'A'));
		expect(refusal(create({ source: 'leased', code: wrong }), sampleWorld()).code).toBe('check_character_wrong');
		expect(refusal(create({ code: wrong }), sampleWorld()).code).toBe('check_character_wrong');
	});

	it('[C14] a discarded sticker is free if it was pre-printed and never held an item', () => {
		const codes = (given: Partial<CartonRow>) => {
			const carton = sampleCarton({ code: 'BOX-1', ...given });
			const world = sampleWorld({ cartons: [carton] });
			expect(refusal(create(), world).code).toBe('code_taken');
			applyChanges(world, ok({ name: 'carton.discard', args: { cartonId: carton.id } }, world).changes);
			const again = decide(create(), world, sampleContext());
			return again.kind === 'ok' ? 'free' : again.rejection.code;
		};
		expect(codes({})).toBe('free');
		expect(codes({ everPacked: true })).toBe('code_taken');
		expect(codes({ source: 'leased' })).toBe('code_taken');
	});

	it('[C14] a discarded carton is gone for every command, its creation included', () => {
		const carton = sampleCarton({ id: 'new', code: 'BOX-1', discardedAt: minutes(1) });
		expect(refusal(create(), sampleWorld({ cartons: [carton] })).code).toBe('carton_discarded');
	});

	it('[§11] moving says where it was seen; it may leave its place', () => {
		const carton = sampleCarton({ status: 'packed', locationId: 'shelf', movedBy: 'Awa', movedAt: minutes(3) });
		const world = sampleWorld({ cartons: [carton] });
		const move = (locationId: string | null, was?: string | null): Command => ({
			name: 'carton.move',
			args: { cartonId: carton.id, locationId, ...(was === undefined ? {} : { was }) }
		});
		expect(onlyCarton(ok(move('dock', 'shelf'), world))).toMatchObject({
			locationId: 'dock',
			movedBy: 'Responsable',
			movedAt: minutes(60)
		});
		expect(onlyCarton(ok(move(null), world)).locationId).toBe(null);
		expect(refusal(move('dock', null), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'locationId', value: 'SHELF', by: 'Awa', at: minutes(3) }
		});
		expect(refusal(move('far', 'shelf'), world)).toMatchObject({ code: 'not_found' });
		expect(refusal(move('shelf', 'dock'), world)).toMatchObject({
			code: 'already_there',
			params: { location: 'SHELF', by: 'Awa', at: minutes(3) }
		});
	});

	it('[C15] loading marks by whom, when and for which cycle; unloading takes the mark off', () => {
		const shipment = sampleShipment({ status: 'planned', cycle: 2 });
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id, loadedCycle: 1 });
		const world = sampleWorld({ cartons: [carton], shipments: [shipment] });
		const args = { cartonId: carton.id, shipmentId: shipment.id, cycle: 2 };
		const loaded = ok({ name: 'carton.load', args }, world);
		expect(onlyCarton(loaded)).toMatchObject({
			loadedCycle: 2,
			loadedBy: 'Responsable',
			loadedAt: minutes(60),
			status: 'labeled'
		});
		expect(loaded.changes.shipments).toEqual([]);
		applyChanges(world, loaded.changes);
		expect(refusal({ name: 'carton.load', args }, world)).toMatchObject({
			code: 'already_loaded',
			params: { by: 'Responsable', at: minutes(60) }
		});
		const unloaded = ok({ name: 'carton.unload', args }, world);
		expect(onlyCarton(unloaded)).toMatchObject({ loadedCycle: null, loadedBy: 'Responsable' });
		applyChanges(world, unloaded.changes);
		expect(refusal({ name: 'carton.unload', args }, world)).toMatchObject({
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
		expect(ok({ name: 'label.printed', args: { ...args, ids: [...args.ids] } }, world).changes).toMatchObject({
			cartons: [],
			labelPrints: [args]
		});
		expect(
			ok({ name: 'label.printed', args: { kind: 'shipment', ids: [shipment.id], copy: 1 } }, world).changes.labelPrints
		).toHaveLength(1);
		expect(
			refusal({ name: 'label.printed', args: { kind: 'shipment', ids: [shipment.id, 'x'], copy: 1 } }, world).code
		).toBe('not_found');
		expect(refusal({ name: 'label.printed', args: { kind: 'carton', ids: ['x'], copy: 1 } }, world).code).toBe(
			'not_found'
		);
	});
});
