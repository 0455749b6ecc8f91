/**
 * One shipment with everything that its page shows: cartons with what they hold, the timeline over all cycles, the parties.
 * Reads through the read-only client.
 */
import type { CartonRow, ShipmentRow, TimelineRow } from '#lib/domain/rows.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { cartonRow, shipmentRow, timelineRow } from './records.ts';

export interface ShipmentReading {
	shipment: ShipmentRow;
	/** Oldest first, all cycles. */
	timeline: TimelineRow[];
	/** By code. */
	cartons: CartonRow[];
	/** Grams a unit, by product id; null where nobody knows. */
	gramsByProduct: Map<string, number | null>;
}

/** `name`: the id, a final or a temporary reference (R2: an alias for ever). Null: there is no such shipment. */
export async function findShipmentId(reader: PrismaClient, name: string): Promise<string | null> {
	const reference = name.trim().toUpperCase();
	const found = await reader.shipment.findFirst({
		where: { OR: [{ id: name }, { reference }, { temporaryReference: reference }] },
		select: { id: true }
	});
	return found?.id ?? null;
}

/** Null: there is no such shipment. */
export async function readShipment(reader: PrismaClient, id: string): Promise<ShipmentReading | null> {
	const record = await reader.shipment.findUnique({ where: { id } });
	if (record === null) return null;
	const [timeline, cartons] = await Promise.all([
		reader.timeline.findMany({ where: { shipmentId: id }, orderBy: { ordinal: 'asc' } }),
		reader.carton.findMany({ where: { shipmentId: id }, orderBy: { code: 'asc' } })
	]);
	const rows = cartons.map(cartonRow);
	const productIds = new Set(rows.flatMap((carton) => carton.items.map((item) => item.productId)));
	const products = await reader.product.findMany({
		where: { id: { in: [...productIds] } },
		select: { id: true, weightGrams: true }
	});
	return {
		shipment: shipmentRow(record),
		timeline: timeline.map(timelineRow),
		cartons: rows,
		gramsByProduct: new Map(products.map((product) => [product.id, product.weightGrams]))
	};
}

/** Units and weight of a carton's content. `grams` leaves out what nobody has weighed; `complete` tells whether it did. */
export function contentOf(carton: CartonRow, gramsByProduct: ReadonlyMap<string, number | null>) {
	let units = 0;
	let grams = 0;
	let complete = true;
	for (const item of carton.items) {
		const each = gramsByProduct.get(item.productId) ?? null;
		units += item.quantity;
		if (each === null) complete = false;
		else grams += each * item.quantity;
	}
	return { units, lines: carton.items.length, grams, complete };
}
