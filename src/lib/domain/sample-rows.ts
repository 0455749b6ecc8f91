/**
 * Rows for tests, believable by default: a small warehouse, a destination, contacts, two products. Tests say only what
 * matters to them. No rule is asked here; a shipment's counts are counted.
 */
import type { Context, World } from './decision.ts';
import type { CartonRow, CartonStatus, ContactRow, ShipmentRow, TimelineRow, TrackingStep } from './rows.ts';
import { emptyWorld } from './world.ts';

export const T0 = '2026-03-02T08:00:00.000Z';

/** `T0` plus minutes. */
export const minutes = (count: number): string => new Date(Date.parse(T0) + count * 60_000).toISOString();

let made = 0;
/** A fresh id with a readable beginning. */
export const newId = (of: string): string => `${of}-${++made}`;

export function sampleCarton(given: Partial<CartonRow> = {}): CartonRow {
	const id = given.id ?? newId('carton');
	const status = given.status ?? 'draft';
	const filled = status === 'draft' ? [] : [{ productId: 'rice', quantity: 10, lotCode: null, expiresOn: null }];
	return {
		id,
		code: `BOX-${id}`,
		source: 'printed',
		status,
		shipmentId: null,
		warehouseId: 'warehouse',
		locationId: null,
		movedBy: null,
		movedAt: null,
		items: filled,
		everPacked: filled.length > 0,
		statusBy: 'Atelier',
		statusAt: minutes(5),
		linkedBy: given.shipmentId ? 'Atelier' : null,
		linkedAt: given.shipmentId ? minutes(5) : null,
		loadedCycle: null,
		loadedBy: null,
		loadedAt: null,
		createdBy: 'Atelier',
		createdAt: T0,
		discardedAt: null,
		...given
	};
}

const party = (id: string) => ({ id, name: id, address: `1 rue ${id}` });

export function sampleShipment(given: Partial<ShipmentRow> = {}): ShipmentRow {
	const id = given.id ?? newId('shipment');
	const past = given.status !== undefined && given.status !== 'draft' && given.status !== 'picking';
	return {
		id,
		reference: `26${String(++made).padStart(4, '0')}`,
		temporaryReference: null,
		temporary: false,
		status: 'draft',
		disputeId: null,
		disputeReason: null,
		disputedBy: null,
		disputedAt: null,
		cycle: 1,
		latestStep: null,
		latestStepAt: null,
		cartonsTotal: 0,
		cartonsAssigned: 0,
		cartonsLabeled: 0,
		cartonsShipped: 0,
		readyAt: past ? minutes(6) : null,
		closedAt: null,
		closedBy: null,
		archivedAt: null,
		archivedBy: null,
		destinationId: 'bamako',
		destinationCity: 'Bamako',
		destinationIata: 'BKO',
		destinationCountry: 'Mali',
		shipper: party('shipper'),
		recipient: party('recipient'),
		correspondent: party('correspondent'),
		requestedOn: null,
		notes: '',
		trackingToken: `token-${id}`,
		createdBy: 'Bureau',
		createdAt: T0,
		...given
	};
}

/** A disputed shipment's fields. */
export const DISPUTED = {
	disputeId: 'dispute',
	disputeReason: 'Palette mouillée',
	disputedBy: 'Quai',
	disputedAt: minutes(9)
} as const;
/** A closed case's fields. */
export const CLOSED = { closedAt: minutes(30), closedBy: 'Bureau' } as const;
/** An archived shipment's fields. */
export const ARCHIVED = { archivedAt: minutes(40), archivedBy: 'Bureau' } as const;

export function sampleStep(
	shipment: ShipmentRow,
	step: TrackingStep,
	ordinal: number,
	given: Partial<TimelineRow> = {}
): TimelineRow {
	return {
		id: newId('entry'),
		shipmentId: shipment.id,
		cycle: shipment.cycle,
		kind: 'step',
		step,
		ordinal,
		actorName: 'Quai',
		actorStructure: 'Escale',
		comment: '',
		personId: 'person',
		disputeId: null,
		occurredAt: minutes(6 + ordinal),
		occurredUncertain: false,
		receivedAt: minutes(6 + ordinal),
		...given
	};
}

/** Global, linked to nobody, with the roles given. */
export function sampleContact(given: Partial<ContactRow> & Pick<ContactRow, 'id'>): ContactRow {
	const { id } = given;
	const scope = { destinationIds: [], linkedShipperIds: [] };
	return { name: id, structure: 'ONG', address: `1 rue ${id}`, roles: [], ...scope, active: true, ...given };
}

const product = (id: string, active = true) => ({
	id,
	sku: id.toUpperCase(),
	name: id,
	brand: '',
	gtin: null,
	barcode: null,
	weightGrams: 1000,
	perishable: false,
	active
});

/** A warehouse with everything that a command can name, and these cartons and shipments; counts follow the cartons. */
export function sampleWorld(
	rows: { cartons?: CartonRow[]; shipments?: ShipmentRow[]; timeline?: TimelineRow[] } = {}
): World {
	const world = emptyWorld();
	for (const id of ['warehouse', 'elsewhere']) world.warehouses.set(id, { id, code: id.toUpperCase(), name: id });
	for (const id of ['shelf', 'dock']) world.locations.set(id, { id, warehouseId: 'warehouse', code: id.toUpperCase() });
	world.locations.set('far', { id: 'far', warehouseId: 'elsewhere', code: 'FAR' });
	for (const id of ['rice', 'soap']) world.products.set(id, product(id));
	world.products.set('withdrawn', product('withdrawn', false));
	for (const role of ['shipper', 'recipient', 'correspondent'] as const) {
		for (const id of [role, `${role}-2`]) world.contacts.set(id, sampleContact({ id, roles: [role] }));
	}
	const all: ContactRow['roles'] = ['shipper', 'recipient', 'correspondent'];
	world.contacts.set('retired', sampleContact({ id: 'retired', roles: all, active: false }));
	for (const [id, city, iata, country, active] of [
		['bamako', 'Bamako', 'BKO', 'Mali', true],
		['dakar', 'Dakar', 'DSS', 'Sénégal', true],
		['closed', 'Ailleurs', 'XXX', 'Nulle part', false]
	] as const)
		world.destinations.set(id, { id, city, iata, country, correspondentId: 'correspondent', active });
	for (const row of rows.cartons ?? []) {
		world.cartons.set(row.id, row);
		world.codes.set(row.code, { kind: 'carton', id: row.id });
	}
	for (const row of rows.timeline ?? []) world.timeline.set(row.id, row);
	for (const row of rows.shipments ?? []) world.shipments.set(row.id, counted(row, rows.cartons ?? []));
	return world;
}

/** The shipment with the counts of its cartons among these. */
export function counted(shipment: ShipmentRow, cartons: readonly CartonRow[]): ShipmentRow {
	const inside = cartons.filter((carton) => carton.shipmentId === shipment.id);
	const count = (status: CartonStatus) => inside.filter((carton) => carton.status === status).length;
	return {
		...shipment,
		cartonsTotal: inside.length,
		cartonsAssigned: count('assigned'),
		cartonsLabeled: count('labeled'),
		cartonsShipped: count('shipped')
	};
}

/** The server's context for a manager an hour after `T0`. */
export function sampleContext(given: Partial<Context> = {}): Context {
	return {
		side: 'server',
		actor: { personId: 'person', name: 'Responsable', structure: 'Escale', role: 'manager' },
		uid: newId('uid'),
		replicaId: 'replica',
		deviceAt: minutes(60),
		receivedAt: minutes(60),
		leases: [{ from: 1, until: 99 }],
		numbers: { finalReference: '269001', temporaryReference: 'EXP-TEMP-90', trackingToken: newId('token') },
		defaultShipperId: null,
		...given
	};
}
