/**
 * What most server tests need to be there: people of every role, one device with all of them, two warehouses, and the
 * parties and products of one shipment.
 */
import type { ContactRow, DestinationRow, LocationRow, ProductRow, Role, WarehouseRow } from '#lib/domain/rows.ts';
import type { TestWorld } from './world.ts';

/** Ids of what is seeded. A person's id is also their login. */
export const SEEDED = {
	people: { viewer: 'viewer', operator: 'operator', manager: 'manager', admin: 'admin' },
	warehouses: ['w-paris', 'w-lyon'],
	locations: ['l-a1', 'l-a2'],
	products: ['p-gauze', 'p-milk', 'p-syringe'],
	destination: 'd-abj',
	shipper: 'c-shipper',
	recipient: 'c-recipient',
	correspondent: 'c-correspondent',
	device: 'device-1'
} as const;

export async function seedWorld(world: TestWorld): Promise<void> {
	const { store } = world;
	const warehouses: WarehouseRow[] = [
		{ id: 'w-paris', code: 'ORLY', name: 'Orly' },
		{ id: 'w-lyon', code: 'LYON', name: 'Lyon' }
	];
	const locations: LocationRow[] = SEEDED.locations.map((id) => ({
		id,
		warehouseId: 'w-paris',
		code: `ORLY-${id.toUpperCase()}`
	}));
	const products: ProductRow[] = SEEDED.products.map((id, i) => ({
		id,
		sku: `SKU-${i + 1}`,
		name: id.slice(2),
		brand: '',
		gtin: null,
		barcode: null,
		weightGrams: 1000,
		perishable: false,
		active: true
	}));
	const destinations: DestinationRow[] = [
		{
			id: SEEDED.destination,
			city: 'Abidjan',
			iata: 'ABJ',
			country: "Côte d'Ivoire",
			correspondentId: SEEDED.correspondent,
			active: true
		}
	];
	const contact = (id: string, role: ContactRow['roles'][number]): ContactRow => ({
		id,
		name: id,
		structure: '',
		address: '1 rue du Test',
		roles: [role],
		destinationIds: [],
		linkedShipperIds: role === 'recipient' ? [SEEDED.shipper] : [],
		active: true
	});
	await Promise.all([
		store.saveReference('warehouses', warehouses),
		store.saveReference('locations', locations),
		store.saveReference('products', products),
		store.saveReference('destinations', destinations),
		store.saveReference('contacts', [
			contact(SEEDED.shipper, 'shipper'),
			contact(SEEDED.recipient, 'recipient'),
			contact(SEEDED.correspondent, 'correspondent')
		])
	]);
	await Promise.all(Object.entries(SEEDED.people).map(([role, id]) => world.person(id, role as Exclude<Role, 'link'>)));
	await world.device(SEEDED.device);
}
