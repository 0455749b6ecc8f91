/**
 * What somebody might try next in a small warehouse, from a handful of numbers: believable, sometimes stale or mistaken.
 * For tests that walk at random; a simulator can draw from it too. Decides nothing.
 */
import { cartonCode } from './carton-code.ts';
import type { Command, CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import { TRACKING_STEPS, type ShipmentRow, type TrackingStep } from './rows.ts';
import { allowedSteps } from './tracking.ts';

/** One thing that somebody tries, in numbers: which, on what, and how well they know what they do. */
export interface Attempt {
	what: number;
	carton: number;
	shipment: number;
	detail: number;
	/** Of a hundred: says something stale, something wrong, or leaves it out. */
	knows: number;
	who: number;
}

export function pick<T>(list: readonly T[], index: number): T | undefined {
	return list[index % Math.max(list.length, 1)];
}

/** A believable, sometimes mistaken command for the world as it is. */
export function commandFor(world: World, at: Attempt, count: number): Command {
	const cartons = [...world.cartons.values()].filter((carton) => !carton.discardedAt || at.knows > 95);
	const shipments = [...world.shipments.values()].filter((shipment) => !shipment.archivedAt || at.knows > 95);
	const carton = pick(cartons, at.carton);
	const shipment = pick(shipments, at.shipment);
	const cartonId = carton?.id ?? 'nobody';
	const own = world.shipments.get(carton?.shipmentId ?? '') ?? shipment;
	const shipmentId = shipment?.id ?? 'nowhere';
	const seen =
		at.knows < 70 ? (carton?.shipmentId ?? null) : at.knows < 80 ? shipmentId : at.knows < 90 ? null : undefined;
	const cycle = (given: typeof shipment) => (given?.cycle ?? 1) + (at.knows > 90 ? -1 : 0);
	const quantity = 1 + (at.detail % 4);
	const productId = at.detail % 3 ? 'rice' : 'soap';
	const lot = at.detail % 5 === 0 ? {} : { lotCode: `L${at.detail % 2}` };
	const items = [{ productId, quantity, ...lot }];
	const disputeId = at.knows > 90 ? 'another' : (shipment?.disputeId ?? `dispute-${count}`);
	const step = (): TrackingStep => {
		const allowed = shipment ? allowedSteps(shipment.status, shipment.latestStep) : [];
		return (at.knows < 85 ? pick(allowed, at.detail) : pick(TRACKING_STEPS, at.detail)) ?? 'planning_ok';
	};
	const parties = { shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' };
	const table: [share: number, make: () => Command][] = [
		[7, () => ({ name: 'carton.create', args: { cartonId: `c${count}`, code: at.detail % 2 ? `BOX-${at.detail % 9}` : cartonCode(1 + (at.detail % 99)), source: at.detail % 2 ? 'printed' : 'leased', warehouseId: 'warehouse' } })],
		[12, () => ({ name: 'carton.pack', args: { cartonId, items, shipmentId: seen, ...(at.detail % 4 === 0 ? { intoShipmentId: shipmentId } : at.detail % 2 ? { ready: true } : {}) } })],
		[6, () => ({ name: 'carton.takeOut', args: { cartonId, items: [{ productId, quantity, ...(at.detail % 2 ? lot : {}) }], shipmentId: seen } })],
		[4, () => ({ name: 'carton.setStatus', args: { cartonId, status: pick(['draft', 'picking', 'packed'] as const, at.detail) ?? 'draft', ...(at.knows < 80 && carton ? { was: carton.status } : {}) } })],
		[9, () => ({ name: 'carton.assign', args: { cartonId, shipmentId } })],
		[4, () => ({ name: 'carton.remove', args: { cartonId, shipmentId: seen } })],
		[14, () => ({ name: 'carton.label', args: { cartonId, shipmentId: seen } })],
		[3, () => ({ name: 'carton.removeLabel', args: { cartonId, shipmentId: seen } })],
		[3, () => ({ name: 'carton.load', args: { cartonId, shipmentId: own?.id ?? 'nowhere', cycle: cycle(own) } })],
		[2, () => ({ name: 'carton.unload', args: { cartonId, shipmentId: own?.id ?? 'nowhere', cycle: cycle(own) } })],
		[2, () => ({ name: 'carton.move', args: { cartonId, locationId: pick(['shelf', 'dock', null], at.detail) ?? null } })],
		[1, () => ({ name: 'carton.unpack', args: { cartonId, shipmentId: seen } })],
		[2, () => ({ name: 'carton.discard', args: { cartonId } })],
		[5, () => ({ name: 'shipment.create', args: { shipmentId: `s${count}`, destinationId: 'bamako', ...(at.detail % 3 ? parties : { temporary: true }) } })],
		[3, () => ({ name: 'shipment.edit', args: { shipmentId, changes: pick([{ destinationId: 'dakar' }, { destinationId: 'bamako' }, { ...parties, notes: `n${at.detail}` }, { shipperId: null }], at.detail) ?? {} } })],
		[13, () => ({ name: 'shipment.track', args: { shipmentId, step: step(), cycle: cycle(shipment), actorName: 'Quai', actorStructure: 'Escale' } })],
		[3, () => ({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'Palette mouillée' } })],
		[4, () => ({ name: 'shipment.resolve', args: { shipmentId, disputeId } })],
		[2, () => ({ name: 'shipment.close', args: { shipmentId } })],
		[1, () => ({ name: 'shipment.archive', args: { shipmentId } })],
		[1, () => ({ name: 'contact.save', args: savedContact(world, at) })],
		[1, () => ({ name: 'destination.save', args: savedDestination(world, at) })],
		[1, () => ({ name: 'shipment.renewLink', args: { shipmentId } })]
	]; // prettier-ignore
	if (at.what >= 600)
		return shipment
			? advance(world, shipment, at)
			: { name: 'shipment.create', args: { shipmentId: `s${count}`, destinationId: 'dakar', ...parties } };
	const shares = table.reduce((sum, [share]) => sum + share, 0);
	let left = (at.what * shares) / 600;
	const chosen = table.find(([share]) => (left -= share) < 0);
	return chosen![1]();
}

/** A recipient's address, sometimes from an old reading, sometimes without a shipper. */
function savedContact(world: World, at: Attempt): CommandArgs['contact.save'] {
	const { id: contactId, ...row } = world.contacts.get(at.detail % 2 ? 'recipient' : 'recipient-2')!;
	const linkedShipperIds = at.knows > 80 ? [] : ['shipper', 'shipper-2'];
	const was = { address: at.knows > 90 ? 'elsewhere' : row.address, linkedShipperIds: row.linkedShipperIds };
	return { contactId, ...row, address: `${at.detail} rue`, linkedShipperIds, was };
}

/** A destination's name, or another correspondent. */
function savedDestination(world: World, at: Attempt): CommandArgs['destination.save'] {
	const { id: destinationId, ...row } = world.destinations.get(at.detail % 2 ? 'bamako' : 'dakar')!;
	const was = { city: at.knows > 90 ? 'elsewhere' : row.city };
	if (at.knows < 90) return { destinationId, ...row, city: `Ville ${at.detail}`, was };
	return { destinationId, ...row, correspondentId: 'shipper' };
}

/** The next thing that somebody who wants this shipment to arrive would do: without such people a random walk never gets far. */
function advance(world: World, shipment: ShipmentRow, at: Attempt): Command {
	const cartons = [...world.cartons.values()].filter((carton) => !carton.discardedAt);
	const inside = cartons.filter((carton) => carton.shipmentId === shipment.id);
	const { id: shipmentId, cycle, disputeId } = shipment;
	if (disputeId) return { name: 'shipment.resolve', args: { shipmentId, disputeId } };
	const unlabeled = inside.find((carton) => carton.status === 'assigned');
	if (unlabeled) return { name: 'carton.label', args: { cartonId: unlabeled.id, shipmentId } };
	if (shipment.status === 'delivered') return { name: 'shipment.close', args: { shipmentId } };
	const actor = { actorName: 'Quai', actorStructure: 'Escale' };
	const step = pick(allowedSteps(shipment.status, shipment.latestStep), at.detail) ?? 'planning_ok';
	if (inside.length > 0) return { name: 'shipment.track', args: { shipmentId, step, cycle, ...actor } };
	const free = pick(
		cartons.filter((carton) => carton.shipmentId === null),
		at.carton
	);
	const items = [{ productId: 'rice', quantity: 2 }];
	return { name: 'carton.pack', args: { cartonId: free?.id ?? 'nobody', items, intoShipmentId: shipmentId } };
}
