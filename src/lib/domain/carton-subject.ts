/**
 * What every carton command looks at first: the carton, the shipment that it is in (C10), the shipment that the command
 * names; and whether the carton is where its author saw it.
 */
import type { World } from './decision.ts';
import { referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { Subject } from './rule.ts';
import type { CartonRow, ShipmentRow } from './rows.ts';

export interface CartonSubject extends Subject {
	carton: CartonRow;
	own: ShipmentRow | null;
}

interface Named {
	cartonId: string;
	/** Seen on the author's screen, or where the carton is to go. */
	shipmentId?: string | null | undefined;
	intoShipmentId?: string | undefined;
}

/** [§10] The carton and every shipment concerned, its own first; `not_found`, `carton_discarded`. */
export function findCarton(args: Named, world: World): CartonSubject | Rejection {
	const carton = world.cartons.get(args.cartonId);
	if (!carton) return refuse('not_found', { what: 'carton', id: args.cartonId }, args.cartonId);
	if (carton.discardedAt !== null)
		return refuse('carton_discarded', { code: carton.code, at: carton.discardedAt }, carton.id);
	const shipments: ShipmentRow[] = [];
	for (const id of [carton.shipmentId, args.shipmentId, args.intoShipmentId]) {
		if (!id || shipments.some((known) => known.id === id)) continue;
		const shipment = world.shipments.get(id);
		if (!shipment) return refuse('not_found', { what: 'shipment', id }, id);
		shipments.push(shipment);
	}
	return { carton, own: carton.shipmentId === null ? null : (shipments[0] ?? null), shipments };
}

/** How the own shipment is named in a sentence about a carton. */
export const ownReference = ({ own }: CartonSubject): string => (own ? referenceOf(own) : '');

/** [§11] The carton is no longer in the shipment where its author saw it. Seen `undefined`: its author did not say. */
export function notWhereSeen(subject: CartonSubject, seen: string | null | undefined): Rejection | null {
	const { carton } = subject;
	return seen === undefined || seen === carton.shipmentId ? null : notIn(subject, seen);
}

/** `carton_not_linked`, or `carton_linked_elsewhere` naming where it is. */
export function notIn(subject: CartonSubject, expected: string | null): Rejection {
	const { carton, own } = subject;
	const entities = expected === null ? [carton.id] : [carton.id, expected];
	if (carton.shipmentId === null) return refuse('carton_not_linked', { code: carton.code }, ...entities);
	return refuse(
		'carton_linked_elsewhere',
		{ code: carton.code, reference: ownReference(subject) },
		...entities,
		...(own ? [own.id] : [])
	);
}

/** Did the author see the carton where it is, as far as they said? What `already_…` asks before it answers. */
export const seenHere = (carton: CartonRow, seen: string | null | undefined): boolean =>
	seen === undefined || seen === carton.shipmentId;
