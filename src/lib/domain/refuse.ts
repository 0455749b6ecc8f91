/**
 * Makes rejections and notes: which parameters each code carries is a type, so that a rule cannot forget what a sentence
 * needs. Also how rows are named in them. Sentences are in `sentences.ts`.
 */
import type { CommandName } from './commands.ts';
import type { Rejection, RejectionCode } from './rejections.ts';
import type { CartonRow, CartonStatus, Role, ShipmentRow, ShipmentStatus, TrackingStep } from './rows.ts';

interface By {
	by: string;
	at: string;
}
/** Who and when where a row may not remember it. */
type MaybeBy = By | Record<never, never>;

/** Parameters by code. References are '' while the server has not numbered a shipment; lists have commas between. */
export interface RejectionParams {
	already_in_status: { code: string; status: CartonStatus } & By;
	already_assigned: { code: string; reference: string } & MaybeBy;
	already_removed: { code: string } & MaybeBy;
	already_labeled: { code: string } & By;
	already_unlabeled: { code: string } & By;
	already_loaded: { code: string; reference: string } & MaybeBy;
	already_unloaded: { code: string; reference: string } & MaybeBy;
	already_recorded: { reference: string; step: TrackingStep } & By;
	already_disputed: { reference: string; reason: string } & MaybeBy;
	not_disputed: { reference: string } & MaybeBy;
	already_closed: { reference: string } & MaybeBy;
	already_archived: { reference: string } & MaybeBy;
	already_created: { name: string } & By;
	already_there: { code: string; location: string } & MaybeBy;
	already_handed_over: By;
	already_settled: { note: string } & By;
	nothing_changed: { reference: string };
	nothing_to_undo: Record<never, never>;
	label_removed: { codes: string; count: number };
	not_loaded: { reference: string; codes: string; count: number };
	invalid_args: { field: string };
	too_large: Record<never, never>;
	not_saved: Record<never, never>;
	unknown_mutation: { name: string };
	dismissed: MaybeBy;
	forbidden: { role: Role };
	shift_over: { by: string };
	not_found: { what: NamedThing; id: string };
	carton_discarded: { code: string; at: string };
	contact_inactive: { name: string };
	destination_inactive: { name: string };
	product_inactive: { name: string };
	shipment_archived: { reference: string } & MaybeBy;
	carton_linked_elsewhere: { code: string; reference: string };
	carton_not_linked: { code: string };
	case_closed: { reference: string } & MaybeBy;
	shipment_disputed: { reference: string; reason: string } & MaybeBy;
	shipment_locked: { reference: string; status: ShipmentStatus };
	carton_shipped: { code: string; reference: string };
	carton_linked: { code: string; reference: string };
	stale_base: { field: string; value: string } & MaybeBy;
	cycle_changed: { reference: string; cycle: number };
	dispute_changed: { reference: string; reason: string } & MaybeBy;
	changed_since: { code: string };
	not_undoable: { command: CommandName };
	not_own: Record<never, never>;
	step_not_allowed: { reference: string; step: TrackingStep; status: ShipmentStatus; allowed?: string };
	carton_not_packed: { code: string; status: CartonStatus };
	carton_empty: { code: string };
	carton_not_assigned: { code: string; status: CartonStatus };
	carton_not_labeled: { code: string; status: CartonStatus };
	carton_would_be_empty: { code: string; reference: string };
	carton_not_discardable: { code: string; status: CartonStatus; count: number };
	item_not_in_carton: { code: string; product: string; wanted: number; inside: number };
	shipment_not_planned: { reference: string; status: ShipmentStatus };
	no_cartons: { reference: string };
	cartons_not_assigned: { reference: string; count: number };
	cartons_not_labeled: { reference: string; count: number; codes: string };
	parties_incomplete: { reference: string; missing: string };
	contact_role_missing: { name: string; party: Party };
	closure_incomplete: { reference: string; status: ShipmentStatus; missing?: string };
	not_archivable: { reference: string; status: ShipmentStatus };
	occurred_at_out_of_range: { earliest: string; latest: string };
	code_taken: { code: string };
	code_not_usable: { code: string; kind: UnusableKind };
	code_not_leased: { code: string };
	check_character_wrong: { code: string };
	unknown_code: { code: string };
	lease_empty: Record<never, never>;
	correspondent_not_configured: { destination: string };
	correspondent_out_of_scope: { name: string; destination: string };
	shipper_out_of_scope: { name: string; destination: string };
	recipient_not_linked: { name: string; shipper: string };
	recipient_out_of_scope: { name: string; destination: string };
	recipient_without_shipper: { name: string };
	server_fault: Record<never, never>;
}

export type NamedThing =
	'carton' | 'shipment' | 'product' | 'contact' | 'destination' | 'location' | 'warehouse' | 'refusal';
export type Party = 'shipper' | 'recipient' | 'correspondent';
/** Why a text cannot become a carton's code (R3). */
export type UnusableKind =
	'empty' | 'long' | 'gtin' | 'reference' | 'url' | 'mode' | 'shipment' | 'location' | 'person' | 'product';

/** A rejection or note with every parameter that its sentence needs. */
export function refuse<C extends RejectionCode>(code: C, params: RejectionParams[C], ...entities: string[]): Rejection {
	return { code, params: params as Record<string, string | number>, entities };
}

export const isRejection = (value: object): value is Rejection => 'entities' in value && 'params' in value;

/** How a shipment is named in a sentence: final, else temporary reference, else '' (not numbered yet). */
export const referenceOf = (shipment: ShipmentRow): string => shipment.reference ?? shipment.temporaryReference ?? '';

/** `{by, at}` where both are known, else nothing: the sentence then leaves that part out. */
export const byWhom = (by: string | null | undefined, at: string | null | undefined): MaybeBy =>
	by && at ? { by, at } : {};

/** The `by` and `at` of a carton's status, which every carton has. */
export const statusBy = (carton: CartonRow): By => ({ by: carton.statusBy, at: carton.statusAt });

const LISTED = 12;

/** Codes for a sentence, at most twelve, so that a shipment of 500 cartons does not make an answer of 10 KB. */
export function listed(codes: readonly string[]): string {
	const shown = codes.slice(0, LISTED).join(', ');
	return codes.length > LISTED ? `${shown}…` : shown;
}
