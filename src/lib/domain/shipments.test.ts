import { describe, expect, it } from 'vitest';
import { asking, canArchive, canClose } from './ask.ts';
import type { Command, CommandArgs } from './commands.ts';
import { availability, decide } from './decide.ts';
import type { Context, Decision, World } from './decision.ts';
import { SHIPMENT_STATUSES, type ShipmentRow, type TrackingStep } from './rows.ts';
import {
	ARCHIVED,
	CLOSED,
	DISPUTED,
	minutes,
	sampleCarton,
	sampleContext,
	sampleShipment,
	sampleStep,
	sampleWorld
} from './sample-rows.ts';
import { applyChanges } from './world.ts';

type Ok = Extract<Decision, { kind: 'ok' }>;
function ok(command: Command, world: World, context: Context = sampleContext()): Ok {
	const decision = decide(command, world, context);
	if (decision.kind !== 'ok') throw new Error(decision.rejection.code);
	return decision;
}
const refusal = (command: Command, world: World, context: Context = sampleContext()) => {
	const decision = decide(command, world, context);
	if (decision.kind === 'ok') throw new Error('it was allowed');
	return decision.rejection;
};
const onlyShipment = (decision: Ok): ShipmentRow => decision.changes.shipments[0] as ShipmentRow;

const PARTIES = { shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' };

describe('shipment.create', () => {
	const create = (args: Partial<CommandArgs['shipment.create']> = {}): Command => ({
		name: 'shipment.create',
		args: { shipmentId: 'new', destinationId: 'bamako', ...PARTIES, ...args }
	});

	it('[S3, R1, T5] has its parties as they read now, a final reference and a token', () => {
		const decision = ok(create({ requestedOn: '2026-04-01', notes: 'fragile' }), sampleWorld());
		const token = onlyShipment(decision).trackingToken;
		expect(onlyShipment(decision)).toMatchObject({
			status: 'draft',
			cycle: 1,
			reference: '269001',
			temporaryReference: null,
			temporary: false,
			destinationId: 'bamako',
			destinationCity: 'Bamako',
			destinationIata: 'BKO',
			shipper: { id: 'shipper', name: 'shipper', address: '1 rue shipper' },
			requestedOn: '2026-04-01',
			notes: 'fragile',
			createdBy: 'Responsable',
			createdAt: minutes(60)
		});
		expect(decision.assigned).toEqual({ reference: '269001', trackingToken: token });
	});

	it('[S4, R2] a temporary draft needs only its destination, and the shipper of its recipient', () => {
		const bare = { shipperId: undefined, recipientId: undefined, correspondentId: undefined, temporary: true };
		const decision = ok(create(bare), sampleWorld());
		expect(onlyShipment(decision)).toMatchObject({
			reference: null,
			temporaryReference: 'EXP-TEMP-90',
			temporary: true,
			shipper: null
		});
		expect(decision.assigned).toMatchObject({ temporaryReference: 'EXP-TEMP-90' });
		expect(refusal(create({ ...bare, recipientId: 'recipient' }), sampleWorld())).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper' }
		});
		expect(ok(create({ ...bare, recipientId: 'recipient', shipperId: 'shipper' }), sampleWorld()).kind).toBe('ok');
	});

	it('[S4] without `temporary` all parties are needed, and named', () => {
		expect(refusal(create({ shipperId: undefined, correspondentId: undefined }), sampleWorld())).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper,correspondent' }
		});
	});

	it('a phone leaves numbers and token to the server', () => {
		const decision = ok(create(), sampleWorld(), sampleContext({ side: 'phone', numbers: null }));
		expect(onlyShipment(decision)).toMatchObject({ reference: null, temporaryReference: null, trackingToken: null });
		expect(decision.assigned).toEqual({});
	});

	it('[P1, S3] destination and contacts exist, are active and have their role', () => {
		const world = sampleWorld();
		expect(refusal(create({ destinationId: 'x' }), world)).toMatchObject({
			code: 'not_found',
			params: { what: 'destination' }
		});
		expect(refusal(create({ destinationId: 'closed' }), world)).toMatchObject({
			code: 'destination_inactive',
			params: { name: 'Ailleurs' }
		});
		expect(refusal(create({ recipientId: 'x' }), world)).toMatchObject({
			code: 'not_found',
			params: { what: 'contact' }
		});
		expect(refusal(create({ shipperId: 'retired' }), world)).toMatchObject({ code: 'contact_inactive' });
		expect(refusal(create({ shipperId: 'recipient' }), world)).toMatchObject({
			code: 'contact_role_missing',
			params: { name: 'recipient', party: 'shipper' }
		});
	});

	it('[§10] twice is a note', () => {
		const known = sampleShipment({ id: 'new' });
		expect(decide(create(), sampleWorld({ shipments: [known] }), sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_created', params: { name: known.reference, by: 'Bureau', at: known.createdAt } }
		});
	});
});

describe('shipment.edit', () => {
	const edit = (
		shipment: ShipmentRow,
		changes: CommandArgs['shipment.edit']['changes'],
		was?: CommandArgs['shipment.edit']['was']
	): Command => ({
		name: 'shipment.edit',
		args: { shipmentId: shipment.id, changes, ...(was ? { was } : {}) }
	});

	it('[S3, S6] takes new snapshots and tells the timeline which fields changed', () => {
		const shipment = sampleShipment();
		const changes = { recipientId: 'recipient-2', notes: 'fragile', requestedOn: '2026-05-01', shipperId: 'shipper' };
		const decision = ok(edit(shipment, changes), sampleWorld({ shipments: [shipment] }));
		expect(onlyShipment(decision)).toEqual({
			...shipment,
			recipient: { id: 'recipient-2', name: 'recipient-2', address: '1 rue recipient-2' },
			notes: 'fragile',
			requestedOn: '2026-05-01'
		});
		expect(decision.changes.timeline).toMatchObject([
			{ kind: 'edit', comment: 'recipientId,requestedOn,notes', ordinal: 1, actorName: 'Responsable' }
		]);
	});

	it('[S6] a new destination takes the labels off, says so, and readiness follows', () => {
		const shipment = sampleShipment({ status: 'packed' });
		const cartons = [1, 2].map(() => sampleCarton({ status: 'labeled', shipmentId: shipment.id }));
		const decision = ok(edit(shipment, { destinationId: 'dakar' }), sampleWorld({ shipments: [shipment], cartons }));
		expect(decision.changes.cartons.map((carton) => carton.status)).toEqual(['assigned', 'assigned']);
		expect(onlyShipment(decision)).toMatchObject({
			destinationIata: 'DSS',
			status: 'picking',
			readyAt: null,
			cartonsAssigned: 2
		});
		expect(decision.notes).toMatchObject([{ code: 'label_removed', params: { count: 2 } }]);
		const unlabeled = { ...shipment, status: 'draft' } as const;
		expect(ok(edit(unlabeled, { destinationId: 'dakar' }), sampleWorld({ shipments: [unlabeled] })).notes).toEqual([]);
	});

	it('[§11] a field that reads neither what was seen nor what is wanted stops it, naming who changed it', () => {
		const shipment = sampleShipment({ notes: 'now', requestedOn: '2026-05-01' });
		const edited = sampleStep(shipment, 'planned', 1, {
			kind: 'edit',
			step: null,
			comment: 'shipperId,notes',
			actorName: 'Awa'
		});
		const world = sampleWorld({ shipments: [shipment], timeline: [edited] });
		expect(refusal(edit(shipment, { notes: 'mine' }, { notes: 'then' }), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'notes', value: 'now', by: 'Awa', at: edited.occurredAt }
		});
		expect(refusal(edit(shipment, { requestedOn: null }, { requestedOn: '2026-04-01' }), world).params).toEqual({
			field: 'requestedOn',
			value: '2026-05-01'
		});
		expect(refusal(edit(shipment, { recipientId: 'recipient-2' }, { recipientId: 'x' }), world).params).toEqual({
			field: 'recipientId',
			value: 'recipient'
		});
		expect(refusal(edit(shipment, { destinationId: 'dakar' }, { destinationId: 'x' }), world).params).toEqual({
			field: 'destinationId',
			value: 'Bamako'
		});
		expect(ok(edit(shipment, { notes: 'mine' }, { notes: 'now' }), world).kind).toBe('ok');
		expect(ok(edit(shipment, { notes: 'now', requestedOn: null }, { notes: 'then' }), world).kind).toBe('ok');
	});

	it('[S6] a party is cleared only while draft, and a recipient keeps its shipper', () => {
		const draft = sampleShipment();
		expect(
			onlyShipment(ok(edit(draft, { correspondentId: null, requestedOn: null }), sampleWorld({ shipments: [draft] })))
				.correspondent
		).toBe(null);
		expect(refusal(edit(draft, { shipperId: null }), sampleWorld({ shipments: [draft] }))).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper' }
		});
		expect(ok(edit(draft, { shipperId: null, recipientId: null }), sampleWorld({ shipments: [draft] })).kind).toBe(
			'ok'
		);
		const picking = sampleShipment({ status: 'picking' });
		const inside = sampleCarton({ status: 'assigned', shipmentId: picking.id });
		const world = sampleWorld({ shipments: [picking], cartons: [inside] });
		expect(refusal(edit(picking, { correspondentId: null }), world)).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'correspondent' }
		});
		expect(ok(edit(picking, { correspondentId: 'correspondent-2' }), world).kind).toBe('ok');
	});

	it('[S3] checks what really changes: a contact that stays may have become inactive', () => {
		const shipment = sampleShipment({ shipper: { id: 'retired', name: 'retired', address: '' } });
		const world = sampleWorld({ shipments: [shipment] });
		expect(ok(edit(shipment, { shipperId: 'retired', notes: 'x' }), world).kind).toBe('ok');
		expect(refusal(edit(shipment, { recipientId: 'retired' }), world).code).toBe('contact_inactive');
		expect(refusal(edit(shipment, { recipientId: 'shipper' }), world).code).toBe('contact_role_missing');
		expect(refusal(edit(shipment, { destinationId: 'closed' }), world).code).toBe('destination_inactive');
		expect(refusal(edit(shipment, { shipperId: 'retired', notes: '' }), world)).toMatchObject({
			code: 'nothing_changed'
		});
		expect(refusal(edit({ ...shipment, id: 'x' }, {}), world).code).toBe('not_found');
	});
});

describe('disputes', () => {
	const dispute = (shipment: ShipmentRow): Command => ({
		name: 'shipment.dispute',
		args: { shipmentId: shipment.id, disputeId: 'd2', reason: 'Manquant' }
	});
	const resolve = (shipment: ShipmentRow, disputeId = 'dispute'): Command => ({
		name: 'shipment.resolve',
		args: { shipmentId: shipment.id, disputeId, comment: 'Retrouvé' }
	});

	it('[D1] is set at any time, with its reason, on the timeline', () => {
		for (const status of SHIPMENT_STATUSES) {
			const shipment = sampleShipment({ status });
			const decision = decide(dispute(shipment), sampleWorld({ shipments: [shipment] }), sampleContext());
			if (decision.kind !== 'ok') throw new Error(status);
			expect(onlyShipment(decision)).toMatchObject({
				disputeId: 'd2',
				disputeReason: 'Manquant',
				disputedBy: 'Responsable',
				disputedAt: minutes(60)
			});
			expect(decision.changes.timeline).toMatchObject([
				{ kind: 'dispute', comment: 'Manquant', disputeId: 'd2', cycle: 1 }
			]);
		}
	});

	it('[D1, D3] set again, or resolved without one: notes, by whom and when', () => {
		const disputed = sampleShipment(DISPUTED);
		expect(decide(dispute(disputed), sampleWorld({ shipments: [disputed] }), sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_disputed', params: { reason: 'Palette mouillée', by: 'Quai', at: minutes(9) } }
		});
		const calm = sampleShipment();
		const resolved = sampleStep(calm, 'planned', 1, { kind: 'resolve', step: null, actorName: 'Awa' });
		expect(
			decide(resolve(calm), sampleWorld({ shipments: [calm], timeline: [resolved] }), sampleContext())
		).toMatchObject({
			kind: 'noop',
			rejection: { code: 'not_disputed', params: { by: 'Awa', at: resolved.occurredAt } }
		});
		expect(refusal(resolve(calm), sampleWorld({ shipments: [calm] })).params).toEqual({ reference: calm.reference });
	});

	it('[D2] stops tracking, labelling, assigning, removing, packing, editing, closing and archiving', () => {
		const shipment = sampleShipment(DISPUTED);
		const carton = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ shipments: [shipment], cartons: [carton] });
		const { id: shipmentId } = shipment;
		const stopped: Command[] = [
			{
				name: 'shipment.track',
				args: { shipmentId, step: 'planning_ok', cycle: 1, actorName: 'A', actorStructure: 'B' }
			},
			{ name: 'carton.assign', args: { cartonId: carton.id, shipmentId } },
			{
				name: 'carton.pack',
				args: { cartonId: carton.id, intoShipmentId: shipmentId, items: [{ productId: 'rice', quantity: 1 }] }
			},
			{ name: 'shipment.edit', args: { shipmentId, changes: { notes: 'x' } } },
			{ name: 'shipment.close', args: { shipmentId } },
			{ name: 'shipment.archive', args: { shipmentId } }
		];
		expect(stopped.map((command) => refusal(command, world).code)).toEqual(stopped.map(() => 'shipment_disputed'));
		const admin = sampleContext({ actor: { ...sampleContext().actor, role: 'admin' } });
		expect(ok({ name: 'shipment.renewLink', args: { shipmentId } }, world, admin).kind).toBe('ok');
	});

	it('[D3, D5] resolving after the lock starts a new cycle; shipped cartons are labelled again', () => {
		for (const status of ['planned', 'shipped', 'received_correspondent', 'delivered'] as const) {
			const shipment = sampleShipment({ ...DISPUTED, status, latestStep: 'planned', latestStepAt: minutes(7) });
			const carton = sampleCarton({ shipmentId: shipment.id, status: status === 'planned' ? 'labeled' : 'shipped' });
			const step = sampleStep(shipment, 'planned', 4);
			const decision = ok(
				resolve(shipment),
				sampleWorld({ shipments: [shipment], cartons: [carton], timeline: [step] })
			);
			expect(onlyShipment(decision)).toEqual({
				...shipment,
				status: 'packed',
				cycle: 2,
				latestStep: null,
				latestStepAt: null,
				disputeId: null,
				disputeReason: null,
				disputedBy: null,
				disputedAt: null,
				cartonsTotal: 1,
				cartonsLabeled: 1,
				cartonsShipped: 0
			});
			expect(decision.changes.cartons.map((each) => each.status)).toEqual(status === 'planned' ? [] : ['labeled']);
			expect(decision.changes.timeline).toMatchObject([
				{ kind: 'resolve', cycle: 2, ordinal: 5, comment: 'Retrouvé', disputeId: 'dispute' }
			]);
		}
	});

	it('[D3] resolving before the lock only clears the flag', () => {
		const shipment = sampleShipment({
			...DISPUTED,
			status: 'picking',
			latestStep: 'planning_ok',
			latestStepAt: minutes(7)
		});
		const carton = sampleCarton({ shipmentId: shipment.id, status: 'assigned' });
		const decision = ok(resolve(shipment), sampleWorld({ shipments: [shipment], cartons: [carton] }));
		expect(onlyShipment(decision)).toMatchObject({
			status: 'picking',
			cycle: 1,
			latestStep: 'planning_ok',
			disputeId: null
		});
		expect(decision.changes.cartons).toEqual([]);
	});

	it('[D5] a resolution names the dispute it resolves', () => {
		const shipment = sampleShipment(DISPUTED);
		expect(refusal(resolve(shipment, 'former'), sampleWorld({ shipments: [shipment] }))).toMatchObject({
			code: 'dispute_changed',
			params: { reason: 'Palette mouillée', by: 'Quai' }
		});
	});

	it('[D4] disputing a closed case reopens it, on the timeline', () => {
		const shipment = sampleShipment({ ...CLOSED, status: 'delivered' });
		const decision = ok(dispute(shipment), sampleWorld({ shipments: [shipment] }));
		expect(onlyShipment(decision)).toMatchObject({
			closedAt: null,
			closedBy: null,
			disputeId: 'd2',
			status: 'delivered'
		});
		expect(decision.changes.timeline.map(({ kind, ordinal }) => [kind, ordinal])).toEqual([
			['dispute', 1],
			['reopen', 2]
		]);
		const archived = sampleShipment({ ...CLOSED, ...ARCHIVED, status: 'delivered' });
		expect(refusal(dispute(archived), sampleWorld({ shipments: [archived] })).code).toBe('shipment_archived');
	});

	it('[D3] a shipment that is worked on again counts from the new cycle on', () => {
		const shipment = sampleShipment({
			...DISPUTED,
			status: 'planned',
			latestStep: 'planned',
			latestStepAt: minutes(7)
		});
		const carton = sampleCarton({ shipmentId: shipment.id, status: 'labeled' });
		const world = sampleWorld({
			shipments: [shipment],
			cartons: [carton],
			timeline: [sampleStep(shipment, 'planning_ok', 1), sampleStep(shipment, 'planned', 2)]
		});
		applyChanges(world, ok(resolve(shipment), world).changes);
		const args = {
			shipmentId: shipment.id,
			step: 'planning_ok',
			cycle: 2,
			actorName: 'A',
			actorStructure: 'B'
		} as const;
		expect(ok({ name: 'shipment.track', args }, world).changes.timeline).toMatchObject([{ cycle: 2, ordinal: 4 }]);
	});
});

describe('closing and archiving', () => {
	const STEPS: TrackingStep[] = ['planned', 'boarding_ok', 'received_correspondent', 'received_recipient'];
	const delivered = (given: Partial<ShipmentRow> = {}) => sampleShipment({ status: 'delivered', ...given });
	const close = (shipment: ShipmentRow): Command => ({ name: 'shipment.close', args: { shipmentId: shipment.id } });
	const archive = (shipment: ShipmentRow): Command => ({ name: 'shipment.archive', args: { shipmentId: shipment.id } });

	it('[K1] needs `delivered` and each of four steps of this cycle; names what is missing', () => {
		for (const status of SHIPMENT_STATUSES)
			for (let has = 0; has < 16; has++) {
				const shipment = sampleShipment({ status });
				const steps = STEPS.filter((_step, bit) => has & (1 << bit));
				const timeline = steps.map((step, i) => sampleStep(shipment, step, i + 1));
				const decision = decide(close(shipment), sampleWorld({ shipments: [shipment], timeline }), sampleContext());
				const missing = STEPS.filter((step) => !steps.includes(step)).join(',');
				if (status === 'delivered' && missing === '') expect(decision.kind).toBe('ok');
				else
					expect(decision).toMatchObject({
						kind: 'rejected',
						rejection: { code: 'closure_incomplete', params: { status, ...(missing ? { missing } : {}) } }
					});
				const view = { shipment, timeline };
				expect(canClose(view, asking(sampleContext().actor, minutes(60))).allowed).toBe(decision.kind === 'ok');
			}
	});

	it('[D5] steps of a former cycle do not count', () => {
		const shipment = delivered({ cycle: 2 });
		const timeline = STEPS.map((step, i) => sampleStep(shipment, step, i + 1, { cycle: 1 }));
		expect(refusal(close(shipment), sampleWorld({ shipments: [shipment], timeline })).params['missing']).toBe(
			STEPS.join(',')
		);
	});

	it('[K1] writes who and when; again is a note', () => {
		const shipment = delivered();
		const world = sampleWorld({
			shipments: [shipment],
			timeline: STEPS.map((step, i) => sampleStep(shipment, step, i + 1))
		});
		const decision = ok(close(shipment), world);
		expect(onlyShipment(decision)).toMatchObject({ closedAt: minutes(60), closedBy: 'Responsable' });
		expect(decision.changes.timeline).toMatchObject([{ kind: 'close', ordinal: 5 }]);
		applyChanges(world, decision.changes);
		expect(decide(close(shipment), world, sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_closed', params: { by: 'Responsable', at: minutes(60) } }
		});
	});

	it('[S5] takes a draft or a closed case, nothing else, and once', () => {
		for (const status of SHIPMENT_STATUSES) {
			const shipment = sampleShipment({ status });
			const expected = status === 'draft' ? 'ok' : 'not_archivable';
			const decision = decide(archive(shipment), sampleWorld({ shipments: [shipment] }), sampleContext());
			expect(decision.kind === 'ok' ? 'ok' : decision.rejection.code).toBe(expected);
			expect(canArchive({ shipment, timeline: [] }, sampleContext()).allowed).toBe(status === 'draft');
		}
		const closed = delivered(CLOSED);
		const world = sampleWorld({ shipments: [closed] });
		const decision = ok(archive(closed), world);
		expect(onlyShipment(decision)).toMatchObject({
			archivedAt: minutes(60),
			archivedBy: 'Responsable',
			closedBy: 'Bureau'
		});
		expect(decision.changes.timeline).toMatchObject([{ kind: 'archive' }]);
		applyChanges(world, decision.changes);
		expect(decide(archive(closed), world, sampleContext())).toMatchObject({
			kind: 'noop',
			rejection: { code: 'already_archived', params: { by: 'Responsable' } }
		});
	});

	it('[T5] renewing gives a new token; a phone leaves it open', () => {
		const shipment = sampleShipment({ status: 'planned' });
		const world = sampleWorld({ shipments: [shipment] });
		const actor = { ...sampleContext().actor, role: 'admin' as const };
		const context = sampleContext({ actor });
		const renew: Command = { name: 'shipment.renewLink', args: { shipmentId: shipment.id } };
		const decision = ok(renew, world, context);
		expect(onlyShipment(decision)).toEqual({ ...shipment, trackingToken: context.numbers?.trackingToken });
		expect(decision.assigned).toEqual({ trackingToken: context.numbers?.trackingToken });
		const onPhone = ok(renew, world, sampleContext({ actor, side: 'phone', numbers: null }));
		expect([onlyShipment(onPhone).trackingToken, onPhone.assigned]).toEqual([null, {}]);
	});

	it('a button asks without saving, and hears why not', () => {
		const shipment = sampleShipment({ status: 'planned' });
		const world = sampleWorld({ shipments: [shipment] });
		expect(availability(close(shipment), world, sampleContext())).toMatchObject({
			allowed: false,
			rejection: { code: 'closure_incomplete' }
		});
		expect(availability(archive(sampleShipment()), world, sampleContext())).toMatchObject({
			allowed: false,
			rejection: { code: 'not_found' }
		});
	});
});
