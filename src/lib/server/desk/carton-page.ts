/**
 * One carton with its content and its history (C11). A code may have been used before by a carton that was discarded
 * unpacked (C14): the one that holds it now comes first. Reads through the read-only client.
 */
import type { CartonEventRow, CartonRow, CartonStatus, ShipmentRow } from '#lib/domain/rows.ts';
import type { CartonEvent, PrismaClient } from '#lib/server/prisma/client.ts';
import { cartonRow, shipmentRow } from './records.ts';

export interface CartonReading {
	carton: CartonRow;
	items: {
		productId: string;
		sku: string;
		name: string;
		brand: string;
		quantity: number;
		lotCode: string | null;
		expiresOn: string | null;
		/** Grams of the line; null where nobody knows. */
		grams: number | null;
	}[];
	/** Newest first. */
	events: (CartonEventRow & { personName: string | null })[];
	shipment: ShipmentRow | null;
	/** References of shipments that its history names, by id. */
	references: Record<string, string>;
	location: string | null;
	warehouse: string;
}

/** `name`: the code as printed, or the id. Null: there is no such carton. */
export async function readCarton(reader: PrismaClient, name: string): Promise<CartonReading | null> {
	const code = name.trim().toUpperCase();
	const record =
		(await reader.carton.findFirst({ where: { OR: [{ id: name }, { heldCode: code }] } })) ??
		(await reader.carton.findFirst({ where: { code }, orderBy: { createdAt: 'desc' } }));
	if (record === null) return null;
	const carton = cartonRow(record);
	const [events, warehouse, location] = await Promise.all([
		reader.cartonEvent.findMany({
			where: { cartonId: carton.id },
			orderBy: [{ receivedAt: 'desc' }, { occurredAt: 'desc' }, { id: 'desc' }]
		}),
		reader.warehouse.findUnique({ where: { id: carton.warehouseId } }),
		carton.locationId === null ? null : reader.location.findUnique({ where: { id: carton.locationId } })
	]);
	const shipments = await reader.shipment.findMany({ where: { id: { in: shipmentIds(carton, events) } } });
	const own = shipments.find((shipment) => shipment.id === carton.shipmentId);
	return {
		carton,
		items: await itemsOf(reader, carton),
		events: await named(reader, events),
		shipment: own === undefined ? null : shipmentRow(own),
		references: Object.fromEntries(shipments.map((row) => [row.id, row.reference ?? row.temporaryReference ?? ''])),
		location: location?.code ?? null,
		warehouse: warehouse?.name ?? ''
	};
}

function shipmentIds(carton: CartonRow, events: readonly CartonEvent[]): string[] {
	const ids = [carton.shipmentId, ...events.flatMap((event) => [event.shipmentBefore, event.shipmentAfter])];
	return [...new Set(ids)].filter((id) => id !== null);
}

async function itemsOf(reader: PrismaClient, carton: CartonRow): Promise<CartonReading['items']> {
	const products = await reader.product.findMany({
		where: { id: { in: carton.items.map((item) => item.productId) } }
	});
	const byId = new Map(products.map((product) => [product.id, product]));
	return carton.items.map((item) => {
		const product = byId.get(item.productId);
		const each = product?.weightGrams ?? null;
		return {
			...item,
			sku: product?.sku ?? '',
			name: product?.name ?? '',
			brand: product?.brand ?? '',
			grams: each === null ? null : each * item.quantity
		};
	});
}

async function named(reader: PrismaClient, events: readonly CartonEvent[]): Promise<CartonReading['events']> {
	const ids = events.map((event) => event.personId).filter((id) => id !== null);
	const people = await reader.person.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
	const names = new Map(people.map((person) => [person.id, person.name]));
	return events.map((event) => ({
		...event,
		fromStatus: event.fromStatus as CartonStatus | null,
		toStatus: event.toStatus as CartonStatus,
		personName: event.personId === null ? null : (names.get(event.personId) ?? null)
	}));
}
