/**
 * Who may use which route: one line for each folder of `src/routes` that a request can reach. `access-matrix.test.ts` reads
 * the tree and fails when a route, an action or a method is missing here, or stands here and is no more.
 *
 * To add a route, add a line with its route id (the folder's path, groups and brackets included):
 *
 *     '/(desk)/things/[id]': { page: 'person', actions: { save: ['manager', { name: 'X', uid: '$uuid' }] } },
 *     '/api/things':         { GET: 'operator', POST: ['admin', '{"name":"X"}'] },
 *
 * `page` is its load (or the page itself where it has none), `layout` the load of a `+layout.server.ts`. Each is asked alone,
 * as a tampered client can: a layout's check protects neither a page's load nor an action. After the word for who may stands
 * what to send (`$uuid`: a new one each time): fields of a form, or a body as text. For callers that a rule refuses by their
 * role it must be well formed, so that it gets as far as that rule. `at` fills the brackets of the path (`x` if nothing
 * is said) and, with a key that starts with `?`, the search.
 *
 * Who may: `anyone`; `person` (signed in), `operator`, `manager`, `admin` (that role or a greater one); `device` (a
 * registered browser); `secret` (an API key or a token that no person or device has, so that every caller here is refused).
 */
export type Who = 'anyone' | 'person' | 'operator' | 'manager' | 'admin' | 'device' | 'secret';
type Form = Record<string, string | string[]>;
/** Who may, and what to send. */
export type Way = Who | readonly [Who, Form | string];

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'fallback'] as const;

export interface Route extends Partial<Record<(typeof METHODS)[number], Way>> {
	page?: Way;
	layout?: Way;
	actions?: Record<string, Way>;
	at?: Record<string, string>;
	/** Where a role that may not open the page is led instead of a refusal. */
	instead?: string;
}

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

export const ROUTES: Record<string, Route> = {
	// Signing in
	'/(auth)/login': { page: 'anyone', actions: { default: ['anyone', { login: 'x', password: 'x' }] } },
	'/(auth)/logout': { POST: 'anyone' },
	'/(auth)/request-account': {
		page: 'anyone',
		actions: { default: ['anyone', { name: 'X', structure: '', email: 'x@example.org', message: '' }] }
	},
	'/(auth)/preferences': { POST: ['anyone', { theme: 'dark', keys: 'on' }] },
	// A mailed link's token is its own right, as the tracking link's is.
	'/(auth)/confirm-address/[token]': { page: 'anyone', actions: { default: 'anyone' } },
	'/(auth)/unsubscribe/[token]': {
		page: 'anyone',
		actions: { default: ['anyone', { 'List-Unsubscribe': 'One-Click' }] }
	},
	'/(auth)/welcome/[token]': { page: 'anyone', actions: { default: ['anyone', { password: 'x' }] } },

	// The desk
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
	},

	// Administration
	'/(desk)/admin': { page: 'admin', layout: 'admin' },
	'/(desk)/admin/audit': { page: 'admin' },
	'/(desk)/admin/devices': { page: 'admin', actions: { confirmAll: 'admin' } },
	'/(desk)/admin/devices/import': { page: 'admin', actions: { look: 'admin', import: 'admin' } },
	'/(desk)/admin/devices/[id]': {
		page: 'admin',
		actions: {
			rename: ['admin', { name: 'X' }],
			revoke: ['admin', { reason: 'X' }],
			confirm: 'admin',
			seenLoss: 'admin',
			handOver: 'admin',
			discard: 'admin'
		}
	},
	'/(desk)/admin/devices/[id]/salvage': { GET: 'admin' },
	'/(desk)/admin/restore': { page: 'admin', actions: { endWait: 'admin', see: ['admin', { epoch: 'x' }] } },
	'/(desk)/admin/requests': {
		page: 'admin',
		actions: { approve: ['admin', { id: 'x', role: 'viewer' }], refuse: ['admin', { id: 'x', reason: 'X' }] }
	},
	'/(desk)/admin/users': { page: 'admin' },
	'/(desk)/admin/users/[id]': {
		page: 'admin',
		actions: {
			role: ['admin', { role: 'viewer' }],
			deactivate: 'admin',
			reactivate: 'admin',
			badge: 'admin',
			password: 'admin',
			mailPassword: 'admin'
		}
	},
	'/(desk)/admin/users/new': {
		page: 'admin',
		actions: { default: ['admin', { name: 'X', structure: '', login: 'new', email: '', role: 'viewer', locale: 'fr' }] }
	},
	'/(desk)/exports/audit.[format=sheetformat]': { GET: 'admin', at: { format: 'csv' } },
	'/(desk)/admin/jobs': {
		page: 'admin',
		actions: {
			run: ['admin', { job: 'scope', dryRun: 'true' }],
			retry: ['admin', {}],
			cancel: ['admin', { run: 'none' }],
			purge: ['admin', { which: 'failed' }]
		}
	},
	'/(desk)/admin/mail': {
		page: 'admin',
		actions: {
			process: ['admin', {}],
			retry: ['admin', {}],
			release: ['admin', { id: 'x' }],
			discard: ['admin', { id: 'x' }]
		}
	},
	'/(desk)/admin/maintenance': {
		page: 'admin',
		actions: {
			plan: ['admin', { from: '2099-01-01T10:00', until: '2099-01-01T12:00', message: 'X' }],
			on: ['admin', {}],
			note: ['admin', { note: 'X' }],
			off: ['admin', {}]
		}
	},
	'/status': { page: 'anyone', GET: 'anyone' },

	'/(desk)/admin/integrations': {
		page: 'admin',
		actions: {
			createKey: ['admin', { name: 'X', scopes: 'products:read', until: '' }],
			revokeKey: ['admin', { id: 'x' }],
			createWebhook: ['admin', { name: 'X', url: 'https://example.org/hook', events: 'shipment.step' }]
		}
	},
	'/(desk)/admin/integrations/[id]': {
		page: 'admin',
		actions: {
			enable: 'admin',
			disable: 'admin',
			renewSecret: 'admin',
			test: 'admin',
			remove: 'admin',
			retry: ['admin', { delivery: 'x' }]
		}
	},

	// The floor: an empty shell. What it shows comes over the API, or is on the phone.
	'/(floor)/scan': { page: 'anyone' },
	'/(floor)/scan/assign': { page: 'anyone' },
	'/(floor)/scan/assign/[shipmentId]': { page: 'anyone' },
	'/(floor)/scan/cartons/[id]': { page: 'anyone' },
	'/(floor)/scan/device': { page: 'anyone' },
	'/(floor)/scan/dispute': { page: 'anyone' },
	'/(floor)/scan/dispute/[shipmentId]': { page: 'anyone' },
	'/(floor)/scan/install': { page: 'anyone' },
	'/(floor)/scan/label': { page: 'anyone' },
	'/(floor)/scan/label/[shipmentId]': { page: 'anyone' },
	'/(floor)/scan/load': { page: 'anyone' },
	'/(floor)/scan/load/[shipmentId]': { page: 'anyone' },
	'/(floor)/scan/operator': { page: 'anyone' },
	'/(floor)/scan/pack': { page: 'anyone' },
	'/(floor)/scan/pack/[cartonId]': { page: 'anyone' },
	'/(floor)/scan/queue': { page: 'anyone' },
	'/(floor)/scan/remove': { page: 'anyone' },
	'/(floor)/scan/shipments/[id]': { page: 'anyone' },
	'/(floor)/scan/shipments/new': { page: 'anyone' },
	'/(floor)/scan/step': { page: 'anyone' },
	'/(floor)/scan/step/[shipmentId]': { page: 'anyone' },
	'/(floor)/scan/todo': { page: 'anyone' },
	'/(floor)/scan/unpack': { page: 'anyone' },
	'/(floor)/scan/unpack/[cartonId]': { page: 'anyone' },

	// The tracking link's token is its own right; every caller without one is told that there is nothing.
	'/track/[token]': { page: 'anyone', actions: { default: ['anyone', { step: 'received_recipient' }] } },

	// Files and the API. Who may call which procedure of tRPC stands in access-matrix.test.ts.
	'/api/photos/[id]': { PUT: 'device' },
	'/api/sync/events': { GET: 'person', at: { '?kind': 'desk' } },
	'/api/sync/snapshot': { GET: 'device', at: { '?replica': 'x', '?schema': '1' } },
	// Programs show a key; each operation's scope is tried in integrations/v1.test.ts.
	'/api/v1/[...path]': { fallback: 'secret', at: { path: 'products' } },
	'/api/v1/docs': { page: 'anyone' },
	'/api/trpc/[...path]': { GET: 'anyone', POST: ['anyone', '{}'] },
	'/photos/[id]': { GET: 'person' },

	// Probes
	'/api/health': { GET: 'anyone' },
	'/api/health/live': { GET: 'anyone' },
	'/api/health/ready': { GET: 'anyone' },
	'/metrics': { GET: 'secret' },
	'/health': { GET: 'anyone' },
	'/healthz': { GET: 'anyone' }
};
