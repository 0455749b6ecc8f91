/**
 * The demo's reference rows, made of its catalogue: places, contacts and products with ids of their own. What happened with
 * them is seed-demo.ts.
 */
import type { ContactRow, DestinationRow, LocationRow, ProductRow, WarehouseRow } from '#lib/domain/rows.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { DEFAULT, RECIPIENTS, SHIPPERS } from './demo-contacts.ts';
import { AISLES, SHELVES, STOPOVERS, WAREHOUSES, type Iata } from './demo-places.ts';
import { PRODUCTS, type DemoProduct } from './demo-products.ts';

/** Ids by the catalogue's own keys. */
export interface DemoReference {
	warehouses: Map<string, string>;
	/** By warehouse code. */
	locations: Map<string, string[]>;
	destinations: Map<Iata, { id: string; correspondentId: string }>;
	contacts: Map<string, string>;
	products: (DemoProduct & { id: string })[];
}

export async function seedReference(store: Store, defaultShipper: string): Promise<DemoReference> {
	const warehouses = WAREHOUSES.map(({ code, name }): WarehouseRow => ({ id: newUuid(), code, name }));
	const locations = WAREHOUSES.flatMap(({ code, zones }, i) =>
		zones
			.flatMap((zone) => shelvesOf(`${code}-${zone}`, zone === 'QUAI'))
			.map((name): LocationRow => ({
				id: newUuid(),
				warehouseId: warehouses[i]!.id,
				code: name
			}))
	);
	const products = PRODUCTS.map((product) => ({ ...product, id: newUuid() }));
	const stops = STOPOVERS.map((stop) => ({ ...stop, id: newUuid(), correspondentId: newUuid() }));
	const idOfStop = new Map(stops.map(({ iata, id }) => [iata, id]));
	const contactIds = new Map(
		[DEFAULT, ...[...SHIPPERS, ...RECIPIENTS].map(({ key }) => key)].map((key) => [key, newUuid()])
	);
	const idsOf = <K>(ids: ReadonlyMap<K, string>, keys: readonly K[]) => keys.map((key) => ids.get(key)!);

	const contacts: ContactRow[] = [
		contact(contactIds.get(DEFAULT)!, defaultShipper, 'shipper', { address: 'Zone de fret, 95700 Roissy-en-France' }),
		...SHIPPERS.map(({ key, name, address, serves }) =>
			contact(contactIds.get(key)!, name, 'shipper', { address, destinationIds: idsOf(idOfStop, serves) })
		),
		...RECIPIENTS.map(({ key, name, address, at, linked }) =>
			contact(contactIds.get(key)!, name, 'recipient', {
				address,
				destinationIds: idsOf(idOfStop, [at]),
				linkedShipperIds: idsOf(contactIds, linked)
			})
		),
		...stops.map(({ id, correspondentId, city, receives }) =>
			contact(correspondentId, `Correspondant ${city}`, 'correspondent', {
				structure: receives,
				address: `Fret aéroport, ${city}`,
				destinationIds: [id]
			})
		)
	];
	await Promise.all([
		store.saveReference('warehouses', warehouses),
		store.saveReference('locations', locations),
		store.saveReference('products', products.map(productRow)),
		store.saveReference('contacts', contacts),
		store.saveReference(
			'destinations',
			stops.map(({ id, correspondentId, city, iata, country }): DestinationRow => ({
				id,
				city,
				iata,
				country,
				correspondentId,
				active: true
			}))
		)
	]);
	return {
		warehouses: new Map(warehouses.map(({ code, id }) => [code, id])),
		locations: new Map(
			warehouses.map(({ code, id }) => [code, locations.filter((one) => one.warehouseId === id).map((one) => one.id)])
		),
		destinations: new Map(stops.map(({ iata, id, correspondentId }) => [iata, { id, correspondentId }])),
		contacts: contactIds,
		products
	};
}

const shelvesOf = (zone: string, isDock: boolean): string[] =>
	isDock ? [zone] : AISLES.flatMap((aisle) => SHELVES.map((shelf) => `${zone}-${aisle}-${shelf}`));

function contact(id: string, name: string, role: ContactRow['roles'][number], rest: Partial<ContactRow>): ContactRow {
	return {
		id,
		name,
		structure: name,
		address: '',
		roles: [role],
		destinationIds: [],
		linkedShipperIds: [],
		active: true,
		...rest
	};
}

const productRow = ({
	id,
	sku,
	name,
	brand,
	gtin,
	weightGrams,
	perishable
}: DemoProduct & { id: string }): ProductRow => ({
	id,
	sku,
	name,
	brand,
	gtin,
	barcode: null,
	weightGrams,
	perishable,
	active: true
});
