/** Every route and who may use it: here what belongs neither to the desk nor to the administration. */
import { ADMIN_ROUTES } from './admin-routes.ts';
import { DESK_ROUTES } from './desk-routes.ts';
import type { Route } from './route.ts';

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

	...DESK_ROUTES,
	...ADMIN_ROUTES,

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
	// Programs show a key; each operation's scope is tried in integrations/v1-access.test.ts.
	'/api/v1/[...path]': { fallback: 'secret', at: { path: 'products' } },
	'/api/v1/docs': { page: 'anyone' },
	'/api/trpc/[...path]': { GET: 'anyone', POST: ['anyone', '{}'] },
	'/photos/[id]': { GET: 'person' },

	// Probes
	'/status': { page: 'anyone', GET: 'anyone' },
	'/api/health': { GET: 'anyone' },
	'/api/health/live': { GET: 'anyone' },
	'/api/health/ready': { GET: 'anyone' },
	'/metrics': { GET: 'secret' },
	'/health': { GET: 'anyone' },
	'/healthz': { GET: 'anyone' }
};
