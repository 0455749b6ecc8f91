import { describe, expect, it } from 'vitest';
import { auditContacts, codeOf, type Audited } from './contact-audit.ts';
import { sampleContact, sampleShipment } from './sample-rows.ts';
import type { ContactRow, DestinationRow } from './rows.ts';

const place = (given: Partial<DestinationRow> = {}): DestinationRow => ({
	...{ id: 'bamako', city: 'Bamako', iata: 'BKO', country: 'Mali', correspondentId: 'correspondent', active: true },
	...given
});
const shipper = sampleContact({ id: 'shipper', name: 'Aviation', roles: ['shipper'] });
const relay = (given: Partial<ContactRow> = {}) =>
	sampleContact({ id: 'correspondent', roles: ['correspondent'], ...given });
const recipient = (given: Partial<ContactRow> = {}) =>
	sampleContact({ id: 'recipient', roles: ['recipient'], linkedShipperIds: ['shipper'], ...given });
const found = (given: Partial<Audited>) =>
	auditContacts({
		...{ contacts: [shipper, relay(), recipient()], destinations: [place()], shipments: [sampleShipment()] },
		...{ defaultShipper: 'AVIATION', ...given }
	});
const codes = (given: Partial<Audited>) => found(given).map((issue) => `${codeOf(issue)}${issue.fix ? ' +' : ''}`);

describe('the audit of contacts', () => {
	it('[P7] finds nothing where everything is in scope', () => {
		expect(codes({})).toEqual([]);
	});

	it('[P7] a correspondent outside its own scope or without the role gets what its destination says', () => {
		const away = relay({ destinationIds: ['dakar'] });
		const [scope] = found({ contacts: [shipper, away, recipient()], shipments: [] });
		expect(scope).toMatchObject({
			kind: 'correspondent_out_of_scope',
			destination: { id: 'bamako' },
			fix: { name: 'contact.save', args: { destinationIds: ['dakar', 'bamako'], was: { destinationIds: ['dakar'] } } }
		});
		const [role] = found({ contacts: [shipper, relay({ roles: ['donor'] }), recipient()], shipments: [] });
		expect(role).toMatchObject({ fix: { args: { roles: ['donor', 'correspondent'], was: { roles: ['donor'] } } } });
	});

	it('[P7] a correspondent who is inactive or not there is for people to choose', () => {
		const contacts = [shipper, relay({ active: false }), recipient()];
		expect(codes({ contacts })).toEqual(['correspondent_inactive']);
		expect(codes({ contacts: [shipper, recipient()] })).toEqual(['correspondent_missing']);
		expect(codes({ contacts: [shipper, recipient()], destinations: [place({ active: false })] })).toEqual([]);
		expect(codes({ destinations: [place({ correspondentId: null })], shipments: [] })).toEqual([]);
	});

	it('[P7] a recipient without shippers is linked to the default one, unless somebody else ships to it', () => {
		const bare = recipient({ linkedShipperIds: [] });
		const contacts = [shipper, relay(), bare];
		expect(codes({ contacts })).toEqual(['recipient_without_shipper +']);
		expect(found({ contacts })[0]?.fix?.args).toMatchObject({
			linkedShipperIds: ['shipper'],
			was: { linkedShipperIds: [] }
		});
		expect(codes({ contacts, defaultShipper: 'nobody' })).toEqual(['recipient_without_shipper']);
		const other = sampleShipment({ shipper: { id: 'other', name: 'Other', address: '' } });
		expect(codes({ contacts, shipments: [other] })).toEqual(['recipient_without_shipper']);
		expect(codes({ contacts: [shipper, relay(), { ...bare, active: false }] })).toEqual([]);
	});

	it('[P7] a shipment out of scope is listed with its pair, and left', () => {
		const narrow = { ...shipper, destinationIds: ['dakar'] };
		expect(codes({ contacts: [narrow, relay(), recipient()] })).toEqual(['shipper_out_of_scope']);
		const lost = { ...shipper, roles: ['donor' as const] };
		expect(codes({ contacts: [lost, relay(), recipient()] })).toEqual(['contact_role_missing']);
		expect(codes({ contacts: [shipper, relay(), recipient({ linkedShipperIds: ['x'] })] })).toEqual([
			'recipient_not_linked'
		]);
	});
});
