/**
 * The gathered rows that a decision looks at, and how a decision's changes are laid over them, so that a batch gathers
 * once and decides in order. Knows nothing of where rows come from.
 */
import type { Changes, World } from './decision.ts';
import type { CartonRow, ShipmentRow, TimelineRow } from './rows.ts';

export function emptyWorld(): World {
	return {
		cartons: new Map(),
		shipments: new Map(),
		timeline: new Map(),
		codes: new Map(),
		products: new Map(),
		contacts: new Map(),
		destinations: new Map(),
		locations: new Map(),
		warehouses: new Map(),
		people: new Map(),
		refusals: new Map()
	};
}

/** The same rows in other maps: trying a command on it leaves the first world as it was. Rows are never changed in place. */
export function cloneWorld(world: World): World {
	return {
		cartons: new Map(world.cartons),
		shipments: new Map(world.shipments),
		timeline: new Map(world.timeline),
		codes: new Map(world.codes),
		products: new Map(world.products),
		contacts: new Map(world.contacts),
		destinations: new Map(world.destinations),
		locations: new Map(world.locations),
		warehouses: new Map(world.warehouses),
		people: new Map(world.people),
		refusals: new Map(world.refusals)
	};
}

export function emptyChanges(): Changes {
	return {
		cartons: [],
		shipments: [],
		timeline: [],
		contacts: [],
		destinations: [],
		cartonEvents: [],
		refusals: [],
		labelPrints: []
	};
}

/** [C14] Does this carton keep its code from being used again? A discarded one frees a pre-printed sticker that never held an item. */
export const holdsCode = (carton: CartonRow): boolean =>
	carton.discardedAt === null || carton.source !== 'printed' || carton.everPacked;

/** Lays a decision's rows over the world, in place; the rows themselves are not changed. */
export function applyChanges(world: World, changes: Changes): void {
	for (const carton of changes.cartons) {
		world.cartons.set(carton.id, carton);
		if (holdsCode(carton)) world.codes.set(carton.code, { kind: 'carton', id: carton.id });
		else if (world.codes.get(carton.code)?.id === carton.id) world.codes.delete(carton.code);
	}
	for (const shipment of changes.shipments) world.shipments.set(shipment.id, shipment);
	for (const entry of changes.timeline) world.timeline.set(entry.id, entry);
	for (const refusal of changes.refusals) world.refusals.set(refusal.id, refusal);
	for (const contact of changes.contacts) world.contacts.set(contact.id, contact);
	for (const destination of changes.destinations) world.destinations.set(destination.id, destination);
}

/** The shipments of gathered cartons that are not gathered yet: C10 looks at each carton's own. */
export function missingShipments(world: World): string[] {
	const missing = new Set<string>();
	for (const { shipmentId } of world.cartons.values()) {
		if (shipmentId !== null && !world.shipments.has(shipmentId)) missing.add(shipmentId);
	}
	return [...missing];
}

/** The destinations and parties of these shipments that are not gathered yet: P6 looks at pairs. */
export function missingParties(
	world: World,
	shipmentIds: readonly string[]
): { destinations: string[]; contacts: string[] } {
	const destinations = new Set<string>();
	const contacts = new Set<string>();
	for (const { destinationId, contactIds } of shipmentIds.flatMap((id) => partiesOf(world, id))) {
		if (!world.destinations.has(destinationId)) destinations.add(destinationId);
		for (const id of contactIds) if (!world.contacts.has(id)) contacts.add(id);
	}
	return { destinations: [...destinations], contacts: [...contacts] };
}

/** The ids of a gathered shipment's destination and parties; nothing where it was not gathered. */
export function partiesOf(world: World, shipmentId: string): { destinationId: string; contactIds: string[] }[] {
	const shipment = world.shipments.get(shipmentId);
	if (!shipment) return [];
	const { destinationId, shipper, recipient, correspondent } = shipment;
	const contactIds = [shipper, recipient, correspondent].flatMap((party) => (party ? [party.id] : []));
	return [{ destinationId, contactIds }];
}

/** The gathered entries of a shipment's timeline, oldest first. */
export function timelineOf(world: World, shipmentId: string): TimelineRow[] {
	const entries: TimelineRow[] = [];
	for (const entry of world.timeline.values()) if (entry.shipmentId === shipmentId) entries.push(entry);
	return entries.sort((a, b) => a.ordinal - b.ordinal);
}

/** [D5] The tracking steps of a shipment's current cycle, in order of acceptance. */
export const stepsOf = (world: World, shipment: ShipmentRow): TimelineRow[] =>
	timelineOf(world, shipment.id).filter((entry) => entry.kind === 'step' && entry.cycle === shipment.cycle);

/** The gathered cartons linked to a shipment, by code. Complete only where the footprint asked for all of them. */
export function cartonsOf(world: World, shipmentId: string): CartonRow[] {
	const cartons: CartonRow[] = [];
	for (const carton of world.cartons.values()) if (carton.shipmentId === shipmentId) cartons.push(carton);
	return cartons.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}
