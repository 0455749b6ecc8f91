/**
 * Every refusal and every note: a stable code, the parameters of its sentence, and the ids that caused it. One table
 * holds each code with its rule and its sentences; phone, desk and server read the same one.
 */
export interface Rejection {
	code: RejectionCode;
	/** Values for the sentence: codes, references, names, times, counts. Strings or numbers, never rows. */
	params: Record<string, string | number>;
	/** Ids of the entities that caused it. */
	entities: string[];
}

export const NOOP_CODES = [
	'already_in_status',
	'already_assigned',
	'already_removed',
	'already_labeled',
	'already_unlabeled',
	'already_loaded',
	'already_unloaded',
	'already_recorded',
	'already_disputed',
	'not_disputed',
	'already_closed',
	'already_archived',
	'already_created',
	'already_there',
	'already_handed_over',
	'already_settled',
	'nothing_changed',
	'nothing_to_undo'
] as const;

export const NOTE_CODES = ['label_removed', 'not_loaded'] as const;

export const REFUSAL_CODES = [
	'invalid_args',
	'too_large',
	'not_saved',
	'unknown_mutation',
	'dismissed',
	'forbidden',
	'shift_over',
	'not_found',
	'carton_discarded',
	'contact_inactive',
	'destination_inactive',
	'shipment_archived',
	'carton_linked_elsewhere',
	'carton_not_linked',
	'case_closed',
	'shipment_disputed',
	'shipment_locked',
	'carton_shipped',
	'carton_linked',
	'stale_base',
	'cycle_changed',
	'dispute_changed',
	'changed_since',
	'not_undoable',
	'not_own',
	'step_not_allowed',
	'carton_not_packed',
	'carton_empty',
	'carton_not_assigned',
	'carton_not_labeled',
	'carton_would_be_empty',
	'carton_not_discardable',
	'item_not_in_carton',
	'shipment_not_planned',
	'no_cartons',
	'cartons_not_assigned',
	'cartons_not_labeled',
	'parties_incomplete',
	'contact_role_missing',
	'closure_incomplete',
	'not_archivable',
	'occurred_at_out_of_range',
	'code_taken',
	'code_not_usable',
	'code_not_leased',
	'check_character_wrong',
	'unknown_code',
	'lease_empty',
	'product_inactive',
	'correspondent_not_configured',
	'correspondent_out_of_scope',
	'shipper_out_of_scope',
	'recipient_not_linked',
	'recipient_out_of_scope',
	'recipient_without_shipper',
	'server_fault'
] as const;

export type NoopCode = (typeof NOOP_CODES)[number];
export type NoteCode = (typeof NOTE_CODES)[number];
export type RefusalCode = (typeof REFUSAL_CODES)[number];
export type RejectionCode = NoopCode | NoteCode | RefusalCode;
