import { describe, expect, it } from 'vitest';
import { withItems, withoutItems, withoutPacked, withTakenBack } from './carton-items.ts';
import type { CartonItem, CartonRow } from './rows.ts';
import { accepted, cartonOf, refused } from './sample-answers.ts';
import { minutes, sampleCarton, sampleShipment, sampleWorld } from './sample-rows.ts';

const line = (productId: string, quantity: number, lotCode: string | null = null): CartonItem => ({
	productId,
	quantity,
	lotCode,
	expiresOn: null
});

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
			return cartonOf(
				accepted(
					{ name: 'carton.pack', args: { cartonId: carton.id, items, ready } },
					sampleWorld({ cartons: [carton] })
				)
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
		const packed = cartonOf(
			accepted({ name: 'carton.pack', args: { cartonId: carton.id, items } }, sampleWorld({ cartons: [carton] }))
		);
		expect(packed).toMatchObject({ items, everPacked: true, statusBy: 'Responsable', statusAt: minutes(60) });
	});

	it('[C5] into a shipment: assigned, counted, readiness follows', () => {
		const shipment = sampleShipment();
		const carton = sampleCarton();
		const args = { cartonId: carton.id, items, intoShipmentId: shipment.id, shipmentId: null };
		const decision = accepted({ name: 'carton.pack', args }, sampleWorld({ cartons: [carton], shipments: [shipment] }));
		expect(cartonOf(decision)).toMatchObject({
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
			const decision = accepted(
				{ name, args: { cartonId: carton.id, items: [{ productId: 'rice', quantity: 1 }] } },
				world
			);
			expect(cartonOf(decision).status).toBe('assigned');
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
			expect(refused({ name: 'carton.pack', args }, world)).toMatchObject({
				code: 'invalid_args',
				params: { field: 'ready' }
			});
		// Its author saw it unlinked: that is what changed, not what they typed.
		expect(
			refused({ name: 'carton.pack', args: { cartonId: carton.id, items, ready: true, shipmentId: null } }, world).code
		).toBe('carton_linked_elsewhere');
	});

	it('[§10] products exist, and are active to go in', () => {
		const carton = sampleCarton({ status: 'picking', items: [line('withdrawn', 1), line('rice', 1)] });
		const world = sampleWorld({ cartons: [carton] });
		const args = (productId: string) => ({ cartonId: carton.id, items: [{ productId, quantity: 1 }] });
		expect(refused({ name: 'carton.pack', args: args('nothing') }, world)).toMatchObject({
			code: 'not_found',
			params: { what: 'product' }
		});
		expect(refused({ name: 'carton.pack', args: args('withdrawn') }, world)).toMatchObject({
			code: 'product_inactive',
			params: { name: 'withdrawn' }
		});
		expect(refused({ name: 'carton.takeOut', args: args('nothing') }, world).code).toBe('not_found');
		expect(cartonOf(accepted({ name: 'carton.takeOut', args: args('withdrawn') }, world)).items).toEqual([
			line('rice', 1)
		]);
	});
});

describe('taking out and unpacking', () => {
	it('[C13] the last item out of an unlinked carton makes it a draft', () => {
		const carton = sampleCarton({ status: 'packed', items: [line('rice', 2)] });
		const world = sampleWorld({ cartons: [carton] });
		const take = (quantity: number) =>
			cartonOf(
				accepted(
					{ name: 'carton.takeOut', args: { cartonId: carton.id, items: [{ productId: 'rice', quantity }] } },
					world
				)
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
		expect(refused({ name: 'carton.takeOut', args: { cartonId: carton.id, items } }, world)).toMatchObject({
			code: 'item_not_in_carton',
			params: { code: carton.code, product: 'rice', wanted: 4, inside: 3 }
		});
	});

	it('[C9] unpacking empties, unlinks and keeps the code; the shipment follows', () => {
		const shipment = sampleShipment({ status: 'packed' });
		const carton = sampleCarton({ status: 'labeled', shipmentId: shipment.id });
		const decision = accepted(
			{ name: 'carton.unpack', args: { cartonId: carton.id } },
			sampleWorld({ cartons: [carton], shipments: [shipment] })
		);
		expect(cartonOf(decision)).toMatchObject({
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
