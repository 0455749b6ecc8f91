/**
 * The synced tables as SQL sees them: one table that rows, triggers, gather and migrations all read. What a column is
 * called follows from its field's name; how it is stored is written here, and the compiler checks that no field is missing.
 */
import { SYNCED_TABLES, type SyncedRows, type SyncedTable } from '#lib/domain/rows.ts';

/**
 * `plain`: text, integer or null as they are; `flag`: 0 or 1; `json`: a list or record as JSON text, null as NULL; `maybe`: a
 * record that an old row does not have, absent as NULL, so that such a row reads (and hashes) as it always did.
 */
type Kind = 'plain' | 'flag' | 'json' | 'maybe';

/**
 * Who receives a row (sync §1). `everywhere`: every replica. `shipment`: every replica while it is live. `carton`: its
 * warehouse while unlinked, with its shipment when linked. `timeline`: with its shipment.
 */
type Membership = 'everywhere' | 'shipment' | 'carton' | 'timeline';

interface Spec<T extends SyncedTable> {
	sqlName: string;
	membership: Membership;
	fields: { [K in keyof SyncedRows[T]]-?: Kind };
}

const SPECS: { [T in SyncedTable]: Spec<T> } = {
	warehouses: { sqlName: 'warehouse', membership: 'everywhere', fields: { id: 'plain', code: 'plain', name: 'plain' } },
	people: {
		sqlName: 'person',
		membership: 'everywhere',
		fields: { id: 'plain', name: 'plain', structure: 'plain', badgeCode: 'plain', active: 'flag' }
	},
	locations: {
		sqlName: 'location',
		membership: 'everywhere',
		fields: { id: 'plain', warehouseId: 'plain', code: 'plain' }
	},
	products: {
		sqlName: 'product',
		membership: 'everywhere',
		fields: {
			id: 'plain',
			sku: 'plain',
			name: 'plain',
			brand: 'plain',
			gtin: 'plain',
			barcode: 'plain',
			weightGrams: 'plain',
			perishable: 'flag',
			active: 'flag'
		}
	},
	destinations: {
		sqlName: 'destination',
		membership: 'everywhere',
		fields: {
			id: 'plain',
			city: 'plain',
			iata: 'plain',
			country: 'plain',
			correspondentId: 'plain',
			active: 'flag',
			changed: 'maybe'
		}
	},
	contacts: {
		sqlName: 'contact',
		membership: 'everywhere',
		fields: {
			id: 'plain',
			name: 'plain',
			structure: 'plain',
			address: 'plain',
			roles: 'json',
			destinationIds: 'json',
			linkedShipperIds: 'json',
			active: 'flag',
			changed: 'maybe'
		}
	},
	shipments: {
		sqlName: 'shipment',
		membership: 'shipment',
		fields: {
			id: 'plain',
			reference: 'plain',
			temporaryReference: 'plain',
			temporary: 'flag',
			status: 'plain',
			disputeId: 'plain',
			disputeReason: 'plain',
			disputedBy: 'plain',
			disputedAt: 'plain',
			cycle: 'plain',
			latestStep: 'plain',
			latestStepAt: 'plain',
			cartonsTotal: 'plain',
			cartonsAssigned: 'plain',
			cartonsLabeled: 'plain',
			cartonsShipped: 'plain',
			readyAt: 'plain',
			closedAt: 'plain',
			closedBy: 'plain',
			archivedAt: 'plain',
			archivedBy: 'plain',
			destinationId: 'plain',
			destinationCity: 'plain',
			destinationIata: 'plain',
			destinationCountry: 'plain',
			shipper: 'json',
			recipient: 'json',
			correspondent: 'json',
			requestedOn: 'plain',
			notes: 'plain',
			trackingToken: 'plain',
			createdBy: 'plain',
			createdAt: 'plain'
		}
	},
	cartons: {
		sqlName: 'carton',
		membership: 'carton',
		fields: {
			id: 'plain',
			code: 'plain',
			source: 'plain',
			status: 'plain',
			shipmentId: 'plain',
			warehouseId: 'plain',
			locationId: 'plain',
			movedBy: 'plain',
			movedAt: 'plain',
			items: 'json',
			everPacked: 'flag',
			statusBy: 'plain',
			statusAt: 'plain',
			linkedBy: 'plain',
			linkedAt: 'plain',
			loadedCycle: 'plain',
			loadedBy: 'plain',
			loadedAt: 'plain',
			createdBy: 'plain',
			createdAt: 'plain',
			discardedAt: 'plain'
		}
	},
	timeline: {
		sqlName: 'timeline',
		membership: 'timeline',
		fields: {
			id: 'plain',
			shipmentId: 'plain',
			cycle: 'plain',
			kind: 'plain',
			step: 'plain',
			ordinal: 'plain',
			actorName: 'plain',
			actorStructure: 'plain',
			comment: 'plain',
			personId: 'plain',
			disputeId: 'plain',
			occurredAt: 'plain',
			occurredUncertain: 'flag',
			receivedAt: 'plain'
		}
	}
};

export interface Column {
	field: string;
	/** Quoted. */
	column: string;
	kind: Kind;
}

export interface TableSpec {
	table: SyncedTable;
	/** The SQL table, not quoted: all are plain words. */
	sqlName: string;
	membership: Membership;
	columns: readonly Column[];
	/** What a carton row carries besides its domain row: derived, never read back. */
	derived: readonly string[];
}

const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function tableSpec(table: SyncedTable): TableSpec {
	const { sqlName, membership, fields } = SPECS[table];
	const columns = Object.entries(fields).map(([field, kind]) => ({ field, column: `"${snake(field)}"`, kind }));
	return { table, sqlName, membership, columns, derived: table === 'cartons' ? ['"held_code"'] : [] };
}

/** Every synced table by its wire name. */
export const TABLES = Object.fromEntries(SYNCED_TABLES.map((table) => [table, tableSpec(table)])) as Record<
	SyncedTable,
	TableSpec
>;
/** The same, in the order of `SYNCED_TABLES`: what a row names comes before it. */
export const ALL_TABLES: readonly TableSpec[] = SYNCED_TABLES.map((table) => TABLES[table]);
