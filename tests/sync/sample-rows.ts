/** Rows for tests that need a warehouse without a server. */
import type { CartonRow, ProductRow, ShipmentRow } from '#lib/domain/rows.ts';
import type { TinyServer } from './tiny-server.ts';

const AT = '2026-03-02T08:00:00.000Z';

export const aProduct = (id: string): ProductRow => ({
	id,
	sku: `SKU-${id}`,
	name: `Produit ${id}`,
	brand: '',
	gtin: null,
	barcode: null,
	weightGrams: 100,
	perishable: false,
	active: true
});

export const aCarton = (id: string, code: string, more: Partial<CartonRow> = {}): CartonRow => ({
	id,
	code,
	source: 'printed',
	status: 'packed',
	shipmentId: null,
	warehouseId: 'w',
	locationId: null,
	movedBy: null,
	movedAt: null,
	items: [{ productId: 'p1', quantity: 1, lotCode: null, expiresOn: null }],
	everPacked: true,
	statusBy: 'Bureau',
	statusAt: AT,
	linkedBy: null,
	linkedAt: null,
	loadedCycle: null,
	loadedBy: null,
	loadedAt: null,
	createdBy: 'Bureau',
	createdAt: AT,
	discardedAt: null,
	...more
});

export const aShipment = (id: string, reference: string, more: Partial<ShipmentRow> = {}): ShipmentRow => ({
	id,
	reference,
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
	readyAt: null,
	closedAt: null,
	closedBy: null,
	archivedAt: null,
	archivedBy: null,
	destinationId: 'd',
	destinationCity: 'Abidjan',
	destinationIata: 'ABJ',
	destinationCountry: "Côte d'Ivoire",
	shipper: null,
	recipient: null,
	correspondent: null,
	requestedOn: null,
	notes: '',
	trackingToken: null,
	createdBy: 'Bureau',
	createdAt: AT,
	...more
});

/** One warehouse, a product, a shipment `s1` (260001), and cartons `c0`… with the codes `BOX-0`…, packed. */
export function fill(server: TinyServer, cartons: number): void {
	server.save('warehouses', [{ id: 'w', code: 'ORLY', name: 'Orly' }]);
	server.save('products', [aProduct('p1')]);
	server.save('destinations', [
		{ id: 'd', city: 'Abidjan', iata: 'ABJ', country: "Côte d'Ivoire", correspondentId: null, active: true }
	]);
	server.save('shipments', [aShipment('s1', '260001')]);
	server.save(
		'cartons',
		Array.from({ length: cartons }, (_, i) => aCarton(`c${i}`, `BOX-${i}`))
	);
}
