/**
 * The rows that phone and server keep: what a carton, a shipment and the things they name look like at rest.
 * Both sides store these same shapes; nothing here knows how. Times are ISO 8601 UTC with milliseconds,
 * dates are `YYYY-MM-DD`, ids are UUIDv7 (rows that a rule creates derive theirs, see `ids.ts`).
 * Old phones keep old rows: a row gains only optional fields.
 */

/** §2 of the rule book, in order. */
export const CARTON_STATUSES = ['draft', 'picking', 'packed', 'assigned', 'labeled', 'shipped'] as const;
export type CartonStatus = (typeof CARTON_STATUSES)[number];

/** §3, in order. From `planned` on a shipment is *locked*. */
export const SHIPMENT_STATUSES = [
	'draft',
	'picking',
	'packed',
	'planned',
	'shipped',
	'received_correspondent',
	'delivered'
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** §4. Recorded on the timeline, at most once in a cycle each. */
export const TRACKING_STEPS = [
	'planning_ok',
	'planned',
	'moved_export',
	'boarding_ok',
	'received_correspondent',
	'received_recipient'
] as const;
export type TrackingStep = (typeof TRACKING_STEPS)[number];

/** What can stand on a shipment's timeline besides its steps. */
export const TIMELINE_KINDS = ['step', 'dispute', 'resolve', 'reopen', 'edit', 'promote', 'close', 'archive'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export const CONTACT_ROLES = ['shipper', 'recipient', 'correspondent', 'donor', 'carrier'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

export const ROLES = ['viewer', 'operator', 'manager', 'admin', 'link'] as const;
export type Role = (typeof ROLES)[number];

/** One line of a carton's content. Lines stand in packing order: what was packed last is last (C13). */
export interface CartonItem {
	productId: string;
	/** Units, a positive integer. */
	quantity: number;
	lotCode: string | null;
	expiresOn: string | null;
}

export interface CartonRow {
	id: string;
	/** As printed, trimmed and upper-cased (R3, R4). */
	code: string;
	source: 'printed' | 'leased';
	status: CartonStatus;
	/** The shipment it is linked to; null when unlinked. */
	shipmentId: string | null;
	warehouseId: string;
	locationId: string | null;
	/** Who last moved it, and when; null until a first move. */
	movedBy: string | null;
	movedAt: string | null;
	items: CartonItem[];
	/** Has it ever held an item? Decides whether a pre-printed sticker is free again (C14). */
	everPacked: boolean;
	/** The name of who last changed the status, and when (occurredAt): what `already_…` answers name. All `…By` are names. */
	statusBy: string;
	statusAt: string;
	/** Who last linked it to a shipment or unlinked it, and when; null until a first link. */
	linkedBy: string | null;
	linkedAt: string | null;
	/** Loading check (C15): the cycle it is marked in, or null; and who last marked or unmarked it, and when. */
	loadedCycle: number | null;
	loadedBy: string | null;
	loadedAt: string | null;
	createdBy: string;
	createdAt: string;
	discardedAt: string | null;
}

/** A party of a shipment: a reference plus what it read when it was set (S3). */
export interface PartySnapshot {
	id: string;
	name: string;
	address: string;
}

export interface ShipmentRow {
	id: string;
	/** Final reference (R1); null while temporary, or on a phone until the server has numbered it. */
	reference: string | null;
	/** `EXP-TEMP-XX` (R2); stays as an alias after promotion. Null when never temporary or not yet numbered. */
	temporaryReference: string | null;
	/** Created with `temporary`. */
	temporary: boolean;
	status: ShipmentStatus;
	/** The dispute that is open, or null (D1). */
	disputeId: string | null;
	disputeReason: string | null;
	disputedBy: string | null;
	disputedAt: string | null;
	/** D5: 1, 2, 3… */
	cycle: number;
	/** The latest tracking step of the current cycle and its occurredAt (T1, T4). */
	latestStep: TrackingStep | null;
	latestStepAt: string | null;
	/** S1: the counts equal its cartons (C12). `cartonsAssigned` counts status `assigned` alone, and so on. */
	cartonsTotal: number;
	cartonsAssigned: number;
	cartonsLabeled: number;
	cartonsShipped: number;
	/** S1: occurredAt of becoming `packed`. */
	readyAt: string | null;
	closedAt: string | null;
	closedBy: string | null;
	archivedAt: string | null;
	archivedBy: string | null;
	destinationId: string;
	/** Snapshot, as of the parties. */
	destinationCity: string;
	destinationIata: string;
	destinationCountry: string;
	shipper: PartySnapshot | null;
	recipient: PartySnapshot | null;
	correspondent: PartySnapshot | null;
	requestedOn: string | null;
	notes: string;
	/** T5: unguessable; only the server makes it, so a phone's own draft has null. */
	trackingToken: string | null;
	createdBy: string;
	createdAt: string;
}

/** One entry of a shipment's timeline: a tracking step (T3, T4), or a dispute, resolution, reopening, edit… */
export interface TimelineRow {
	id: string;
	shipmentId: string;
	/** D5. A resolution that starts a cycle is that cycle's first entry, so the newest entry is always of the current one. */
	cycle: number;
	kind: TimelineKind;
	/** Only of kind `step`. */
	step: TrackingStep | null;
	/** Position in the server's order of acceptance within the shipment: 1, 2, 3… */
	ordinal: number;
	actorName: string;
	actorStructure: string;
	/** The comment of a step or resolution, the reason of a dispute, the names of an edit's fields with commas between. */
	comment: string;
	/** The signed-in person, or null for a tracking link. */
	personId: string | null;
	/** Of kinds `dispute` and `resolve`. */
	disputeId: string | null;
	occurredAt: string;
	/** A device's time that had to be moved to a bound (T4). */
	occurredUncertain: boolean;
	/** The server's time; on a phone, until the server has answered, the corrected device time. */
	receivedAt: string;
}

/** C11. Kept by the server only; phones do not store it. */
/** §11: a refusal that a worker handed to the office. Kept by the server only; its id is the refused mutation's uid. */
export interface RefusalRow {
	id: string;
	/** What was meant: the command's name and its arguments, as the phone told them. */
	command: string;
	arguments: Record<string, unknown>;
	/** The code of the rejection. */
	code: string;
	/** What the worker added; '' where nothing. */
	note: string;
	handedBy: string;
	handedAt: string;
	settledBy: string | null;
	settledAt: string | null;
	/** What the office did about it. */
	settlement: string | null;
}

export interface CartonEventRow {
	id: string;
	cartonId: string;
	fromStatus: CartonStatus | null;
	toStatus: CartonStatus;
	shipmentBefore: string | null;
	shipmentAfter: string | null;
	/** The command that caused it, `shipment.track:boarding_ok` for steps. */
	reason: string;
	personId: string | null;
	replicaId: string;
	occurredAt: string;
	receivedAt: string;
}

export interface ProductRow {
	id: string;
	sku: string;
	name: string;
	brand: string;
	/** Any GTIN length, or null (R4: all lengths compare equal). */
	gtin: string | null;
	/** A barcode that is no GTIN, or null. */
	barcode: string | null;
	/** Grams a unit, or null when not known. */
	weightGrams: number | null;
	perishable: boolean;
	active: boolean;
}

/** [§11] Who last changed each field of a contact or destination since it was made, and when (occurredAt). */
export type FieldStamps = Record<string, { by: string; at: string }>;

export interface DestinationRow {
	id: string;
	city: string;
	iata: string;
	country: string;
	/** The configured correspondent (P4). */
	correspondentId: string | null;
	active: boolean;
	changed?: FieldStamps | undefined;
}

export interface ContactRow {
	id: string;
	name: string;
	structure: string;
	address: string;
	roles: ContactRole[];
	/** Destination ids; empty = global (P2…P4). */
	destinationIds: string[];
	/** Of recipients; empty = global (P3). */
	linkedShipperIds: string[];
	active: boolean;
	changed?: FieldStamps | undefined;
}

export interface WarehouseRow {
	id: string;
	code: string;
	name: string;
}

export interface LocationRow {
	id: string;
	warehouseId: string;
	/** Warehouse + zone + aisle + shelf, upper case, unique (L8). */
	code: string;
}

/** A colleague, as others see them: who did what. No address, no secret. */
export interface PersonRow {
	id: string;
	name: string;
	structure: string;
	badgeCode: string | null;
	active: boolean;
}

/** Every synced table, by the name that the wire, the feed and the phone use. */
export interface SyncedRows {
	cartons: CartonRow;
	shipments: ShipmentRow;
	timeline: TimelineRow;
	products: ProductRow;
	destinations: DestinationRow;
	contacts: ContactRow;
	warehouses: WarehouseRow;
	locations: LocationRow;
	people: PersonRow;
}
export type SyncedTable = keyof SyncedRows;
export type AnyRow = SyncedRows[SyncedTable];

export const SYNCED_TABLES = [
	'warehouses',
	'people',
	'locations',
	'products',
	'destinations',
	'contacts',
	'shipments',
	'cartons',
	'timeline'
] as const satisfies readonly SyncedTable[];
