/**
 * Asks the rule whether a button can be pressed, so that a disabled one says why in the rule's own words. Looks at the rows
 * that are on the screen and changes nothing; the replica asks again when it is pressed.
 */
import { asking } from '#lib/domain/ask.ts';
import type { Command } from '#lib/domain/commands.ts';
import { availability } from '#lib/domain/decide.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { CartonRow, ContactRow, DestinationRow, ProductRow, ShipmentRow } from '#lib/domain/rows.ts';
import { emptyWorld } from '#lib/domain/world.ts';
import type { Operator } from '#lib/sync/client.ts';

/** Who asks while nobody is signed in. */
export const NOBODY: Operator = { personId: '', name: '', structure: '', role: 'viewer' };

export interface OnScreen {
	carton?: CartonRow | null;
	shipment?: ShipmentRow | null;
	products?: readonly ProductRow[];
	contacts?: readonly ContactRow[];
	destinations?: readonly DestinationRow[];
}

/** What stands in the way of this command now, refusals and "already" alike; null: nothing does. */
export function obstacleTo(command: Command, rows: OnScreen, operator: Operator | null): Rejection | null {
	const world = emptyWorld();
	if (rows.carton) world.cartons.set(rows.carton.id, rows.carton);
	if (rows.shipment) world.shipments.set(rows.shipment.id, rows.shipment);
	for (const product of rows.products ?? []) world.products.set(product.id, product);
	for (const contact of rows.contacts ?? []) world.contacts.set(contact.id, contact);
	for (const destination of rows.destinations ?? []) world.destinations.set(destination.id, destination);
	const answer = availability(command, world, asking(operator ?? NOBODY, new Date().toISOString()));
	return answer.allowed ? null : answer.rejection;
}

/** [§9] May this person create shipments at all? What else a form lacks, it says itself. */
export const mayCreateShipments = (operator: Operator | null): boolean =>
	obstacleTo({ name: 'shipment.create', args: { shipmentId: 'ask', destinationId: '' } }, {}, operator)?.code !==
	'forbidden';

/** What keeps a shipment from taking a packed carton: archived, closed, disputed, locked, or the worker's role. */
export function obstacleToFilling(shipment: ShipmentRow, operator: Operator | null): Rejection | null {
	const carton = imagined(shipment, { status: 'packed', shipmentId: null });
	const command: Command = { name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } };
	return obstacleTo(command, { carton, shipment }, operator);
}

/** [C15] What keeps a labelled carton of this shipment from being marked as loaded: not planned, disputed, the worker's role. */
export function obstacleToLoading(shipment: ShipmentRow, operator: Operator | null): Rejection | null {
	const carton = imagined(shipment, { status: 'labeled', shipmentId: shipment.id });
	const args = { cartonId: carton.id, shipmentId: shipment.id, cycle: shipment.cycle };
	return obstacleTo({ name: 'carton.load', args }, { carton, shipment }, operator);
}

/** A carton with content that nothing else stands in the way of: asked about where any carton will do. */
const imagined = (
	{ createdAt: at, createdBy: by }: ShipmentRow,
	place: Pick<CartonRow, 'status' | 'shipmentId'>
): CartonRow => ({
	id: 'ask',
	code: '',
	source: 'printed',
	...place,
	warehouseId: '',
	locationId: null,
	movedBy: null,
	movedAt: null,
	items: [{ productId: '', quantity: 1, lotCode: null, expiresOn: null }],
	everPacked: true,
	statusBy: by,
	statusAt: at,
	linkedBy: null,
	linkedAt: null,
	loadedCycle: null,
	loadedBy: null,
	loadedAt: null,
	createdBy: by,
	createdAt: at,
	discardedAt: null
});
