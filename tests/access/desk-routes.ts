/** Who may use which route of the desk: `route.ts` says how to read a line. */
import type { Route } from './route.ts';

const UID = { uid: '$uuid' };
const PARTY = { name: 'X', structure: '', address: '', roles: 'shipper', contactId: '$uuid' };
const CONTACT_SEEN =
	'{"name":"Y","structure":"","address":"","roles":["shipper"],"destinationIds":[],"linkedShipperIds":[]}';
const PLACE = { city: 'X', iata: 'XYZ', country: 'X', correspondentId: '', destinationId: '$uuid' };
const PLACE_SEEN = '{"city":"Y","iata":"XYZ","country":"X","correspondentId":""}';
const SHIPMENT = {
	destinationId: 'x',
	shipperId: 'x',
	recipientId: 'x',
	correspondentId: 'x',
	requestedOn: '',
	notes: 'X'
};
const SHIPMENT_SEEN =
	'{"destinationId":"x","shipperId":"x","recipientId":"x","correspondentId":"x","requestedOn":"","notes":""}';
const ROWS = { ids: 'x', ...UID };
const PARTNER = {
	kind: 'status',
	scope: 'all',
	destinationId: '',
	reference: '',
	address: 'p@example.org',
	locale: 'fr'
};
const CUSTOM = { recipients: 'person:viewer', subject: 'X', text: 'X', ...UID };
/** The password of tests/support/server.ts. */
const PIN = { password: 'right horse battery staple', pin: '4071' };

export const DESK_ROUTES: Record<string, Route> = {
	'/(desk)': { page: 'person', layout: 'person' },
	'/(desk)/account': {
		page: 'person',
		actions: {
			set: ['person', PIN],
			remove: ['person', PIN],
			badge: 'person',
			password: ['person', { current: 'x', chosen: 'x' }],
			endSession: ['person', { id: 'x' }],
			endOthers: 'person'
		}
	},
	'/(desk)/account/badges': { page: 'person', actions: { missing: 'manager' } },
	'/(desk)/cartons': {
		page: 'person',
		actions: {
			label: ['operator', ROWS],
			removeLabel: ['operator', ROWS],
			assign: ['operator', { ...ROWS, into: '250001' }]
		}
	},
	'/(desk)/cartons/[code]': { page: 'person' },
	'/(desk)/contacts': { page: 'person' },
	'/(desk)/contacts/[id]': {
		at: { id: 'known' },
		page: 'person',
		actions: {
			save: ['manager', { ...PARTY, ...UID, was: CONTACT_SEEN }],
			state: ['manager', { ...UID, active: 'false' }]
		}
	},
	'/(desk)/contacts/new': { page: 'person', actions: { default: ['manager', { ...PARTY, ...UID }] } },
	'/(desk)/dashboard': { page: 'person' },
	'/(desk)/destinations': { page: 'person' },
	'/(desk)/destinations/[id]': {
		at: { id: 'known' },
		page: 'person',
		actions: {
			save: ['manager', { ...PLACE, ...UID, was: PLACE_SEEN }],
			state: ['manager', { ...UID, active: 'false' }]
		}
	},
	'/(desk)/destinations/new': { page: 'person', actions: { default: ['manager', { ...PLACE, ...UID }] } },
	'/(desk)/exports/board.[format=sheetformat]': { GET: 'manager', at: { format: 'csv' } },
	'/(desk)/exports/dashboard/[figure].[format=chartformat]': {
		GET: 'manager',
		at: { figure: 'cartons', format: 'csv' }
	},
	'/(desk)/notices': { page: 'manager', instead: '/notices/mine' },
	'/(desk)/notices/[id]': { page: 'manager' },
	'/(desk)/notices/custom': {
		page: 'manager',
		actions: { preview: ['manager', CUSTOM], send: ['manager', CUSTOM] }
	},
	'/(desk)/notices/mine': {
		page: 'person',
		actions: {
			me: ['person', { email: 'a@example.org', locale: 'fr' }],
			again: ['person', {}],
			add: ['person', { ...PARTNER, ownToo: 'on' }],
			remove: ['person', { id: 'x' }]
		}
	},
	'/(desk)/notices/partners': {
		page: 'manager',
		actions: { add: ['manager', PARTNER], again: ['manager', { id: 'x' }], remove: ['manager', { id: 'x' }] }
	},
	'/(desk)/notices/preview': { page: 'manager' },
	'/(desk)/refusals': {
		page: 'person',
		actions: { settle: ['manager', { refusalId: 'x', note: 'X', ...UID }] }
	},
	'/(desk)/scan/cards': { page: 'person' },
	'/(desk)/scan/shipments-ready': { page: 'person', actions: { archiveStale: ['manager', UID] } },
	'/(desk)/scan/shipments-tracking': {
		page: 'person',
		actions: {
			close: ['manager', { shipmentId: 'x', ...UID }],
			closeAll: ['manager', ROWS],
			archiveAll: ['manager', ROWS],
			saveView: ['person', { name: 'X', search: '' }],
			removeView: ['person', { id: 'x' }]
		}
	},
	'/(desk)/shipments': { page: 'person' },
	'/(desk)/shipments/[id]': {
		page: 'person',
		actions: {
			step: [
				'operator',
				{ step: 'boarding_ok', cycle: '1', actorName: 'X', actorStructure: 'X', at: '', comment: '', ...UID }
			],
			dispute: ['operator', { reason: 'X', newDisputeId: '$uuid', ...UID }],
			resolve: ['manager', { disputeId: 'x', comment: '', ...UID }],
			close: ['manager', UID],
			archive: ['manager', UID],
			watch: ['person', { want: 'yes' }],
			renew: ['admin', UID]
		}
	},
	'/(desk)/shipments/[id]/edit': {
		page: 'person',
		actions: { default: ['manager', { ...SHIPMENT, ...UID, was: SHIPMENT_SEEN }] }
	},
	'/(desk)/shipments/new': {
		page: 'person',
		actions: { default: ['manager', { ...SHIPMENT, ...UID, shipmentId: '$uuid' }] }
	}
};
