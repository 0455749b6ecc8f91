/** Who may see and send what of the notices, and that one's own are one's own: through the pages' loads and actions. */
import { isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GET as download } from '../exports/dashboard/[figure].[format=chartformat]/+server.ts';
import { load as dashboard } from '../dashboard/+page.server.ts';
import { actions as shipmentActions } from '../shipments/[id]/+page.server.ts';
import { pageEvent, type Fields } from '../../../../tests/support/page-event.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { load as message } from './[id]/+page.server.ts';
import { actions as customActions, load as custom } from './custom/+page.server.ts';
import { actions as mineActions, load as mine } from './mine/+page.server.ts';
import { load as queue } from './+page.server.ts';
import { actions as partnerActions, load as partners } from './partners/+page.server.ts';
import { load as preview } from './preview/+page.server.ts';

const CALLERS = ['nobody', 'viewer', 'operator', 'manager', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

let server: TestServer;
const tokens = new Map<Caller, string>();

beforeEach(async () => {
	server = await openServer();
	for (const role of ['viewer', 'operator', 'manager', 'admin'] as const) {
		await server.account(role, role);
		tokens.set(role, (await server.signIn(role)).token);
	}
	await server.raw(`UPDATE account SET email = person_id || '@example.org'`);
	await server.raw(
		`INSERT INTO mail_address (address, unsubscribe_token, confirmed_at, created_at) SELECT email, email, '2026', '2026' FROM account`
	);
});
afterEach(() => server.close());

const eventOf = (caller: Caller, path: string, fields?: Fields, params?: Record<string, string>) =>
	pageEvent(server, path, tokens.get(caller) ?? null, fields, params);

/** `in`, where it leads, or the status of the refusal. */
async function heard(call: () => unknown): Promise<string | number> {
	try {
		const answer: unknown = await call();
		if (answer instanceof Response) return answer.status === 200 ? 'in' : answer.status;
		return isActionFailure(answer) ? answer.status : 'in';
	} catch (thrown) {
		if (isRedirect(thrown)) return thrown.location.startsWith('/login') ? 'sign-in' : thrown.location;
		if (isHttpError(thrown)) return thrown.status;
		throw thrown;
	}
}

const EVERYBODY = { nobody: 'sign-in', viewer: 'in', operator: 'in', manager: 'in', admin: 'in' };
const MANAGERS = { nobody: 'sign-in', viewer: 403, operator: 403, manager: 'in', admin: 'in' };
const PARTNER = {
	...{ kind: 'status', scope: 'all', destinationId: '', reference: '' },
	...{ address: 'p@example.org', locale: 'fr' }
};
const CUSTOM: [string, string][] = [
	['recipients', 'person:viewer'],
	['subject', 'Objet'],
	['text', 'Texte'],
	['uid', '01950000-0000-7000-8000-000000000001']
];

/** Each way in, with what each caller hears. */
const MATRIX: Record<string, { heard: Record<Caller, string | number>; call: (caller: Caller) => unknown }> = {
	'/dashboard': { heard: EVERYBODY, call: (caller) => dashboard(eventOf(caller, '/dashboard')) },
	'/exports/dashboard/cartons.svg': {
		heard: MANAGERS,
		call: (caller) => download(eventOf(caller, '/x', undefined, { figure: 'cartons', format: 'svg' }))
	},
	'/exports/dashboard/secrets.csv': {
		heard: { ...MANAGERS, manager: 404, admin: 404 },
		call: (caller) => download(eventOf(caller, '/x', undefined, { figure: 'secrets', format: 'csv' }))
	},
	'/notices': {
		heard: { ...MANAGERS, viewer: '/notices/mine', operator: '/notices/mine' },
		call: (caller) => queue(eventOf(caller, '/notices'))
	},
	'/notices/[id]': {
		heard: { ...MANAGERS, manager: 404, admin: 404 },
		call: (caller) => message(eventOf(caller, '/notices/x', undefined, { id: 'x' }))
	},
	'/notices/preview': { heard: MANAGERS, call: (caller) => preview(eventOf(caller, '/notices/preview')) },
	'/notices/partners': { heard: MANAGERS, call: (caller) => partners(eventOf(caller, '/notices/partners')) },
	'/notices/partners?/add': {
		heard: MANAGERS,
		call: (caller) => partnerActions['add']!(eventOf(caller, '/notices/partners', PARTNER))
	},
	'/notices/partners?/remove': {
		heard: MANAGERS,
		call: (caller) => partnerActions['remove']!(eventOf(caller, '/notices/partners', { id: 'x' }))
	},
	'/notices/partners?/again': {
		heard: MANAGERS,
		call: (caller) => partnerActions['again']!(eventOf(caller, '/notices/partners', { id: 'x' }))
	},
	'/notices/custom': { heard: MANAGERS, call: (caller) => custom(eventOf(caller, '/notices/custom')) },
	'/notices/custom?/preview': {
		heard: MANAGERS,
		call: (caller) => customActions['preview']!(eventOf(caller, '/notices/custom', CUSTOM))
	},
	'/notices/custom?/send': {
		heard: MANAGERS,
		call: (caller) => customActions['send']!(eventOf(caller, '/notices/custom', CUSTOM))
	},
	'/notices/mine': { heard: EVERYBODY, call: (caller) => mine(eventOf(caller, '/notices/mine')) },
	'/notices/mine?/me': {
		heard: EVERYBODY,
		call: (caller) => mineActions['me']!(eventOf(caller, '/notices/mine', { email: 'a@example.org', locale: 'fr' }))
	},
	'/notices/mine?/again': {
		heard: EVERYBODY,
		call: (caller) => mineActions['again']!(eventOf(caller, '/notices/mine', {}))
	},
	'/notices/mine?/add': {
		heard: EVERYBODY,
		call: (caller) => mineActions['add']!(eventOf(caller, '/notices/mine', { ...PARTNER, ownToo: 'on' }))
	},
	'/notices/mine?/remove': {
		heard: EVERYBODY,
		call: (caller) => mineActions['remove']!(eventOf(caller, '/notices/mine', { id: 'x' }))
	},
	'/shipments/[id]?/watch': {
		heard: { nobody: 'sign-in', viewer: 404, operator: 404, manager: 404, admin: 404 },
		call: (caller) => shipmentActions['watch']!(eventOf(caller, '/shipments/x', { want: 'yes' }, { id: 'x' }))
	}
};

describe('[§9] the access matrix of dashboard and notices', () => {
	test.for(Object.keys(MATRIX))('%s', async (way) => {
		const answers: Record<string, string | number> = {};
		for (const caller of CALLERS) answers[caller] = await heard(() => MATRIX[way]!.call(caller));
		expect(answers).toEqual(MATRIX[way]!.heard);
	});
});

const queued = () => server.rows<{ to: string }>(`SELECT to_address AS "to" FROM mail_message`);

test('a preview queues nothing; sending queues once, to those who were chosen among those who can be', async () => {
	const send = (action: 'preview' | 'send', fields: Fields) =>
		customActions[action]!(eventOf('manager', '/notices/custom', fields)) as Promise<{
			form: { message: { kind: string; preview?: { subject: string; count: number } } };
		}>;
	const shown = await send('preview', [...CUSTOM, ['recipients', 'person:nobody']]);
	expect(shown.form.message).toMatchObject({ kind: 'note', preview: { subject: 'Objet', count: 1 } });
	expect(queued()).toEqual([]);
	expect((await send('send', CUSTOM)).form.message.kind).toBe('ok');
	expect((await send('send', CUSTOM)).form.message.kind).toBe('note');
	expect(queued()).toEqual([{ to: 'viewer@example.org' }]);
	for (const subject of ['x\r\nBcc: all@example.org', 'x\nBcc: all@example.org']) {
		const fields: Fields = [['recipients', 'person:viewer'], ['subject', subject], ['text', 'y'], CUSTOM[3]!];
		expect(await heard(() => send('send', fields))).toBe(400);
	}
	expect(queued()).toHaveLength(1);
});

test('one’s address and subscriptions are one’s own', async () => {
	const add = { ...PARTNER, ownToo: 'on' };
	await mineActions['add']!(eventOf('viewer', '/notices/mine', add));
	const [{ id } = { id: '' }] = server.rows<{ id: string }>(`SELECT id FROM notice_subscription`);
	await mineActions['remove']!(eventOf('operator', '/notices/mine', { id }));
	await partnerActions['remove']!(eventOf('manager', '/notices/partners', { id }));
	expect(server.rows(`SELECT person_id AS person, own_too AS own FROM notice_subscription`)).toEqual([
		{ person: 'viewer', own: 1 }
	]);
	await mineActions['me']!(
		eventOf('viewer', '/notices/mine', { email: 'new@example.org', locale: 'en', personId: 'admin' })
	);
	expect(server.rows(`SELECT person_id AS id, email, locale FROM account WHERE locale = 'en'`)).toEqual([
		{ id: 'viewer', email: 'new@example.org', locale: 'en' }
	]);
	for (const email of ['x', 'a@b.c\r\nBcc: d@e.f'])
		expect(await heard(() => mineActions['me']!(eventOf('viewer', '/notices/mine', { email, locale: 'fr' })))).toBe(
			400
		);
	const unknown = { ...add, scope: 'shipment', reference: '999999' };
	expect(await heard(() => mineActions['add']!(eventOf('viewer', '/notices/mine', unknown)))).toBe(400);
	await mineActions['remove']!(eventOf('viewer', '/notices/mine', { id }));
	expect(server.rows(`SELECT 1 FROM notice_subscription`)).toEqual([]);
});
