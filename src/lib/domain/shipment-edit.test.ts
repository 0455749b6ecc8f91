import { describe, expect, it } from 'vitest';
import type { Command, CommandArgs } from './commands.ts';
import { decide } from './decide.ts';
import { type ShipmentRow } from './rows.ts';
import { accepted, refused, shipmentOf } from './sample-answers.ts';
import { minutes, sampleCarton, sampleContext, sampleShipment, sampleStep, sampleWorld } from './sample-rows.ts';

const PARTIES = { shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' };

describe('shipment.create', () => {
	const create = (args: Partial<CommandArgs['shipment.create']> = {}): Command => ({
		name: 'shipment.create',
		args: { shipmentId: 'new', destinationId: 'bamako', ...PARTIES, ...args }
	});

	it('[S3, R1, T5] has its parties as they read now, a final reference and a token', () => {
		const decision = accepted(create({ requestedOn: '2026-04-01', notes: 'fragile' }), sampleWorld());
		const token = shipmentOf(decision).trackingToken;
		expect(shipmentOf(decision)).toMatchObject({
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
		const decision = accepted(create(bare), sampleWorld());
		expect(shipmentOf(decision)).toMatchObject({
			reference: null,
			temporaryReference: 'EXP-TEMP-90',
			temporary: true,
			shipper: null
		});
		expect(decision.assigned).toMatchObject({ temporaryReference: 'EXP-TEMP-90' });
		expect(refused(create({ ...bare, recipientId: 'recipient' }), sampleWorld())).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper' }
		});
		expect(accepted(create({ ...bare, recipientId: 'recipient', shipperId: 'shipper' }), sampleWorld()).kind).toBe(
			'ok'
		);
	});

	it('[S4] without `temporary` all parties are needed, and named', () => {
		expect(refused(create({ shipperId: undefined, correspondentId: undefined }), sampleWorld())).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper,correspondent' }
		});
	});

	it('a phone leaves numbers and token to the server', () => {
		const decision = accepted(create(), sampleWorld(), sampleContext({ side: 'phone', numbers: null }));
		expect(shipmentOf(decision)).toMatchObject({ reference: null, temporaryReference: null, trackingToken: null });
		expect(decision.assigned).toEqual({});
	});

	it('[P1, S3] destination and contacts exist, are active and have their role', () => {
		const world = sampleWorld();
		expect(refused(create({ destinationId: 'x' }), world)).toMatchObject({
			code: 'not_found',
			params: { what: 'destination' }
		});
		expect(refused(create({ destinationId: 'closed' }), world)).toMatchObject({
			code: 'destination_inactive',
			params: { name: 'Ailleurs' }
		});
		expect(refused(create({ recipientId: 'x' }), world)).toMatchObject({
			code: 'not_found',
			params: { what: 'contact' }
		});
		expect(refused(create({ shipperId: 'retired' }), world)).toMatchObject({ code: 'contact_inactive' });
		expect(refused(create({ shipperId: 'recipient' }), world)).toMatchObject({
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
		const decision = accepted(edit(shipment, changes), sampleWorld({ shipments: [shipment] }));
		expect(shipmentOf(decision)).toEqual({
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
		const decision = accepted(
			edit(shipment, { destinationId: 'dakar' }),
			sampleWorld({ shipments: [shipment], cartons })
		);
		expect(decision.changes.cartons.map((carton) => carton.status)).toEqual(['assigned', 'assigned']);
		expect(shipmentOf(decision)).toMatchObject({
			destinationIata: 'DSS',
			status: 'picking',
			readyAt: null,
			cartonsAssigned: 2
		});
		expect(decision.notes).toMatchObject([{ code: 'label_removed', params: { count: 2 } }]);
		const unlabeled = { ...shipment, status: 'draft' } as const;
		expect(
			accepted(edit(unlabeled, { destinationId: 'dakar' }), sampleWorld({ shipments: [unlabeled] })).notes
		).toEqual([]);
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
		expect(refused(edit(shipment, { notes: 'mine' }, { notes: 'then' }), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'notes', value: 'now', by: 'Awa', at: edited.occurredAt }
		});
		expect(refused(edit(shipment, { requestedOn: null }, { requestedOn: '2026-04-01' }), world).params).toEqual({
			field: 'requestedOn',
			value: '2026-05-01'
		});
		expect(refused(edit(shipment, { recipientId: 'recipient-2' }, { recipientId: 'x' }), world).params).toEqual({
			field: 'recipientId',
			value: 'recipient'
		});
		expect(refused(edit(shipment, { destinationId: 'dakar' }, { destinationId: 'x' }), world).params).toEqual({
			field: 'destinationId',
			value: 'Bamako'
		});
		expect(accepted(edit(shipment, { notes: 'mine' }, { notes: 'now' }), world).kind).toBe('ok');
		expect(accepted(edit(shipment, { notes: 'now', requestedOn: null }, { notes: 'then' }), world).kind).toBe('ok');
	});

	it('[S6] a party is cleared only while draft, and a recipient keeps its shipper', () => {
		const draft = sampleShipment();
		expect(
			shipmentOf(
				accepted(edit(draft, { correspondentId: null, requestedOn: null }), sampleWorld({ shipments: [draft] }))
			).correspondent
		).toBe(null);
		expect(refused(edit(draft, { shipperId: null }), sampleWorld({ shipments: [draft] }))).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'shipper' }
		});
		expect(
			accepted(edit(draft, { shipperId: null, recipientId: null }), sampleWorld({ shipments: [draft] })).kind
		).toBe('ok');
		const picking = sampleShipment({ status: 'picking' });
		const inside = sampleCarton({ status: 'assigned', shipmentId: picking.id });
		const world = sampleWorld({ shipments: [picking], cartons: [inside] });
		expect(refused(edit(picking, { correspondentId: null }), world)).toMatchObject({
			code: 'parties_incomplete',
			params: { missing: 'correspondent' }
		});
		expect(accepted(edit(picking, { recipientId: 'recipient-2' }), world).kind).toBe('ok');
	});

	it('[S3] checks what really changes: a contact that stays may have become inactive', () => {
		const shipment = sampleShipment({ shipper: { id: 'retired', name: 'retired', address: '' } });
		const world = sampleWorld({ shipments: [shipment] });
		expect(accepted(edit(shipment, { shipperId: 'retired', notes: 'x' }), world).kind).toBe('ok');
		expect(refused(edit(shipment, { recipientId: 'retired' }), world).code).toBe('contact_inactive');
		expect(refused(edit(shipment, { recipientId: 'shipper' }), world).code).toBe('contact_role_missing');
		expect(refused(edit(shipment, { destinationId: 'closed' }), world).code).toBe('destination_inactive');
		expect(refused(edit(shipment, { shipperId: 'retired', notes: '' }), world)).toMatchObject({
			code: 'nothing_changed'
		});
		expect(refused(edit({ ...shipment, id: 'x' }, {}), world).code).toBe('not_found');
	});
});
