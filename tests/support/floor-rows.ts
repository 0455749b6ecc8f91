/**
 * Rows with nothing in them, for tests of the floor to fill in what matters.
 */
import type { CartonRow, ProductRow, ShipmentRow } from '#lib/domain/rows.ts';

/** When everything happened. */
export const AT = '2026-11-20T09:00:00.000Z';

export const EMPTY_CARTON: CartonRow = {
	id: '',
	code: '',
	source: 'printed',
	status: 'draft',
	shipmentId: null,
	warehouseId: 'w-1',
	locationId: null,
	movedBy: null,
	movedAt: null,
	items: [],
	everPacked: false,
	statusBy: 'Opérateur',
	statusAt: AT,
	linkedBy: null,
	linkedAt: null,
	loadedCycle: null,
	loadedBy: null,
	loadedAt: null,
	createdBy: 'Opérateur',
	createdAt: AT,
	discardedAt: null
};

export const EMPTY_SHIPMENT: ShipmentRow = {
	id: '',
	reference: '260147',
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
	destinationId: 'd-abj',
	destinationCity: 'Abidjan',
	destinationIata: 'ABJ',
	destinationCountry: 'Côte d’Ivoire',
	shipper: null,
	recipient: null,
	correspondent: null,
	requestedOn: null,
	notes: '',
	trackingToken: null,
	createdBy: 'Bureau',
	createdAt: AT
};

export const EMPTY_PRODUCT: ProductRow = {
	id: '',
	sku: 'ESC-0001',
	name: '',
	brand: '',
	gtin: null,
	barcode: null,
	weightGrams: 120,
	perishable: false,
	active: true
};
