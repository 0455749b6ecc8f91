import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Context, World } from './decision.ts';
import type { CartonRow, ShipmentRow } from './rows.ts';
import { DISPUTED, minutes, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';
import { undo, UNDOABLE, undoFootprint, type Original } from './undo.ts';
import { applyChanges } from './world.ts';

const rice = (quantity: number, lotCode: string | null = null) => ({
	productId: 'rice',
	quantity,
	lotCode,
	expiresOn: null
});

/** Gives the command and remembers what undoing it takes. */
function done(command: Command, world: World, context: Context = sampleContext()): Original {
	const decision = decide(command, world, context);
	if (decision.kind !== 'ok') throw new Error(decision.rejection.code);
	applyChanges(world, decision.changes);
	return { command, actorId: context.actor.personId, memo: decision.undo ?? null };
}

function back(original: Original, world: World, context: Context = sampleContext()): string {
	const decision = undo(original, world, context);
	if (decision.kind !== 'ok') return decision.rejection.code;
	applyChanges(world, decision.changes);
	return 'ok';
}

interface Case {
	what: string;
	carton: Partial<CartonRow>;
	shipment?: Partial<ShipmentRow>;
	command: (cartonId: string, shipmentId: string) => Command;
}

const CASES: Case[] = [
	{ what: 'pack a draft', carton: { status: 'draft', everPacked: true }, command: (cartonId) => ({ name: 'carton.pack', args: { cartonId, items: [rice(2)].map(({ productId, quantity }) => ({ productId, quantity })), ready: true } }) },
	{ what: 'pack into a shipment', carton: { status: 'picking' }, command: (cartonId, intoShipmentId) => ({ name: 'carton.pack', args: { cartonId, intoShipmentId, items: [{ productId: 'soap', quantity: 1 }] } }) },
	{ what: 'pack a labelled carton', carton: { status: 'labeled' }, shipment: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.pack', args: { cartonId, items: [{ productId: 'rice', quantity: 1, lotCode: 'B' }] } }) },
	{ what: 'take some out', carton: { status: 'packed', items: [rice(2, 'A'), rice(2, 'B'), rice(1)] }, command: (cartonId) => ({ name: 'carton.takeOut', args: { cartonId, items: [{ productId: 'rice', quantity: 4 }] } }) },
	{ what: 'take all out', carton: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.takeOut', args: { cartonId, items: [{ productId: 'rice', quantity: 10 }] } }) },
	{ what: 'take out of a labelled carton', carton: { status: 'labeled' }, shipment: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.takeOut', args: { cartonId, items: [{ productId: 'rice', quantity: 4 }] } }) },
	{ what: 'set a status', carton: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.setStatus', args: { cartonId, status: 'draft' } }) },
	{ what: 'assign', carton: { status: 'packed' }, command: (cartonId, shipmentId) => ({ name: 'carton.assign', args: { cartonId, shipmentId } }) },
	{ what: 'remove an assigned carton', carton: { status: 'assigned' }, shipment: { status: 'picking' }, command: (cartonId) => ({ name: 'carton.remove', args: { cartonId } }) },
	{ what: 'remove a labelled carton', carton: { status: 'labeled' }, shipment: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.remove', args: { cartonId } }) },
	{ what: 'label', carton: { status: 'assigned' }, shipment: { status: 'picking' }, command: (cartonId) => ({ name: 'carton.label', args: { cartonId } }) },
	{ what: 'take the label off', carton: { status: 'labeled' }, shipment: { status: 'packed' }, command: (cartonId) => ({ name: 'carton.removeLabel', args: { cartonId } }) },
	{ what: 'load', carton: { status: 'labeled' }, shipment: { status: 'planned' }, command: (cartonId, shipmentId) => ({ name: 'carton.load', args: { cartonId, shipmentId, cycle: 1 } }) },
	{ what: 'unload', carton: { status: 'labeled', loadedCycle: 1, loadedBy: 'Awa', loadedAt: minutes(8) }, shipment: { status: 'planned' }, command: (cartonId, shipmentId) => ({ name: 'carton.unload', args: { cartonId, shipmentId, cycle: 1 } }) },
	{ what: 'move', carton: { status: 'labeled', locationId: 'shelf', movedBy: 'Awa', movedAt: minutes(3) }, shipment: { status: 'planned' }, command: (cartonId) => ({ name: 'carton.move', args: { cartonId, locationId: 'dock' } }) }
]; // prettier-ignore

function made({ carton, shipment }: Pick<Case, 'carton' | 'shipment'>) {
	const own = sampleShipment(shipment ?? {});
	const row = sampleCarton({ shipmentId: shipment ? own.id : null, ...carton });
	return { world: sampleWorld({ cartons: [row], shipments: [own] }), carton: row, shipment: own };
}
const cartonIn = (world: World, id: string): CartonRow => world.cartons.get(id) as CartonRow;

describe('undo', () => {
	it('[§11] every undoable command has its case here', () => {
		const covered = new Set(CASES.map((each) => each.command('c', 's').name));
		const undoable = Object.entries(UNDOABLE).filter(([, may]) => may);
		expect(undoable.map(([name]) => name).filter((name) => !covered.has(name as Command['name']))).toEqual([
			'carton.create'
		]);
	});

	for (const each of CASES) {
		it(`[§11, I38] ${each.what}: taken back, the carton and its shipment are as they were`, () => {
			const { world, carton, shipment } = made(each);
			const before = world.shipments.get(shipment.id) as ShipmentRow;
			const original = done(each.command(carton.id, shipment.id), world);
			expect(cartonIn(world, carton.id)).not.toEqual(carton);
			expect(back(original, world)).toBe('ok');
			expect(cartonIn(world, carton.id)).toEqual(carton);
			expect({ ...world.shipments.get(shipment.id), readyAt: null }).toEqual({ ...before, readyAt: null });
		});

		it(`[§11] ${each.what}: not by somebody else, not twice, not after a refusal`, () => {
			const { world, carton, shipment } = made(each);
			const original = done(each.command(carton.id, shipment.id), world);
			const actor = { ...sampleContext().actor, personId: 'colleague' };
			expect(back(original, world, sampleContext({ actor }))).toBe('not_own');
			expect(back({ ...original, memo: null }, world)).toBe('nothing_to_undo');
			expect(back({ ...original, undone: true }, world)).toBe('nothing_to_undo');
			const viewer = { ...sampleContext().actor, role: 'viewer' as const };
			expect(back(original, world, sampleContext({ actor: viewer }))).toBe('forbidden');
		});

		it(`[D2] ${each.what}: not while its shipment is disputed`, () => {
			const { world, carton, shipment } = made(each);
			const original = done(each.command(carton.id, shipment.id), world);
			world.shipments.set(shipment.id, { ...(world.shipments.get(shipment.id) as ShipmentRow), ...DISPUTED });
			const concerned = cartonIn(world, carton.id).shipmentId !== null || original.memo?.link !== undefined;
			expect(back(original, world)).toBe(concerned ? 'shipment_disputed' : 'ok');
		});
	}

	it('[§11] a created carton is discarded, unless it has come to be used', () => {
		const create: Command = {
			name: 'carton.create',
			args: { cartonId: 'new', code: 'BOX-1', source: 'printed', warehouseId: 'warehouse' }
		};
		const world = sampleWorld();
		const original = done(create, world);
		const packed = done(
			{ name: 'carton.pack', args: { cartonId: 'new', items: [{ productId: 'rice', quantity: 1 }] } },
			world
		);
		expect(back(original, world)).toBe('changed_since');
		expect(back(packed, world)).toBe('ok');
		expect(back(original, world)).toBe('ok');
		expect(cartonIn(world, 'new')).toMatchObject({ discardedAt: minutes(60), everPacked: true });
		expect(world.codes.has('BOX-1')).toBe(true);
		expect(back(original, world)).toBe('carton_discarded');
	});

	it('[§11] what the table does not take back is said', () => {
		const { world, carton } = made({ carton: { status: 'packed' } });
		const original = done({ name: 'carton.unpack', args: { cartonId: carton.id } }, world);
		expect(undo(original, world, sampleContext())).toMatchObject({
			kind: 'rejected',
			rejection: { code: 'not_undoable', params: { command: 'carton.unpack' } }
		});
		expect(
			Object.entries(UNDOABLE)
				.filter(([, may]) => may)
				.every(([name]) => name.startsWith('carton.'))
		).toBe(true);
	});

	it('[sync §2] the same fact changed since: another status, link, place or mark', () => {
		const label = made({ carton: { status: 'assigned' }, shipment: { status: 'picking' } });
		const labeled = done({ name: 'carton.label', args: { cartonId: label.carton.id } }, label.world);
		done({ name: 'carton.removeLabel', args: { cartonId: label.carton.id } }, label.world);
		expect(back(labeled, label.world)).toBe('changed_since');

		const assign = made({ carton: { status: 'packed' } });
		const assigned = done(
			{ name: 'carton.assign', args: { cartonId: assign.carton.id, shipmentId: assign.shipment.id } },
			assign.world
		);
		done({ name: 'carton.label', args: { cartonId: assign.carton.id } }, assign.world);
		expect(back(assigned, assign.world)).toBe('changed_since');

		const move = made({ carton: { status: 'packed' } });
		const moved = done({ name: 'carton.move', args: { cartonId: move.carton.id, locationId: 'shelf' } }, move.world);
		done({ name: 'carton.move', args: { cartonId: move.carton.id, locationId: 'dock' } }, move.world);
		expect(back(moved, move.world)).toBe('changed_since');

		const load = made({ carton: { status: 'labeled' }, shipment: { status: 'planned' } });
		const args = { cartonId: load.carton.id, shipmentId: load.shipment.id, cycle: 1 };
		const loaded = done({ name: 'carton.load', args }, load.world);
		done({ name: 'carton.unload', args }, load.world);
		expect(back(loaded, load.world)).toBe('changed_since');

		const remove = made({ carton: { status: 'labeled' }, shipment: { status: 'packed' } });
		const removed = done({ name: 'carton.remove', args: { cartonId: remove.carton.id } }, remove.world);
		done({ name: 'carton.assign', args: { cartonId: remove.carton.id, shipmentId: remove.shipment.id } }, remove.world);
		expect(back(removed, remove.world)).toBe('changed_since');
	});

	it('[sync §2] changed and changed back by a colleague is changed; a phone leaves that to the server', () => {
		const { world, carton } = made({ carton: { status: 'assigned' }, shipment: { status: 'picking' } });
		const original = done({ name: 'carton.label', args: { cartonId: carton.id } }, world);
		const later = sampleContext({ deviceAt: minutes(61), receivedAt: minutes(61) });
		done({ name: 'carton.removeLabel', args: { cartonId: carton.id } }, world, later);
		done({ name: 'carton.label', args: { cartonId: carton.id } }, world, later);
		expect(undo(original, world, sampleContext({ side: 'phone' })).kind).toBe('ok');
		expect(back(original, world)).toBe('changed_since');
		const other = { ...sampleContext().actor, name: 'Awa' };
		done({ name: 'carton.removeLabel', args: { cartonId: carton.id } }, world, later);
		done({ name: 'carton.label', args: { cartonId: carton.id } }, world, sampleContext({ actor: other }));
		expect(undo(original, world, sampleContext({ side: 'phone' }))).toMatchObject({
			rejection: { code: 'changed_since' }
		});
	});

	it('[I38] items that a colleague packed meanwhile stay; what went in must still be there', () => {
		const { world, carton } = made({ carton: { status: 'picking', items: [rice(1)] } });
		const pack = (productId: string, quantity: number): Command => ({
			name: 'carton.pack',
			args: { cartonId: carton.id, items: [{ productId, quantity }] }
		});
		const mine = done(pack('soap', 2), world);
		done(pack('soap', 3), world);
		expect(back(mine, world)).toBe('ok');
		expect(cartonIn(world, carton.id).items).toMatchObject([
			{ productId: 'rice', quantity: 1 },
			{ productId: 'soap', quantity: 3 }
		]);
		const again = done(pack('soap', 2), world);
		done({ name: 'carton.takeOut', args: { cartonId: carton.id, items: [{ productId: 'soap', quantity: 4 }] } }, world);
		expect(back(again, world)).toBe('changed_since');
	});

	it('[C12] a carton that meanwhile needs its content keeps it', () => {
		const { world, carton } = made({ carton: { status: 'picking', items: [] } });
		const packed = done(
			{ name: 'carton.pack', args: { cartonId: carton.id, items: [{ productId: 'soap', quantity: 1 }] } },
			world
		);
		done({ name: 'carton.setStatus', args: { cartonId: carton.id, status: 'packed' } }, world);
		expect(back(packed, world)).toBe('changed_since');
	});

	it('[C5] a label comes back only on the content and for the destination that it was printed for', () => {
		const start = () => made({ carton: { status: 'labeled' }, shipment: { status: 'packed' } });
		const unlabel = (cartonId: string): Command => ({ name: 'carton.removeLabel', args: { cartonId } });
		const other = start();
		const first = done(unlabel(other.carton.id), other.world);
		done(
			{ name: 'carton.pack', args: { cartonId: other.carton.id, items: [{ productId: 'soap', quantity: 1 }] } },
			other.world
		);
		expect(back(first, other.world)).toBe('changed_since');
		const elsewhere = start();
		const second = done(unlabel(elsewhere.carton.id), elsewhere.world);
		done(
			{ name: 'shipment.edit', args: { shipmentId: elsewhere.shipment.id, changes: { destinationId: 'dakar' } } },
			elsewhere.world
		);
		expect(back(second, elsewhere.world)).toBe('changed_since');
	});

	it('[S2, C6] the lock stops it, except for loading and moving', () => {
		const { world, carton, shipment } = made({ carton: { status: 'assigned' }, shipment: { status: 'picking' } });
		const labeled = done({ name: 'carton.label', args: { cartonId: carton.id } }, world);
		const own = () => world.shipments.get(shipment.id) as ShipmentRow;
		world.shipments.set(shipment.id, { ...own(), status: 'planned' });
		expect(back(labeled, world)).toBe('shipment_locked');
		const moved = done({ name: 'carton.move', args: { cartonId: carton.id, locationId: 'dock' } }, world);
		expect(back(moved, world)).toBe('ok');
		const loaded = done(
			{ name: 'carton.load', args: { cartonId: carton.id, shipmentId: shipment.id, cycle: 1 } },
			world
		);
		world.shipments.set(shipment.id, { ...own(), cycle: 2 });
		expect(back(loaded, world)).toBe('cycle_changed');
		world.shipments.set(shipment.id, { ...own(), cycle: 1, status: 'shipped' });
		expect(back(loaded, world)).toBe('shipment_not_planned');
		world.cartons.set(carton.id, { ...cartonIn(world, carton.id), status: 'shipped' });
		expect(back(labeled, world)).toBe('carton_shipped');
	});

	it('[§11] removing is taken back only into a shipment that is still open', () => {
		const { world, carton, shipment } = made({ carton: { status: 'assigned' }, shipment: { status: 'picking' } });
		const removed = done({ name: 'carton.remove', args: { cartonId: carton.id } }, world);
		expect(undoFootprint(removed)).toMatchObject({ cartonIds: [carton.id], shipmentIds: [shipment.id] });
		world.shipments.set(shipment.id, { ...(world.shipments.get(shipment.id) as ShipmentRow), status: 'planned' });
		expect(back(removed, world)).toBe('shipment_locked');
		world.shipments.delete(shipment.id);
		expect(back(removed, world)).toBe('not_found');
		expect(undoFootprint({ memo: null })).toMatchObject({ cartonIds: [], shipmentIds: [] });
	});

	it('[§11] one’s own work is taken back step by step, newest first', () => {
		const { world, carton, shipment } = made({ carton: { status: 'packed' } });
		const steps: Command[] = [
			{ name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } },
			{ name: 'carton.label', args: { cartonId: carton.id } },
			{ name: 'carton.pack', args: { cartonId: carton.id, items: [{ productId: 'soap', quantity: 1 }] } },
			{ name: 'carton.label', args: { cartonId: carton.id } },
			{ name: 'carton.remove', args: { cartonId: carton.id } }
		];
		const originals = steps.map((step) => done(step, world));
		expect(originals.reverse().map((original) => back(original, world))).toEqual(steps.map(() => 'ok'));
		expect(cartonIn(world, carton.id)).toEqual(carton);
	});

	it('[C11] the way back is history too', () => {
		const { world, carton, shipment } = made({ carton: { status: 'labeled' }, shipment: { status: 'packed' } });
		const removed = done({ name: 'carton.remove', args: { cartonId: carton.id } }, world);
		const decision = undo(removed, world, sampleContext());
		expect(decision.kind === 'ok' && decision.changes.cartonEvents).toMatchObject([
			{
				fromStatus: 'packed',
				toStatus: 'labeled',
				shipmentBefore: null,
				shipmentAfter: shipment.id,
				reason: 'undo:carton.remove'
			}
		]);
	});
});
