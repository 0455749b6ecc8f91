/**
 * [S1] A shipment's readiness follows its cartons, through the counts on its row: a scan costs the same on a shipment of
 * 5 cartons or 500. Works on rows given to it; saves nothing.
 */
import type { CartonStatus, ShipmentRow, ShipmentStatus } from './rows.ts';

const LOCKED: readonly ShipmentStatus[] = ['planned', 'shipped', 'received_correspondent', 'delivered'];

/** [S2] From `planned` on. */
export const isLocked = ({ status }: Pick<ShipmentRow, 'status'>): boolean => LOCKED.includes(status);
/** Neither locked nor archived. */
export const isOpen = (shipment: ShipmentRow): boolean => !isLocked(shipment) && shipment.archivedAt === null;
/** Neither archived nor closed. */
export const isLive = (shipment: ShipmentRow): boolean => shipment.archivedAt === null && shipment.closedAt === null;

/** [S1] The counts after one carton entered (`from` null), left (`to` null) or changed status within the shipment. */
export function recount(shipment: ShipmentRow, from: CartonStatus | null, to: CartonStatus | null): void {
	count(shipment, from, -1);
	count(shipment, to, 1);
}

function count(shipment: ShipmentRow, status: CartonStatus | null, by: 1 | -1): void {
	if (status === null) return;
	shipment.cartonsTotal += by;
	if (status === 'assigned') shipment.cartonsAssigned += by;
	if (status === 'labeled') shipment.cartonsLabeled += by;
	if (status === 'shipped') shipment.cartonsShipped += by;
}

/** [S1] Cartons that are past labelling. */
export const readyCartons = (shipment: ShipmentRow): number => shipment.cartonsLabeled + shipment.cartonsShipped;

/** [S1] What the cartons make of a shipment that is not locked. */
export function readiness(shipment: ShipmentRow): ShipmentStatus {
	if (shipment.cartonsTotal === 0) return 'draft';
	return readyCartons(shipment) === shipment.cartonsTotal ? 'packed' : 'picking';
}

/** [S1] Lets the status follow the counts, in place; `at` is the occurredAt of what changed them. A locked shipment keeps its own. */
export function followCartons(shipment: ShipmentRow, at: string): void {
	if (isLocked(shipment)) return;
	const status = readiness(shipment);
	if (status !== 'packed') shipment.readyAt = null;
	else if (shipment.status !== 'packed') shipment.readyAt = at;
	shipment.status = status;
}
