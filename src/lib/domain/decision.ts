/**
 * The shape of every decision: `command → footprint → gather → world → decide → changes | rejection → save`.
 * A phone gathers from IndexedDB, the server from SQLite inside the transaction that saves; `decide` itself is
 * synchronous and pure.
 */
import type { Rejection } from './rejections.ts';
import type {
	CartonEventRow,
	CartonItem,
	CartonRow,
	CartonStatus,
	ContactRow,
	DestinationRow,
	LocationRow,
	PersonRow,
	ProductRow,
	RefusalRow,
	Role,
	ShipmentRow,
	TimelineRow,
	WarehouseRow
} from './rows.ts';

/** Which rows a command needs. A closure: a carton named brings its shipment, a contact its destination. */
export interface Footprint {
	cartonIds: string[];
	shipmentIds: string[];
	/** Codes whose holder must be known (`carton.create`), normalised by `normalizeCode`. */
	codes: string[];
	/** Shipments of which every carton is needed (boarding, resolve, edit of the destination, messages that list codes). */
	allCartonsOf: string[];
	/** Shipments of which the timeline of the current cycle is needed (track, close, resolve, dispute, edit). */
	timelineOf: string[];
	productIds: string[];
	contactIds: string[];
	destinationIds: string[];
	/** Shipments of which the destination and the parties are needed (P6). */
	partiesOf: string[];
	locationIds: string[];
	warehouseIds: string[];
	/** Refusals handed to the office, which only the server has. */
	refusalIds: string[];
}

/**
 * The rows that were gathered. A batch gathers once for all its commands; `applyChanges` keeps it current between
 * two decisions. Rows that do not exist are absent. After gathering `cartonIds`, the gatherer adds each carton's own shipment.
 */
export interface World {
	cartons: Map<string, CartonRow>;
	shipments: Map<string, ShipmentRow>;
	/** Timeline entries by id, of the shipments asked for (all kinds; at least the current cycle). */
	timeline: Map<string, TimelineRow>;
	/** Normalised code → what holds it now: a carton that is not free to be reused (C14), or another thing (R3). */
	codes: Map<string, CodeHolder>;
	products: Map<string, ProductRow>;
	contacts: Map<string, ContactRow>;
	destinations: Map<string, DestinationRow>;
	locations: Map<string, LocationRow>;
	warehouses: Map<string, WarehouseRow>;
	people: Map<string, PersonRow>;
	/** Empty on a phone. */
	refusals: Map<string, RefusalRow>;
}

export type CodeHolder =
	| { kind: 'carton'; id: string }
	| { kind: 'shipment'; id: string }
	| { kind: 'location'; id: string }
	| { kind: 'person'; id: string }
	| { kind: 'product'; id: string };

/** A block of carton numbers `CN-<number>-<check>` that one replica may use: `from` … `until`, both inclusive. */
export interface LeaseRange {
	from: number;
	until: number;
}

export interface Context {
	/** The side that decides. A phone leaves what only the server assigns null, and skips checks on today's date. */
	side: 'phone' | 'server';
	actor: { personId: string | null; name: string; structure: string; role: Role };
	/** The mutation's own identity; ids of rows that the rule creates derive from it (`rowId(uid, ordinal)`). */
	uid: string;
	replicaId: string;
	/** T4: the device's time corrected by the offset measured at its last contact. */
	deviceAt: string;
	/** The server's time; on a phone the same as `deviceAt`. */
	receivedAt: string;
	/** The carton number ranges leased to this replica. `null`: an integration without leases. */
	leases: readonly LeaseRange[] | null;
	/** The next numbers, to be used or not; what was used comes back in `assigned`. Null on a phone. */
	numbers: { finalReference: string; temporaryReference: string; trackingToken: string } | null;
	/** P5: the active shipper of the name `DEFAULT_SHIPPER`. Null where there is none, and on a phone. */
	defaultShipperId: string | null;
}

/**
 * What a mutation changed on its carton, as it was and as it left it: kept with the mutation on the phone and with the
 * result on the server, so that its undo restores exactly that and notices what somebody else changed since (I38).
 */
export interface UndoMemo {
	cartonId: string;
	created?: true;
	status?: { before: Stamped<CartonStatus>; after: Stamped<CartonStatus> };
	link?: { before: Stamped<string | null>; after: Stamped<string | null> };
	location?: { before: Stamped<string | null>; after: Stamped<string | null> };
	loaded?: { before: Stamped<number | null>; after: Stamped<number | null> };
	/** Of a label that went: what it was for. It comes back only on the same content for the same destination. */
	label?: { items: CartonItem[]; destinationId: string | null };
	/** Lines put in, in order; or lines taken out, in the order in which they came out, each with the place it stood at. */
	packed?: CartonItem[];
	takenOut?: (CartonItem & { at: number })[];
}

/** A value with who set it and when. */
export interface Stamped<T> {
	value: T;
	by: string | null;
	at: string | null;
}

/** Rows to save, whole. `cartonEvents` are kept by the server only (C11). */
export interface Changes {
	cartons: CartonRow[];
	shipments: ShipmentRow[];
	timeline: TimelineRow[];
	contacts: ContactRow[];
	destinations: DestinationRow[];
	cartonEvents: CartonEventRow[];
	/** `refusal.…`: kept by the server only. */
	refusals: RefusalRow[];
	/** `label.printed`: kept by the server only. */
	labelPrints: { kind: 'carton' | 'shipment'; ids: string[]; copy: number }[];
}

/** What the server gave out while deciding; the phone learns it with the verdict. */
export interface Assigned {
	reference?: string;
	temporaryReference?: string;
	trackingToken?: string;
}

export type Decision =
	| {
			kind: 'ok';
			changes: Changes;
			assigned: Assigned;
			/** Things that the author should hear about though it went through: `label_removed` (C5, C13, S6), `not_loaded` (C15). */
			notes: Rejection[];
			/** What taking this back would need to know (§11); null or absent where nothing can be taken back. */
			undo?: UndoMemo | null;
	  }
	/** The wanted effect already holds: `already_…`, `not_disputed`. */
	| { kind: 'noop'; rejection: Rejection }
	| { kind: 'rejected'; rejection: Rejection };
