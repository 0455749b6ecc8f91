/** What the forms about people send, as zod schemas for superforms: each complaint names its field in the reader's language. */
import { z } from 'zod';
import { LOCALES } from '#lib/domain/labels.ts';
import { ACCOUNT_ROLES, LOGIN_FORM } from '#lib/domain/people.ts';
import { m } from '#lib/paraglide/messages.js';

const CAPS = { name: 120, structure: 120, email: 254, message: 1000, reason: 200 } as const;
const tooLong = (max: number) => ({ error: () => m.desk_field_too_long({ max }) });
// Control characters are nobody's name, and break lines where names are shown.
const oneLine = (max: number) =>
	z
		.string()
		.trim()
		.max(max, tooLong(max))
		.refine((text) => !/\p{Cc}/u.test(text), { error: () => m.people_field_one_line() });
const named = (max: number, missing: () => string) => oneLine(max).min(1, { error: missing });
const ADDRESS = z.email().max(CAPS.email);
const address = z.string().trim().toLowerCase();

/** An account that an admin makes. */
export const newUserForm = z.object({
	name: named(CAPS.name, () => m.people_field_name()),
	structure: oneLine(CAPS.structure),
	login: z
		.string()
		.trim()
		.toLowerCase()
		.refine((text) => LOGIN_FORM.test(text), { error: () => m.people_field_login() }),
	email: address.refine((text) => text === '' || ADDRESS.safeParse(text).success, {
		error: () => m.people_field_email()
	}),
	role: z.enum(ACCOUNT_ROLES, { error: () => m.people_field_role() }),
	locale: z.enum(LOCALES),
	/** The link goes to the address, and is shown to nobody. */
	byMail: z.boolean().default(false)
});
export type NewUserFields = z.infer<typeof newUserForm>;

/** Somebody without an account asks for one. */
export const accountRequestForm = z.object({
	name: named(CAPS.name, () => m.people_field_name()),
	structure: oneLine(CAPS.structure),
	email: address.refine((text) => ADDRESS.safeParse(text).success, { error: () => m.people_field_email() }),
	message: z.string().trim().max(CAPS.message, tooLong(CAPS.message))
});
export type AccountRequestFields = z.infer<typeof accountRequestForm>;

/** Why a device is revoked, or a request refused. */
export const reasonForm = z.object({ reason: named(CAPS.reason, () => m.people_field_reason()) });
/** Empty: it is called by its browser again. */
export const deviceNameForm = z.object({ name: oneLine(60) });
export const roleForm = z.object({ role: z.enum(ACCOUNT_ROLES) });

/** What is said after a form; `link` is shown this once. */
export interface Invited {
	kind: 'ok' | 'no';
	text: string;
	link?: string;
	personId?: string;
}
