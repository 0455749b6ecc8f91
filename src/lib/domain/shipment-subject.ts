/**
 * What every shipment command looks at first: the shipment that it names.
 */
import type { World } from './decision.ts';
import { refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { Subject } from './rule.ts';
import type { ShipmentRow } from './rows.ts';

export interface ShipmentSubject extends Subject {
	shipment: ShipmentRow;
}

export function findShipment(args: { shipmentId: string }, world: World): ShipmentSubject | Rejection {
	const shipment = world.shipments.get(args.shipmentId);
	if (!shipment) return refuse('not_found', { what: 'shipment', id: args.shipmentId }, args.shipmentId);
	return { carton: null, shipment, shipments: [shipment] };
}
