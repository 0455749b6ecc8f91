import { describe, expect, it } from 'vitest';
import type { CommandArgs, ShipmentEdits } from './commands.ts';
import { footprint } from './footprint.ts';
import { offeredCorrespondents, offeredRecipients, offeredShippers, type Offer } from './party-scope.ts';
import { accepted, refused } from './sample-answers.ts';
import { sampleContact, sampleShipment, sampleWorld } from './sample-rows.ts';
import type { ContactRow, DestinationRow } from './rows.ts';
import type { World } from './decision.ts';

const destination = (id: string, given: Partial<DestinationRow> = {}): DestinationRow => ({
	id,
	city: id,
	iata: 'XXX',
	country: 'Mali',
	correspondentId: 'relay',
	active: true,
	...given
});
const DESTINATIONS = [destination('bamako'), destination('dakar'), destination('closed', { active: false })];
const shipper = (id: string, given: Partial<ContactRow> = {}) => sampleContact({ id, roles: ['shipper'], ...given });
const recipient = (id: string, given: Partial<ContactRow> = {}) =>
	sampleContact({ id, roles: ['recipient'], ...given });
const relay = (given: Partial<ContactRow> = {}) => sampleContact({ id: 'relay', roles: ['correspondent'], ...given });

const said = (offer: Offer) => offer.why ?? offer.contacts.map(({ id }) => id).join(' ');

describe('who is offered', () => {
	const contacts = [
		shipper('everywhere'),
		shipper('there', { destinationIds: ['bamako'] }),
		shipper('elsewhere', { destinationIds: ['dakar'] }),
		shipper('retired', { active: false }),
		recipient('any'),
		recipient('hers', { linkedShipperIds: ['there'], destinationIds: ['bamako'] }),
		recipient('theirs', { linkedShipperIds: ['everywhere'] }),
		recipient('far', { destinationIds: ['dakar'] }),
		recipient('gone', { active: false }),
		relay()
	];
	const shippers = (destinationId: string, among = contacts) =>
		said(offeredShippers({ destinationId }, among, DESTINATIONS));
	const recipients = (destinationId: string, shipperId: string, among: ContactRow[] = contacts) =>
		said(offeredRecipients({ destinationId, shipperId }, among, DESTINATIONS));
	const correspondents = (destinationId: string, among: ContactRow[] = contacts, places = DESTINATIONS) =>
		said(offeredCorrespondents({ destinationId }, among, places));

	it('[P1] nobody before a destination is chosen, nor for one that is inactive or unknown', () => {
		for (const destinationId of ['', null, undefined, 'nowhere'])
			for (const offered of [offeredShippers, offeredRecipients, offeredCorrespondents])
				expect(said(offered({ destinationId, shipperId: 'there' }, contacts, DESTINATIONS))).toBe('no_destination');
		expect(shippers('closed')).toBe('destination_inactive');
		expect(correspondents('closed')).toBe('destination_inactive');
	});

	it('[P1] no recipient before a shipper is chosen; the correspondent needs only the destination', () => {
		expect(recipients('bamako', '')).toBe('no_shipper');
		expect(recipients('bamako', 'nobody')).toBe('no_shipper');
		expect(correspondents('bamako')).toBe('relay');
	});

	it('[P2] a shipper out of scope is not offered; a global one is offered everywhere; an inactive one nowhere', () => {
		expect(shippers('bamako')).toBe('everywhere there');
		expect(shippers('dakar')).toBe('everywhere elsewhere');
		expect(shippers('bamako', [shipper('elsewhere', { destinationIds: ['dakar'] })])).toBe('nobody_in_scope');
		expect(shippers('bamako', [shipper('retired', { active: false }), recipient('any')])).toBe('nobody_has_role');
	});

	it('[P3] recipients are linked to the shipper or to none, and serve the destination', () => {
		expect(recipients('bamako', 'there')).toBe('any hers');
		expect(recipients('bamako', 'everywhere')).toBe('any theirs');
		expect(recipients('dakar', 'everywhere')).toBe('any theirs far');
	});

	it('[P3] an empty list of recipients says what empties it', () => {
		expect(recipients('dakar', 'there')).toBe('shipper_out_of_scope');
		expect(recipients('bamako', 'retired')).toBe('shipper_out_of_scope');
		const [one, two] = [shipper('one'), shipper('two')];
		const hers = recipient('hers', { linkedShipperIds: ['two'] });
		expect(recipients('bamako', 'one', [one, two])).toBe('nobody_has_role');
		expect(recipients('bamako', 'one', [one, two, hers])).toBe('nobody_linked');
		expect(recipients('bamako', 'one', [one, recipient('far', { destinationIds: ['dakar'] })])).toBe('nobody_in_scope');
		expect(recipients('bamako', 'one', [one, { ...hers, destinationIds: ['dakar'] }])).toBe('nobody_in_scope');
	});

	it('[P4] only the configured correspondent is offered, and the list says why it is empty', () => {
		const another = sampleContact({ id: 'another', roles: ['correspondent'] });
		expect(correspondents('bamako', [relay(), another])).toBe('relay');
		expect(correspondents('bamako', [another])).toBe('correspondent_not_configured');
		expect(correspondents('bamako', [relay()], [destination('bamako', { correspondentId: null })])).toBe(
			'correspondent_not_configured'
		);
		expect(correspondents('bamako', [relay({ active: false })])).toBe('correspondent_inactive');
		expect(correspondents('bamako', [relay({ destinationIds: ['dakar'] })])).toBe('correspondent_out_of_scope');
		expect(correspondents('bamako', [relay({ roles: ['donor'] })])).toBe('correspondent_out_of_scope');
	});
});

describe('pairs', () => {
	/** `shipper` serves Bamako alone, `recipient` is linked to `shipper-2`, and so on. */
	function world(scopes: Record<string, Partial<ContactRow>>, given: Parameters<typeof sampleWorld>[0] = {}): World {
		const made = sampleWorld(given);
		for (const [id, scope] of Object.entries(scopes)) made.contacts.set(id, { ...made.contacts.get(id)!, ...scope });
		return made;
	}
	const create = (given: Partial<CommandArgs['shipment.create']> = {}) => {
		const parties = { shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' };
		return {
			name: 'shipment.create',
			args: { shipmentId: 's', destinationId: 'bamako', ...parties, ...given }
		} as const;
	};
	const edit = (changes: ShipmentEdits) => ({ name: 'shipment.edit', args: { shipmentId: 'known', changes } }) as const;
	const known = sampleShipment({ id: 'known' });
	const toDakar = { destinationIds: ['dakar'] };

	it('[P6] each pair that may not stand together is refused, naming both, in the order of choice', () => {
		const wrong = {
			shipper: toDakar,
			recipient: { linkedShipperIds: ['shipper-2'], ...toDakar },
			correspondent: toDakar
		};
		const first = world(wrong);
		const next = (id: string) => first.contacts.set(id, { ...sampleWorld().contacts.get(id)! });
		expect(refused(create(), first)).toMatchObject({
			code: 'shipper_out_of_scope',
			params: { name: 'shipper', destination: 'Bamako' },
			entities: ['shipper', 'bamako']
		});
		next('shipper');
		expect(refused(create(), first)).toMatchObject({
			code: 'recipient_not_linked',
			params: { name: 'recipient', shipper: 'shipper' },
			entities: ['recipient', 'shipper']
		});
		first.contacts.set('recipient', { ...first.contacts.get('recipient')!, linkedShipperIds: ['shipper'] });
		expect(refused(create(), first)).toMatchObject({
			code: 'recipient_out_of_scope',
			entities: ['recipient', 'bamako']
		});
		next('recipient');
		expect(refused(create(), first)).toMatchObject({ code: 'correspondent_out_of_scope' });
		next('correspondent');
		expect(accepted(create(), first).kind).toBe('ok');
	});

	it('[P4, P6] no other correspondent than the configured one', () => {
		expect(refused(create({ correspondentId: 'correspondent-2' }), sampleWorld()).code).toBe(
			'correspondent_out_of_scope'
		);
		const none = sampleWorld();
		none.destinations.set('bamako', { ...none.destinations.get('bamako')!, correspondentId: null });
		expect(refused(create(), none)).toMatchObject({
			code: 'correspondent_not_configured',
			params: { destination: 'Bamako' }
		});
	});

	it('[S4, P6] a temporary draft may lack parties; those that it has are in scope', () => {
		const bare = { shipperId: undefined, recipientId: undefined, correspondentId: undefined, temporary: true };
		const scoped = world({ shipper: toDakar });
		expect(accepted(create(bare), scoped).kind).toBe('ok');
		expect(refused(create({ ...bare, shipperId: 'shipper' }), scoped).code).toBe('shipper_out_of_scope');
		expect(refused(create({ ...bare, recipientId: 'recipient' }), scoped).code).toBe('parties_incomplete');
	});

	it('[§10] a role that is missing is named before a pair', () => {
		expect(refused(create({ correspondentId: 'shipper' }), world({ shipper: toDakar })).code).toBe(
			'contact_role_missing'
		);
	});

	it('[S6, P6] an edit is asked about the pairs that it touches, with the parties that stay', () => {
		const scopes = { shipper: toDakar, recipient: { linkedShipperIds: ['shipper-2'] } };
		const scoped = world(scopes, { shipments: [known] });
		expect(accepted(edit({ notes: 'later' }), scoped).kind).toBe('ok');
		expect(
			refused(
				edit({ recipientId: 'recipient-2', notes: 'x' }),
				world({ 'recipient-2': { linkedShipperIds: ['shipper-2'] } }, { shipments: [known] })
			).code
		).toBe('recipient_not_linked');
		const noFurther = world({ shipper: { destinationIds: ['bamako'] } }, { shipments: [known] });
		expect(refused(edit({ destinationId: 'dakar' }), noFurther)).toMatchObject({
			code: 'shipper_out_of_scope',
			params: { name: 'shipper', destination: 'Dakar' }
		});
		expect(accepted(edit({ destinationId: 'dakar', shipperId: 'shipper-2' }), noFurther).kind).toBe('ok');
		expect(
			refused(
				edit({ shipperId: 'shipper-2' }),
				world({ recipient: { linkedShipperIds: ['shipper'] } }, { shipments: [known] })
			).code
		).toBe('recipient_not_linked');
		expect(accepted(edit({ correspondentId: null }), scoped).kind).toBe('ok');
	});

	it('[P6] an edit brings the shipment’s own destination and parties with it', () => {
		expect(footprint(edit({ notes: 'x' })).partiesOf).toEqual(['known']);
	});
});
