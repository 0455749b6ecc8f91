/** Who may use which route of the administration: `route.ts` says how to read a line. */
import type { Route } from './route.ts';

export const ADMIN_ROUTES: Record<string, Route> = {
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
	}
};
