/**
 * What the desk's forms send, as zod schemas for superforms: limits of `protocol/command-args.ts`, each complaint naming
 * its field in the reader's language. The rule book decides everything else.
 */
import { z } from 'zod';
import { TRACKING_STEPS } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { CAPS } from '#lib/protocol/command-args.ts';

const required = (max: number, missing: () => string) =>
	z
		.string()
		.trim()
		.min(1, { error: missing })
		.max(max, { error: () => m.desk_field_too_long({ max }) });
const optional = (max: number) =>
	z
		.string()
		.trim()
		.max(max, { error: () => m.desk_field_too_long({ max }) });
const chosen = (missing: () => string) => z.string().min(1, { error: missing }).max(80);
const maybeChosen = z.string().max(80);
const maybeDay = z.union([z.literal(''), z.iso.date({ error: () => m.desk_field_no_date() })]);

/** T3 */
export const stepForm = z.object({
	step: z.enum(TRACKING_STEPS, { error: () => m.desk_field_step() }),
	/** The cycle that the person saw. */
	cycle: z.coerce.number().int().positive(),
	actorName: required(CAPS.name, () => m.desk_field_actor_name()),
	actorStructure: required(CAPS.name, () => m.desk_field_actor_structure()),
	/** [T4] `YYYY-MM-DDTHH:mm` at the site; empty: now. */
	at: optional(16),
	comment: optional(CAPS.text)
});

export type Step = z.infer<typeof stepForm>;

/** D1 */
export const disputeForm = z.object({ reason: required(CAPS.text, () => m.desk_field_reason()) });
export type Dispute = z.infer<typeof disputeForm>;

export const resolveForm = z.object({
	/** The dispute that the person saw. */
	disputeId: z.string().min(1).max(80),
	comment: optional(CAPS.text)
});
export type Resolve = z.infer<typeof resolveForm>;

/** [§11] */
export const settleForm = z.object({ note: required(CAPS.text, () => m.refusals_note_missing()) });
export type Settle = z.infer<typeof settleForm>;

const shipmentFields = {
	destinationId: chosen(() => m.desk_field_destination()),
	shipperId: maybeChosen,
	recipientId: maybeChosen,
	correspondentId: maybeChosen,
	requestedOn: maybeDay,
	notes: optional(CAPS.notes)
};

/** [S4] All four parties, or a temporary draft that needs only its destination (and a shipper for its recipient). */
export const newShipmentForm = z.object({ ...shipmentFields, temporary: z.boolean() }).check((form) => {
	const { temporary, shipperId, recipientId, correspondentId } = form.value;
	const missing = (path: 'shipperId' | 'recipientId' | 'correspondentId', message: string) =>
		form.issues.push({ code: 'custom', path: [path], message, input: form.value[path] });
	if (shipperId === '' && (!temporary || recipientId !== '')) missing('shipperId', m.desk_field_shipper());
	if (recipientId === '' && !temporary) missing('recipientId', m.desk_field_recipient());
	if (correspondentId === '' && !temporary) missing('correspondentId', m.desk_field_correspondent());
});
export type NewShipment = z.infer<typeof newShipmentForm>;

export const editShipmentForm = z.object(shipmentFields);
export type EditShipment = z.infer<typeof editShipmentForm>;

/** What an address says of a form's fields, as far as each by itself is well formed. */
export function askedIn<S extends z.ZodRawShape>(form: z.ZodObject<S>, url: URL): Record<string, string | boolean> {
	const asked: Record<string, string | boolean> = {};
	for (const [name, text] of url.searchParams) {
		const schema = Object.hasOwn(form.shape, name) ? (form.shape[name] as unknown as z.ZodType) : undefined;
		const value = schema instanceof z.ZodBoolean ? text === 'true' : text;
		if (schema?.safeParse(value).success) asked[name] = value;
	}
	return asked;
}
