/**
 * What /api/v1 says and hears, as zod schemas: they check what comes in, and the OpenAPI document is made of the same ones.
 * Times are ISO 8601 UTC. Answers carry no tracking token, no address and no name of a colleague but those on a timeline.
 */
import { z } from 'zod';
import { CARTON_STATUSES, SHIPMENT_STATUSES, TIMELINE_KINDS, TRACKING_STEPS } from '#lib/domain/rows.ts';
import { ARGS } from '#lib/protocol/command-args.ts';
import { EVENT_TYPES } from './event-types.ts';

const instant = z.iso.datetime();
const id = z.string();
const party = z.object({ id, name: z.string() });

export const product = z.object({
	id,
	sku: z.string(),
	name: z.string(),
	brand: z.string(),
	gtin: z.string().nullable(),
	barcode: z.string().nullable(),
	weightGrams: z.int().nullable(),
	perishable: z.boolean(),
	active: z.boolean()
});

export const destination = z.object({
	id,
	city: z.string(),
	iata: z.string(),
	country: z.string(),
	correspondentId: z.string().nullable(),
	active: z.boolean()
});

const shipmentFields = {
	id,
	reference: z.string().nullable().meta({ description: 'Null while the shipment is temporary.' }),
	temporaryReference: z.string().nullable(),
	status: z.enum(SHIPMENT_STATUSES),
	dispute: z.object({ id, reason: z.string().nullable(), since: instant.nullable() }).nullable(),
	cycle: z.int().meta({ description: 'Counts the replannings; a step names the one that its author saw.' }),
	latestStep: z.enum(TRACKING_STEPS).nullable(),
	latestStepAt: instant.nullable(),
	cartons: z.object({ total: z.int(), assigned: z.int(), labeled: z.int(), shipped: z.int() }),
	destination: z.object({ id, city: z.string(), iata: z.string(), country: z.string() }),
	shipper: party.nullable(),
	recipient: party.nullable(),
	correspondent: party.nullable(),
	requestedOn: z.iso.date().nullable(),
	notes: z.string(),
	createdAt: instant,
	readyAt: instant.nullable(),
	closedAt: instant.nullable(),
	archivedAt: instant.nullable()
};
export const shipment = z.object(shipmentFields);

const timelineEntry = z.object({
	id,
	cycle: z.int(),
	kind: z.enum(TIMELINE_KINDS),
	step: z.enum(TRACKING_STEPS).nullable(),
	actorName: z.string(),
	actorStructure: z.string(),
	comment: z.string(),
	disputeId: z.string().nullable(),
	occurredAt: instant,
	occurredUncertain: z.boolean(),
	receivedAt: instant
});
export const shipmentDetail = z.object({ ...shipmentFields, timeline: z.array(timelineEntry) });

export const carton = z.object({
	id,
	code: z.string(),
	status: z.enum(CARTON_STATUSES),
	statusAt: instant,
	shipmentId: z.string().nullable(),
	warehouseId: z.string(),
	locationId: z.string().nullable(),
	items: z.array(
		z.object({
			productId: z.string(),
			quantity: z.int(),
			lotCode: z.string().nullable(),
			expiresOn: z.iso.date().nullable()
		})
	),
	loadedCycle: z.int().nullable(),
	loadedAt: instant.nullable(),
	createdAt: instant,
	discardedAt: instant.nullable()
});

export const event = z.object({
	id: z.string().meta({ description: 'The same however often, and in whatever way, the event is told.' }),
	type: z.enum(EVENT_TYPES),
	timestamp: instant,
	data: z.union([
		z.object({
			cartonId: z.string(),
			code: z.string(),
			from: z.enum(CARTON_STATUSES).nullable(),
			to: z.enum(CARTON_STATUSES),
			shipmentBefore: z.string().nullable(),
			shipmentAfter: z.string().nullable(),
			reason: z.string(),
			occurredAt: instant
		}),
		z.object({
			shipmentId: z.string(),
			reference: z.string().nullable(),
			temporaryReference: z.string().nullable(),
			destination: z.string().meta({ description: 'IATA code' }),
			entry: timelineEntry.omit({ id: true, receivedAt: true }).nullable()
		})
	])
});

export const webhook = z.object({
	id,
	name: z.string(),
	url: z.url(),
	events: z.array(z.enum(EVENT_TYPES)),
	state: z.enum(['active', 'held', 'disabled']),
	stateReason: z.string().nullable(),
	createdAt: instant
});
export const newWebhook = webhook.extend({
	secret: z.string().meta({ description: 'Signs every delivery. Shown this once.' })
});

const page = <S extends z.ZodType>(row: S, about: string) =>
	z.object({
		data: z.array(row),
		nextCursor: z.string().nullable().meta({ description: 'For the next page; null: this was the last one.' }),
		asOf: z.string().meta({ description: about })
	});
const AS_OF = 'Give it as `updatedSince` the next time, to read only what was changed since this walk began.';
export const productPage = page(product, AS_OF);
export const destinationPage = page(destination, AS_OF);
export const shipmentPage = page(shipment, AS_OF);
export const cartonPage = page(carton, AS_OF);
export const eventPage = z.object({
	data: z.array(event),
	cursor: z.string().meta({ description: 'Where to go on, also when there is nothing more now.' }),
	more: z.boolean().meta({ description: 'Whether there is more already. A filtered page may be empty and this true.' })
});
export const webhookList = z.object({ data: z.array(webhook) });

const note = z.object({ code: z.string(), detail: z.string() });
export const decided = z.object({
	status: z.enum(['ok', 'noop']).meta({ description: '`noop`: the wanted effect already held; `note` says by whom.' }),
	note: note.nullable(),
	notes: z.array(note).meta({ description: 'What else the author should hear of.' }),
	decidedAt: instant,
	shipment
});

export const problem = z.object({
	type: z.string(),
	title: z.string(),
	status: z.int(),
	detail: z.string(),
	code: z.string().meta({ description: 'Stable; one of the codes of this document or of the rule book.' }),
	request_id: z.string().meta({ description: 'What whoever runs the server finds in the log.' }),
	errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
	scope: z.string().optional(),
	params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
	entities: z.array(z.string()).optional()
});

/** What the document calls them. */
export const NAMED = {
	...{ Product: product, Destination: destination, Shipment: shipment, ShipmentDetail: shipmentDetail, Carton: carton },
	...{ Event: event, Webhook: webhook, NewWebhook: newWebhook, Decided: decided, Problem: problem },
	...{ ProductPage: productPage, DestinationPage: destinationPage, ShipmentPage: shipmentPage, CartonPage: cartonPage },
	...{ EventPage: eventPage, WebhookList: webhookList }
} as const satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof NAMED;

// ── what is asked ────────────────────────────────────────────────────────────

const word = z.string().min(1).max(80);
const yesNo = z.enum(['true', 'false']);
const paging = {
	cursor: z.string().min(1).max(300).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50)
};
const listing = {
	...paging,
	updatedSince: z.string().min(1).max(120).optional().meta({ description: 'The `asOf` of an earlier walk.' })
};

export const productQuery = z.strictObject({ ...listing, active: yesNo.optional() });
export const destinationQuery = z.strictObject({ ...listing, active: yesNo.optional() });
export const shipmentQuery = z.strictObject({
	...listing,
	status: z.enum(SHIPMENT_STATUSES).optional(),
	destination: word.optional().meta({ description: 'Its id or IATA code.' }),
	disputed: yesNo.optional(),
	archived: yesNo.optional()
});
export const cartonQuery = z.strictObject({
	...listing,
	status: z.enum(CARTON_STATUSES).optional(),
	shipment: word.optional().meta({ description: 'Its id or reference.' }),
	discarded: yesNo.optional()
});
export const eventQuery = z.strictObject({
	cursor: paging.cursor,
	limit: paging.limit,
	types: z
		.string()
		.max(300)
		.refine((list) => list.split(',').every((type) => (EVENT_TYPES as readonly string[]).includes(type)))
		.optional()
		.meta({ description: `Only these, with commas between: ${EVENT_TYPES.join(', ')}` }),
	start: z.enum(['first', 'latest']).default('first').meta({ description: 'Without a cursor: where to begin.' })
});

export const shipmentBody = ARGS['shipment.create']
	.omit({ shipmentId: true })
	.extend({ id: z.uuid().optional().meta({ description: 'Absent: made from the Idempotency-Key.' }) })
	.strict();
export const editBody = ARGS['shipment.edit'].shape.changes
	.extend({ was: ARGS['shipment.edit'].shape.was.meta({ description: 'What you saw: another value now is refused.' }) })
	.strict();
export const stepBody = ARGS['shipment.track']
	.omit({ shipmentId: true })
	.extend({ cycle: ARGS['shipment.track'].shape.cycle.optional().meta({ description: 'Absent: the present one.' }) })
	.strict();
export const disputeBody = z.strictObject({ reason: ARGS['shipment.dispute'].shape.reason });
export const resolutionBody = z.strictObject({
	disputeId: word.optional().meta({ description: 'Absent: the one that is open.' }),
	comment: ARGS['shipment.resolve'].shape.comment
});
export const noBody = z.strictObject({});
export const webhookBody = z.strictObject({
	name: z.string().trim().min(1).max(80),
	url: z.url().max(500),
	events: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length)
});
