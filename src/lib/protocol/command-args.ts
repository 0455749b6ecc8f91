/**
 * The arguments of every command (§11 of the rule book), from JSON text to a typed command. The server parses each
 * mutation by itself, the phone before it queues one, so that both decide on the same text: trimmed, NFC, without control
 * characters. Caps keep the stored envelope of anything that a form can send under 16 KB (sync §2).
 */
import { z } from 'zod';
import type { Command, CommandArgs, CommandName } from '#lib/domain/commands.ts';
import { MOST_TOLD } from '#lib/domain/refusal.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { CARTON_STATUSES, CONTACT_ROLES, TRACKING_STEPS } from '#lib/domain/rows.ts';
import { isKnownVersion, upcast } from './upcast.ts';

/** Longest texts, in UTF-16 units. A quotation mark takes four bytes in an envelope, and an edit carries its notes twice. */
export const CAPS = {
	name: 120,
	code: 120,
	lot: 20,
	text: 1000,
	notes: 1500,
	party: 200,
	address: 300,
	scope: 50,
	/** JSON text of the arguments of a refused command, as a worker hands it over. */
	told: MOST_TOLD,
	lines: 50,
	ids: 100,
	quantity: 999_999
} as const;

/** Text that a person typed. A lone half of a surrogate pair does not survive UTF-8, so it would read differently on each side. */
function clean(text: string): string {
	return text
		.replace(/\r\n?/g, '\n')
		.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
		.replace(/[\ud800-\udfff]/gu, '\ufffd')
		.normalize('NFC')
		.trim();
}

/** NFC can lengthen a text, so its length counts after cleaning as well. */
const text = (max: number) => z.string().max(max).transform(clean).pipe(z.string().max(max));
const required = (max: number) => z.string().max(max).transform(clean).pipe(z.string().min(1).max(max));

/** A list of a person's choices is a set. */
function unique<T>(list: T[]): T[] {
	return [...new Set(list)];
}

const id = z.string().regex(/^[\w.:-]{1,80}$/);
const seen = id.nullish();
const day = z.iso.date();
/** Any offset; kept as UTC with milliseconds, so that text order is time order. */
const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());
const cycle = z.int().positive();

const items = z
	.array(
		z.object({
			productId: id,
			quantity: z.int().positive().max(CAPS.quantity),
			lotCode: required(CAPS.lot).optional(),
			expiresOn: day.optional()
		})
	)
	.min(1)
	.max(CAPS.lines);

const edits = z.object({
	destinationId: id.optional(),
	shipperId: id.nullish(),
	recipientId: id.nullish(),
	correspondentId: id.nullish(),
	requestedOn: day.nullish(),
	notes: text(CAPS.notes).optional()
});

/** Of contacts and destinations, which are made at the desk: short, so that whole lists of them fit, twice. */
const shortId = z.string().regex(/^[\w.:-]{1,40}$/);
const scope = z.array(shortId).max(CAPS.scope).transform(unique);
const contact = z.object({
	name: required(CAPS.party),
	structure: text(CAPS.party),
	address: text(CAPS.address),
	roles: z.array(z.enum(CONTACT_ROLES)).min(1).max(CONTACT_ROLES.length).transform(unique),
	destinationIds: scope,
	linkedShipperIds: scope,
	active: z.boolean()
});
const destination = z.object({
	city: required(CAPS.party),
	iata: z
		.string()
		.trim()
		.toUpperCase()
		.regex(/^[A-Z]{3}$/),
	country: required(CAPS.party),
	correspondentId: shortId.nullable(),
	active: z.boolean()
});

const onCarton = z.object({ cartonId: id, shipmentId: seen });
const loading = z.object({ cartonId: id, shipmentId: id, cycle });
const onShipment = z.object({ shipmentId: id });

/** One schema a command. Unknown fields are dropped: later versions gain optional arguments only. */
export const ARGS = {
	'carton.create': z.object({
		cartonId: id,
		code: z.string().trim().min(1).max(CAPS.code),
		source: z.enum(['printed', 'leased']),
		warehouseId: id,
		locationId: id.optional()
	}),
	'carton.pack': onCarton.extend({ items, intoShipmentId: id.optional(), ready: z.boolean().optional() }),
	'carton.takeOut': onCarton.extend({ items }),
	'carton.setStatus': z.object({
		cartonId: id,
		status: z.enum(['draft', 'picking', 'packed']),
		was: z.enum(CARTON_STATUSES).optional()
	}),
	'carton.assign': z.object({ cartonId: id, shipmentId: id }),
	'carton.remove': onCarton,
	'carton.label': onCarton,
	'carton.removeLabel': onCarton,
	'carton.load': loading,
	'carton.unload': loading,
	'carton.move': z.object({ cartonId: id, locationId: id.nullable(), was: id.nullish() }),
	'carton.unpack': onCarton,
	'carton.discard': z.object({ cartonId: id }),
	'label.printed': z.object({
		kind: z.enum(['carton', 'shipment']),
		ids: z.array(id).min(1).max(CAPS.ids),
		copy: z.int().positive().max(1000)
	}),
	'shipment.create': z.object({
		shipmentId: id,
		destinationId: id,
		shipperId: id.optional(),
		recipientId: id.optional(),
		correspondentId: id.optional(),
		requestedOn: day.optional(),
		notes: text(CAPS.notes).optional(),
		temporary: z.boolean().optional()
	}),
	'shipment.edit': z.object({ shipmentId: id, changes: edits, was: edits.optional() }),
	'shipment.track': z.object({
		shipmentId: id,
		step: z.enum(TRACKING_STEPS),
		cycle,
		actorName: required(CAPS.name),
		actorStructure: required(CAPS.name),
		comment: text(CAPS.text).optional(),
		occurredAt: instant.optional()
	}),
	'shipment.dispute': z.object({ shipmentId: id, disputeId: id, reason: required(CAPS.text) }),
	'shipment.resolve': z.object({ shipmentId: id, disputeId: id, comment: text(CAPS.text).optional() }),
	'shipment.close': onShipment,
	'shipment.archive': onShipment,
	'shipment.renewLink': onShipment,
	'refusal.handOver': z.object({
		refusalId: id,
		command: z
			.string()
			.regex(/^[a-z]+\.[a-zA-Z]+$/)
			.max(60),
		arguments: z.record(z.string(), z.unknown()).refine((told) => JSON.stringify(told).length <= CAPS.told),
		code: z
			.string()
			.regex(/^[a-z_]+$/)
			.max(60),
		note: text(CAPS.text).optional()
	}),
	'refusal.settle': z.object({ refusalId: id, note: required(CAPS.text) }),
	'contact.save': contact.extend({ contactId: shortId, was: contact.partial().optional() }),
	'destination.save': destination.extend({ destinationId: shortId, was: destination.partial().optional() })
} as const satisfies { [N in CommandName]: z.ZodType<CommandArgs[N]> };

export type Parsed = { ok: true; command: Command } | { ok: false; rejection: Rejection };

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(ARGS, name);

/** A mutation's JSON text as a command. `unknown_mutation`, or `invalid_args` naming the first field that is wrong. */
export function parseArgs(name: string, version: number, json: string): Parsed {
	if (!isCommandName(name) || !isKnownVersion(name, version))
		return { ok: false, rejection: refuse('unknown_mutation', { name }) };
	let raw: unknown;
	try {
		raw = JSON.parse(json);
	} catch {
		return { ok: false, rejection: refuse('invalid_args', { field: 'args' }) };
	}
	return checkArgs(name, upcast(name, version, raw));
}

/** As `parseArgs`, for arguments that are no text (a form's, an integration's). */
export function checkArgs(name: CommandName, args: unknown): Parsed {
	const parsed = ARGS[name].safeParse(args);
	if (parsed.success) return { ok: true, command: { name, args: parsed.data } as Command };
	const field = parsed.error.issues[0]?.path.join('.') || 'args';
	return { ok: false, rejection: refuse('invalid_args', { field }) };
}
