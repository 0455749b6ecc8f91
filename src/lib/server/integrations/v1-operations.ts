/**
 * Every operation of /api/v1 in one table: what it takes, which scope it needs, what it answers. The router asks this table
 * and the OpenAPI document is made of it, so that neither can know one that the other does not.
 */
import type { z } from 'zod';
import { readFeed } from './event-feed.ts';
import { Problem, type ProblemCode } from './problem.ts';
import type { Scope } from './scopes.ts';
import * as read from './v1-read.ts';
import * as ask from './v1-schemas.ts';
import type { SchemaName } from './v1-schemas.ts';
import { give, idFor, type Given, type Reply } from './v1-write.ts';

/** What an operation is handed: checked already. */
export interface Call<Q, B> extends Given {
	/** What stands in the path's braces. */
	named: string;
	query: Q;
	body: B;
}

export interface Operation {
	id: string;
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Below /api/v1; at most one thing in braces. */
	path: string;
	scope: Scope;
	/** A second scope that the key needs. */
	also?: Scope;
	summary: string;
	query?: z.ZodObject;
	/** Present: the request carries JSON. */
	body?: z.ZodObject;
	/** The request carries an Idempotency-Key. */
	idempotent?: true;
	/** The answer's schema by its status; null: no body. */
	answers: Partial<Record<200 | 201 | 202 | 204, SchemaName | null>>;
	/** Besides those that every operation has. */
	problems: ProblemCode[];
	/** A rule of the rule book may say no. */
	ruled?: true;
	run(call: Call<never, never>): Promise<Reply>;
}

function operation<Q extends z.ZodObject = z.ZodObject, B extends z.ZodObject = z.ZodObject>(
	one: Omit<Operation, 'query' | 'body' | 'run'> & {
		query?: Q;
		body?: B;
		run(call: Call<z.output<Q>, z.output<B>>): Promise<Reply>;
	}
): Operation {
	return one as unknown as Operation;
}

const plain = async (answer: Promise<unknown>): Promise<Reply> => ({ body: await answer });

const LIST: Pick<Operation, 'method' | 'problems'> = { method: 'GET', problems: ['invalid_query', 'feed_restarted'] };
const ONE: Pick<Operation, 'method' | 'problems'> = { method: 'GET', problems: ['not_found'] };
const ACT: Pick<Operation, 'method' | 'problems' | 'idempotent' | 'ruled' | 'answers'> = {
	method: 'POST',
	problems: [
		...(['invalid_json', 'idempotency_key_missing', 'idempotency_key_reused', 'invalid_body'] as const),
		...(['not_found', 'too_large', 'not_json', 'busy'] as const)
	],
	idempotent: true,
	ruled: true,
	answers: { 200: 'Decided' }
};

const onShipment = (call: Given & { named: string }): Promise<string> =>
	read.shipmentIdOf(call.world.reader, call.named);

export const OPERATIONS: readonly Operation[] = [
	operation({
		...{ ...LIST, id: 'listProducts', path: '/products', scope: 'products:read', summary: 'Products' },
		query: ask.productQuery,
		answers: { 200: 'ProductPage' },
		run: ({ world, query }) => plain(read.listProducts(world, query))
	}),
	operation({
		...{ ...ONE, id: 'getProduct', path: '/products/{product}', scope: 'products:read' },
		summary: 'A product, by its id or SKU',
		answers: { 200: 'Product' },
		run: ({ world, named }) => plain(read.oneProduct(world, named))
	}),
	operation({
		...{ ...LIST, id: 'listDestinations', path: '/destinations', scope: 'destinations:read', summary: 'Destinations' },
		query: ask.destinationQuery,
		answers: { 200: 'DestinationPage' },
		run: ({ world, query }) => plain(read.listDestinations(world, query))
	}),
	operation({
		...{ ...ONE, id: 'getDestination', path: '/destinations/{destination}', scope: 'destinations:read' },
		summary: 'A destination, by its id or IATA code',
		answers: { 200: 'Destination' },
		run: ({ world, named }) => plain(read.oneDestination(world, named))
	}),
	operation({
		...{ ...LIST, id: 'listShipments', path: '/shipments', scope: 'shipments:read', summary: 'Shipments' },
		problems: ['invalid_query', 'feed_restarted'],
		query: ask.shipmentQuery,
		answers: { 200: 'ShipmentPage' },
		run: ({ world, query }) => plain(read.listShipments(world, query))
	}),
	operation({
		...{ ...ONE, id: 'getShipment', path: '/shipments/{shipment}', scope: 'shipments:read' },
		summary: 'A shipment with its timeline, by its id or reference',
		answers: { 200: 'ShipmentDetail' },
		run: ({ world, named }) => plain(read.oneShipment(world, named))
	}),
	operation({
		...{ ...ACT, id: 'createShipment', path: '/shipments', scope: 'shipments:write', summary: 'Makes a shipment' },
		problems: ACT.problems.filter((code) => code !== 'not_found'),
		body: ask.shipmentBody,
		answers: { 200: 'Decided', 201: 'Decided' },
		async run(call) {
			const { id = idFor(call), ...fields } = call.body;
			const { reply, isNew } = await give(call, 'shipment.create', { ...fields, shipmentId: id });
			if (!isNew) return reply;
			return { ...reply, status: 201, headers: { ...reply.headers, location: `/api/v1/shipments/${id}` } };
		}
	}),
	operation({
		...{ ...ACT, id: 'editShipment', method: 'PATCH', path: '/shipments/{shipment}', scope: 'shipments:write' },
		summary: 'Changes a shipment that is not locked',
		body: ask.editBody,
		async run(call) {
			const { was, ...changes } = call.body;
			const args = { shipmentId: await onShipment(call), changes, ...(was === undefined ? {} : { was }) };
			return (await give(call, 'shipment.edit', args)).reply;
		}
	}),
	operation({
		...{ ...ACT, id: 'recordStep', path: '/shipments/{shipment}/steps', scope: 'events:write' },
		summary: 'Reports a tracking step',
		body: ask.stepBody,
		async run(call) {
			const shipmentId = await onShipment(call);
			const cycle = call.body.cycle ?? (await read.readShipment(call.world.reader, shipmentId)).cycle;
			return (await give(call, 'shipment.track', { ...call.body, shipmentId, cycle })).reply;
		}
	}),
	operation({
		...{ ...ACT, id: 'disputeShipment', path: '/shipments/{shipment}/disputes', scope: 'events:write' },
		summary: 'Sets the dispute flag',
		body: ask.disputeBody,
		async run(call) {
			const args = { ...call.body, shipmentId: await onShipment(call), disputeId: idFor(call) };
			return (await give(call, 'shipment.dispute', args)).reply;
		}
	}),
	operation({
		...{ ...ACT, id: 'resolveDispute', path: '/shipments/{shipment}/resolution', scope: 'shipments:write' },
		summary: 'Resolves the dispute that is open',
		body: ask.resolutionBody,
		async run(call) {
			const shipmentId = await onShipment(call);
			// Where none is open, the rule says so.
			const open = (await read.readShipment(call.world.reader, shipmentId)).disputeId ?? 'none';
			const { disputeId = open, ...rest } = call.body;
			return (await give(call, 'shipment.resolve', { ...rest, shipmentId, disputeId })).reply;
		}
	}),
	operation({
		...{ ...ACT, id: 'closeShipment', path: '/shipments/{shipment}/closure', scope: 'shipments:write' },
		summary: 'Closes the case of a delivered shipment',
		body: ask.noBody,
		run: async (call) => (await give(call, 'shipment.close', { shipmentId: await onShipment(call) })).reply
	}),
	operation({
		...{ ...ACT, id: 'archiveShipment', path: '/shipments/{shipment}/archiving', scope: 'shipments:write' },
		summary: 'Archives a draft or a closed case',
		body: ask.noBody,
		run: async (call) => (await give(call, 'shipment.archive', { shipmentId: await onShipment(call) })).reply
	}),
	operation({
		...{ ...LIST, id: 'listCartons', path: '/cartons', scope: 'cartons:read', summary: 'Cartons' },
		problems: [...LIST.problems, 'not_found'],
		query: ask.cartonQuery,
		answers: { 200: 'CartonPage' },
		run: ({ world, query }) => plain(read.listCartons(world, query))
	}),
	operation({
		...{ ...ONE, id: 'getCarton', path: '/cartons/{carton}', scope: 'cartons:read' },
		summary: 'A carton, by its id or code',
		answers: { 200: 'Carton' },
		run: ({ world, named }) => plain(read.oneCarton(world, named))
	}),
	operation({
		...{ ...LIST, id: 'listEvents', path: '/events', scope: 'events:read' },
		summary: 'What happened, in the order of its commit, to be followed by the cursor',
		query: ask.eventQuery,
		answers: { 200: 'EventPage' },
		run: ({ world, query }) => plain(Promise.resolve(readFeed(world.store, query)))
	}),
	operation({
		...{ id: 'listWebhooks', method: 'GET', path: '/webhooks', scope: 'webhooks:write', problems: [] },
		summary: 'The webhooks that this key made',
		answers: { 200: 'WebhookList' },
		run: ({ world, caller }) => plain(Promise.resolve({ data: world.webhooks.ofKey(caller.keyId) }))
	}),
	operation({
		...{ id: 'createWebhook', method: 'POST', path: '/webhooks', scope: 'webhooks:write', also: 'events:read' },
		summary: 'Asks to be told of events at an address',
		body: ask.webhookBody,
		answers: { 201: 'NewWebhook' },
		problems: ['invalid_json', 'already_exists', 'too_large', 'not_json', 'invalid_body', 'busy'],
		async run({ world, caller, body }) {
			const made = await world.webhooks.create({ ...body, keyId: caller.keyId, by: null });
			if (made.kind === 'exists') throw new Problem('already_exists');
			if (made.kind === 'refused') throw new Problem('invalid_body', { errors: [{ path: 'url', message: made.why }] });
			return { body: made.webhook, status: 201 };
		}
	}),
	operation({
		...{ id: 'testWebhook', method: 'POST', path: '/webhooks/{webhook}/test', scope: 'webhooks:write' },
		summary: 'Sends a delivery of the type `test`',
		answers: { 202: null },
		problems: ['not_found', 'busy'],
		async run({ world, caller, named }) {
			if (!(await world.webhooks.sendTest(named, caller.keyId))) throw new Problem('not_found');
			return { body: null, status: 202 };
		}
	}),
	operation({
		...{ id: 'removeWebhook', method: 'DELETE', path: '/webhooks/{webhook}', scope: 'webhooks:write' },
		summary: 'Ends a webhook and drops what it has not been told yet',
		answers: { 204: null },
		problems: ['not_found', 'busy'],
		async run({ world, caller, named }) {
			if (!(await world.webhooks.remove(named, { keyId: caller.keyId, by: null }))) throw new Problem('not_found');
			return { body: null, status: 204 };
		}
	})
];
