/**
 * What the forms of contacts and destinations send, as zod schemas for superforms: limits of `protocol/command-args.ts`,
 * each complaint naming its field in the reader's language; and how a form becomes a command that says what its author saw.
 */
import { z } from 'zod';
import { isSame } from '#lib/domain/saved-fields.ts';
import { CONTACT_ROLES } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { CAPS } from '#lib/protocol/command-args.ts';

const tooLong = (max: number) => ({ error: () => m.desk_field_too_long({ max }) });
const optional = (max: number) => z.string().trim().max(max, tooLong(max));
const required = (max: number, missing: () => string) =>
	z.string().trim().min(1, { error: missing }).max(max, tooLong(max));
const scope = z.array(z.string().max(40)).max(CAPS.scope, { error: () => m.contacts_field_scope({ max: CAPS.scope }) });

export const contactForm = z.object({
	name: required(CAPS.party, () => m.contacts_field_name()),
	structure: optional(CAPS.party),
	address: optional(CAPS.address),
	roles: z.array(z.enum(CONTACT_ROLES)).min(1, { error: () => m.contacts_field_roles() }),
	destinationIds: scope,
	linkedShipperIds: scope
});
export type ContactForm = z.infer<typeof contactForm>;

export const destinationForm = z.object({
	city: required(CAPS.party, () => m.contacts_field_city()),
	iata: z
		.string()
		.trim()
		.toUpperCase()
		.regex(/^[A-Z]{3}$/, { error: () => m.contacts_field_iata() }),
	country: required(CAPS.party, () => m.contacts_field_country()),
	/** Empty: none. */
	correspondentId: z.string().max(40)
});
export type DestinationForm = z.infer<typeof destinationForm>;

/** What a form was made from, as it came back. Null: it was tampered with. */
export function seenIn<S extends z.ZodType>(schema: S, sent: FormData): z.infer<S> | null {
	try {
		const seen = schema.safeParse(JSON.parse(String(sent.get('was'))));
		return seen.success ? seen.data : null;
	} catch {
		return null;
	}
}

/** [§11] The old value of each field that the person changed. */
export function editedWas<F extends object>(form: F, seen: F): Partial<F> {
	const fields = Object.keys(form) as (keyof F)[];
	return Object.fromEntries(
		fields.filter((field) => !isSame(form[field], seen[field])).map((field) => [field, seen[field]])
	) as Partial<F>;
}

/** After a refusal: fields that the person left alone follow what they read now, so that sending again reverts nobody. */
export function withNews<F extends object>(form: F, seen: F, now: F): F {
	const fields = Object.keys(form) as (keyof F)[];
	const followed = fields.filter((field) => isSame(form[field], seen[field]));
	return { ...form, ...Object.fromEntries(followed.map((field) => [field, now[field]])) };
}

/** Where a form leads back to: a shipment's form or a destination of this site, or nowhere. */
export function backTo(text: string | null): string | null {
	return text !== null &&
		text.length <= 4000 &&
		/^\/(shipments|destinations)\/[\w.:-]+(\/edit)?(\?[^#\\]*)?$/.test(text)
		? text
		: null;
}

const CHOSEN_FOR = ['shipper', 'recipient', 'correspondent'];

/** The way back with the new contact chosen, for the role that led here. */
export function backWith(back: string, role: string | null, contactId: string): string {
	if (role === null || !CHOSEN_FOR.includes(role)) return back;
	const [path, query] = back.split('?');
	const params = new URLSearchParams(query);
	params.set(`${role}Id`, contactId);
	return `${path}?${params}`;
}

/** The form's fields as the command's: no correspondent is null. */
export const placeOf = (form: DestinationForm) => ({ ...form, correspondentId: form.correspondentId || null });

/** The same for what its author saw. */
export const placeWas = (was: Partial<DestinationForm>) => ({
	...was,
	...(was.correspondentId === undefined ? {} : { correspondentId: was.correspondentId || null })
});
