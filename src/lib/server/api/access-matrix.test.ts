/**
 * Who may call what, asked as every kind of caller: every procedure of the router stands in the table below, and every page,
 * action and method of `src/routes` in `tests/access/routes.ts`, so that a new one cannot be forgotten. What is allowed is
 * called with arguments that reach the procedure itself.
 */
import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Role } from '#lib/domain/rows.ts';
import { roleReaches } from '#lib/domain/roles.ts';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { handle } from '../../../hooks.server.ts';
import { Asking, type RouteModule, type Shown } from '../../../../tests/access/asking.ts';
import { METHODS, type Way, type Who } from '../../../../tests/access/route.ts';
import { ROUTES } from '../../../../tests/access/routes.ts';
import { EMPTY_SHIPMENT } from '../../../../tests/support/floor-rows.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { appRouter, createCaller } from './router.ts';
import { refusalOf, type ApiContext } from './trpc.ts';

/**
 * `device`: a registered browser that nobody is signed in on. `revoked`: one that was revoked, with the session that was open on
 * it. `foreign`: a session's token and a device's credential that were tampered with. `ended`: a session that was signed out.
 */
const CALLERS = ['nobody', 'foreign', 'ended', 'device', 'revoked', 'viewer', 'operator', 'manager', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

/** What a refused caller hears: a transport refusal, or tRPC's code. */
type Refusals = Partial<Record<Caller, string>>;

const DEVICE_ONLY: Refusals = {
	nobody: 'device_unknown',
	foreign: 'device_unknown',
	ended: 'device_unknown',
	revoked: 'device_revoked',
	viewer: 'device_unknown',
	operator: 'device_unknown',
	manager: 'device_unknown',
	admin: 'device_unknown'
};
const { revoked: _revoked, ...BUT_REVOKED } = DEVICE_ONLY;
/** [I26] What a revoked browser hands back; nobody else has anything to hand back. */
const REVOKED_ONLY: Refusals = { ...BUT_REVOKED, device: 'device_unknown' };
const SIGNED_IN: Refusals = {
	nobody: 'UNAUTHORIZED',
	foreign: 'UNAUTHORIZED',
	ended: 'UNAUTHORIZED',
	device: 'UNAUTHORIZED',
	revoked: 'UNAUTHORIZED'
};

const MATRIX: Record<string, { refuses: Refusals; input: unknown }> = {
	'session.me': { refuses: {}, input: undefined },
	'session.switchOperator': { refuses: DEVICE_ONLY, input: { badgeCode: 'BADGE-NOBODY', pin: '4071' } },
	'command.run': {
		refuses: SIGNED_IN,
		input: { uid: 'u-matrix', name: 'shipment.close', args: { shipmentId: 'none' } }
	},
	'sync.hello': {
		refuses: DEVICE_ONLY,
		input: {
			...{ replicaId: 'r-matrix', lastLmid: 0, cookie: null, warehouseId: null, queueDepth: 0, leases: [] },
			...{
				schema: SCHEMA_CURRENT,
				protocol: PROTOCOL_VERSION,
				appVersion: 'test',
				clientNow: '2026-03-02T08:00:00.000Z'
			}
		}
	},
	'sync.push': { refuses: DEVICE_ONLY, input: null },
	'sync.heal': { refuses: DEVICE_ONLY, input: null },
	'sync.pull': { refuses: DEVICE_ONLY, input: null },
	'sync.salvage': {
		refuses: REVOKED_ONLY,
		input: { replicaId: 'r-matrix', mutations: [], cleared: false }
	},
	'sync.digest': { refuses: DEVICE_ONLY, input: null }
};

let server: TestServer;
let asking: Asking;
/** The device that nobody is signed in on, and a revoked one. */
const devices = { device: '', revoked: '' };

beforeAll(async () => {
	server = await openServer({ REQUESTS_PER_MINUTE: '1000000', DEVICE_CALLS_PER_MINUTE: '1000000' });
	asking = new Asking(server, handle);
	for (const role of ['viewer', 'operator', 'manager', 'admin'] as const) await server.account(role, role);
	devices.device = (await server.signIn('viewer')).deviceCredential!;
	devices.revoked = (await server.signIn('operator')).deviceCredential!;
	await server.raw(`UPDATE device SET status = 'revoked' WHERE id = ?`, idOf(devices.revoked));
	await server.raw(`UPDATE account SET email = person_id || '@example.org'`);
	const place = { id: 'known', city: 'Abidjan', iata: 'ABJ', country: 'X', correspondentId: null, active: true };
	const links = { destinationIds: [], linkedShipperIds: [] };
	const party = { id: 'known', name: 'X', structure: '', address: '', roles: ['shipper' as const], ...links };
	await server.world.store.saveReference('destinations', [place]);
	await server.world.store.saveReference('contacts', [{ ...party, active: true }]);
	await server.world.store.saveReference('shipments', [{ ...EMPTY_SHIPMENT, id: 'known', reference: '250001' }]);
});
afterAll(() => server.close());

const idOf = (credential: string): string => credential.split('.')[0]!;

/** What a caller shows: a session of its own for each call, since some calls end it. */
async function shownBy(caller: Caller): Promise<Shown> {
	const { sessions } = server.world.access;
	const open = (person: string, device: string) => sessions.open(person, idOf(device), 'Test browser');
	switch (caller) {
		case 'nobody':
			return {};
		case 'device':
			return { device: devices.device };
		case 'foreign':
			return { session: tampered(await open('admin', devices.device)), device: tampered(devices.device) };
		case 'revoked':
			return { session: await open('admin', devices.revoked), device: devices.revoked };
		case 'ended': {
			const session = await open('admin', devices.device);
			await sessions.end(session);
			return { session };
		}
		default:
			return { session: await open(caller, devices.device) };
	}
}

/** The same but for its first sign after the dot, or its first. */
const tampered = (token: string): string =>
	token.replace(/(?<=\.|^[^.]*)[\w-](?=[^.]*$)/, (sign) => (sign === 'A' ? 'B' : 'A'));

function contextOf(shown: Shown): ApiContext {
	const { world } = server;
	return {
		world,
		person: world.access.sessions.find(shown.session),
		device: world.access.devices.find(shown.device),
		requestId: 'request-1',
		address: () => '192.0.2.1',
		userAgent: 'Test browser',
		renewDevice: () => undefined,
		keepSession: () => undefined
	};
}

/** Null: it was let in. Arguments that do not fit are refused only after that. */
async function refusalOfCall(path: string, caller: Caller): Promise<string | null> {
	const [noun, verb] = path.split('.') as [string, string];
	const procedures = createCaller(contextOf(await shownBy(caller))) as unknown as Record<
		string,
		Record<string, (input: unknown) => Promise<unknown>>
	>;
	try {
		await procedures[noun]![verb]!(MATRIX[path]!.input);
		return null;
	} catch (error) {
		if (!(error instanceof TRPCError)) throw error;
		const refusal = refusalOf(error)?.refusal;
		return refusal === 'malformed' ? null : (refusal ?? error.code);
	}
}

describe('the access matrix', () => {
	test('has a row for every procedure of the router, and for nothing else', () => {
		expect(Object.keys(appRouter._def.procedures).sort()).toEqual(Object.keys(MATRIX).sort());
	});

	describe.for(Object.keys(MATRIX))('%s', (path) => {
		test.for(CALLERS)('called by %s', async (caller) => {
			expect(await refusalOfCall(path, caller)).toBe(MATRIX[path]!.refuses[caller] ?? null);
		});
	});

	test('[§9] a command that a role may not give is a verdict that names the role needed', async () => {
		const run = async (caller: Caller, uid: string) => {
			const { command } = createCaller(contextOf(await shownBy(caller)));
			return command.run({ uid, name: 'shipment.close', args: { shipmentId: 'none' } });
		};
		expect(await run('viewer', 'u-1')).toMatchObject({
			status: 'rejected',
			rejection: { code: 'forbidden', params: { role: 'manager' } }
		});
		expect(await run('manager', 'u-2')).toMatchObject({ status: 'rejected', rejection: { code: 'not_found' } });
	});

	test('[I9] a role taken away while signed in counts at the next call', async () => {
		const shown = await shownBy('manager');
		const run = (uid: string) =>
			createCaller(contextOf(shown)).command.run({ uid, name: 'shipment.close', args: { shipmentId: 'none' } });
		await server.raw(`UPDATE account SET role = 'viewer' WHERE login = 'manager'`);
		expect(await run('u-3')).toMatchObject({ rejection: { code: 'forbidden' } });
		await server.raw(`UPDATE account SET active = 0 WHERE login = 'manager'`);
		await expect(run('u-4')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
		await server.raw(`UPDATE account SET role = 'manager', active = 1 WHERE login = 'manager'`);
	});

	test('[I3] the same uid gets the stored verdict, whatever is asked the second time', async () => {
		const admin = createCaller(contextOf(await shownBy('admin'))).command;
		const first = await admin.run({ uid: 'u-5', name: 'shipment.close', args: { shipmentId: 'none' } });
		const second = await admin.run({ uid: 'u-5', name: 'shipment.close', args: { shipmentId: 'other' } });
		expect(second).toEqual(first);
	});
});

const PAGES = Object.keys(import.meta.glob('/src/routes/**/+page.svelte'));
const LOADERS = {
	page: import.meta.glob<RouteModule>('/src/routes/**/+page.server.ts'),
	layout: import.meta.glob<RouteModule>('/src/routes/**/+layout.server.ts'),
	endpoint: import.meta.glob<RouteModule>('/src/routes/**/+server.ts')
};
type Kind = keyof typeof LOADERS;
const FILE_OF: Record<Kind, string> = { page: '+page.server.ts', layout: '+layout.server.ts', endpoint: '+server.ts' };
const moduleOf = async (id: string, kind: Kind): Promise<RouteModule> =>
	(await LOADERS[kind][`/src/routes${id}/${FILE_OF[kind]}`]?.()) ?? {};
const folderOf = (file: string): string => /^\/src\/routes(.*)\/[^/]*$/.exec(file)![1]!;

/** The ways into the application that the tree has, `<route> <way>`, in the words of the table. */
async function waysOfTheTree(): Promise<string[]> {
	const pages = new Set([...PAGES, ...Object.keys(LOADERS.page)].map(folderOf));
	const ways = [...pages].map((id) => `${id} page`);
	for (const [kind, files] of Object.entries(LOADERS) as [Kind, Record<string, () => Promise<RouteModule>>][]) {
		for (const file of Object.keys(files)) {
			const [id, module] = [folderOf(file), await moduleOf(folderOf(file), kind)];
			if (kind === 'page') ways.push(...Object.keys(module.actions ?? {}).map((action) => `${id} ?/${action}`));
			if (kind === 'layout' && module.load) ways.push(`${id} layout`);
			if (kind === 'endpoint')
				ways.push(...METHODS.filter((method) => module[method]).map((method) => `${id} ${method}`));
		}
	}
	return ways;
}

/** The ways of the table, by the same names. */
const TABLE = new Map<string, Way>();
for (const [id, route] of Object.entries(ROUTES)) {
	for (const way of ['page', 'layout', ...METHODS] as const) if (route[way]) TABLE.set(`${id} ${way}`, route[way]);
	for (const [action, way] of Object.entries(route.actions ?? {})) TABLE.set(`${id} ?/${action}`, way);
}

const isRole = (caller: Caller): caller is Exclude<Role, 'link'> => roleReaches(caller as Role, 'viewer');

/** What a caller is to hear. */
function expected(who: Who, caller: Caller): 'in' | 'sign-in' | 'forbidden' | 'refused' {
	if (who === 'anyone' || (who === 'device' && caller === 'device')) return 'in';
	if (who === 'device' || who === 'secret') return 'refused';
	if (!isRole(caller)) return 'sign-in';
	return roleReaches(caller, who === 'person' ? 'viewer' : who) ? 'in' : 'forbidden';
}

describe('[§9] the access matrix of the routes', () => {
	test('[ASVS 16.3.2] who is refused is in the log, by route and status', async () => {
		const told = vi.spyOn(server.world.log, 'info');
		const id = '/(desk)/exports/board.[format=sheetformat]';
		const { GET } = await moduleOf(id, 'endpoint');
		await asking.heard(id, GET as never, 'GET', 'manager', await shownBy('viewer'), { format: 'csv' });
		expect(told.mock.calls.at(-1)?.[0]).toMatchObject({ event: 'refused', status: 403 });
		told.mockRestore();
	});

	test('has every page, action and method of src/routes, and nothing else', async () => {
		expect([...TABLE.keys()].sort()).toEqual((await waysOfTheTree()).sort());
		// Every server file is loaded once here.
	}, 120_000);

	test.for([...TABLE.keys()])('%s', async (name) => {
		const way = TABLE.get(name)!;
		const who = typeof way === 'string' ? way : way[0];
		const [id, what] = name.split(' ') as [string, string];
		const { at, instead } = ROUTES[id]!;
		const action = what.startsWith('?/') ? what.slice(2) : null;
		const isLoad = what === 'page' || what === 'layout';
		const module = await moduleOf(id, action !== null || what === 'page' ? 'page' : isLoad ? 'layout' : 'endpoint');
		const call = action !== null ? module.actions![action] : isLoad ? module.load : (module[what] as never);
		const method = action !== null ? 'POST' : isLoad || what === 'fallback' ? 'GET' : what;
		const heard: Record<string, string> = {};
		const wanted: Record<string, string> = {};
		for (const caller of CALLERS) {
			const answer = await asking.heard(id, call, method, way, await shownBy(caller), at);
			const meant = expected(who, caller);
			wanted[caller] = meant;
			const isRefused = answer === 'sign-in' || answer === 'forbidden';
			if (answer.startsWith('broken')) heard[caller] = answer;
			// A password or a token that is wrong is refused, too: whoever shows it.
			else if (who === 'anyone') heard[caller] = 'in';
			else if (meant === 'refused') heard[caller] = isRefused ? 'refused' : answer;
			else if (answer.startsWith('to ')) heard[caller] = answer === `to ${instead}` && meant !== 'in' ? meant : 'in';
			else heard[caller] = answer;
		}
		expect(heard).toEqual(wanted);
	});
});
