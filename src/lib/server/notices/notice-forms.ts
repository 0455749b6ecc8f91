/**
 * What the forms about notices send, as zod schemas for superforms. A subject is looked at before it is trimmed: a line break
 * in it is somebody trying to write a header.
 */
import { z } from 'zod';
import { LOCALES } from '#lib/domain/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import { SCOPES, SUBSCRIBED_KINDS } from './subscribers.ts';

/** Characters as people count them: an emoji is one. */
const atMost = (max: number) => (text: string) => [...text].length <= max;
const CAPS = { subject: 120, text: 5000, address: 254 };

// No quoted local parts and no line breaks: what mail programs agree on.
const ADDRESS = z.email().max(CAPS.address);
const address = z
	.string()
	.trim()
	.refine((text) => text === '' || ADDRESS.safeParse(text).success, { error: () => m.notices_email_wrong() });

/** Where one is told, and in which language. */
export const meForm = z.object({ email: address, locale: z.enum(LOCALES) });
export type Me = z.infer<typeof meForm>;

const scoped = {
	kind: z.enum(SUBSCRIBED_KINDS),
	scope: z.enum(SCOPES),
	destinationId: z.string().max(80),
	reference: z.string().trim().max(80)
};

interface Scoped {
	kind: string;
	scope: string;
	destinationId: string;
	reference: string;
}

/** What each scope needs. Whether there is such a thing is the database's to say. */
function checkScope({ value, issues }: { value: Scoped; issues: z.core.$ZodRawIssue[] }): void {
	const missing = (path: 'destinationId' | 'reference' | 'scope', message: string) =>
		issues.push({ code: 'custom', path: [path], message, input: value[path] });
	if (value.scope === 'destination' && value.destinationId === '')
		missing('destinationId', m.notices_destination_missing());
	if (value.scope === 'shipment' && value.kind === 'daily') missing('scope', m.notices_daily_of_shipment());
	else if (value.scope === 'shipment' && value.reference === '') missing('reference', m.notices_shipment_missing());
}

export const askForm = z.object({ ...scoped, ownToo: z.boolean() }).check(checkScope);
export type AskNotice = z.infer<typeof askForm>;

export const partnerForm = z
	.object({
		...scoped,
		address: address.refine((text) => text !== '', { error: () => m.notices_email_missing() }),
		locale: z.enum(LOCALES)
	})
	.check(checkScope);
export type Partner = z.infer<typeof partnerForm>;

export const customForm = z.object({
	recipients: z
		.array(z.string().max(300))
		.min(1, { error: () => m.notices_recipients_missing() })
		.max(500),
	subject: z
		.string()
		.refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), { error: () => m.notices_subject_wrong() })
		.transform((text) => text.trim())
		.refine((text) => text !== '', { error: () => m.notices_subject_missing() })
		.refine(atMost(CAPS.subject), { error: () => m.desk_field_too_long({ max: CAPS.subject }) }),
	text: z
		.string()
		.transform((text) =>
			text
				.replace(/\r\n?/g, '\n')
				.replace(/[^\P{Cc}\n\t]/gu, '')
				.trim()
		)
		.refine((text) => text !== '', { error: () => m.notices_text_missing() })
		.refine(atMost(CAPS.text), { error: () => m.desk_field_too_long({ max: CAPS.text }) })
});
export type CustomNotice = z.infer<typeof customForm>;
