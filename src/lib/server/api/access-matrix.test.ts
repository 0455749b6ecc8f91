/**
 * Who may call what: every procedure of the router stands in this table, so that a new one cannot be forgotten. A row says
 * what each kind of caller hears; what is allowed is called with arguments that reach the procedure itself.
 */
import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { appRouter, createCaller } from './router.ts';
import { refusalOf, type ApiContext } from './trpc.ts';

type Caller = 'nobody' | 'device' | 'revoked' | 'viewer' | 'operator' | 'manager' | 'admin';
const CALLERS: readonly Caller[] = ['nobody', 'device', 'revoked', 'viewer', 'operator', 'manager', 'admin'];

/** What a refused caller hears: a transport refusal, or tRPC's code. */
type Refusals = Partial<Record<Caller, string>>;

const DEVICE_ONLY: Refusals = {
	nobody: 'device_unknown',
	revoked: 'device_revoked',
	viewer: 'device_unknown',
	operator: 'device_unknown',
	manager: 'device_unknown',
	admin: 'device_unknown'
};
const SIGNED_IN: Refusals = { nobody: 'UNAUTHORIZED', device: 'UNAUTHORIZED', revoked: 'UNAUTHORIZED' };

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
	'sync.pull': { refuses: DEVICE_ONLY, input: null },
	'sync.digest': { refuses: DEVICE_ONLY, input: null }
};

let server: TestServer;
const tokens = new Map<Caller, string>();
let credential = '';
let revoked = '';

beforeAll(async () => {
	server = await openServer();
	for (const role of ['viewer', 'operator', 'manager', 'admin'] as const) {
		await server.account(role, role);
		const { token, deviceCredential } = await server.signIn(role);
		tokens.set(role, token);
		if (role === 'viewer') credential = deviceCredential!;
		if (role === 'operator') revoked = deviceCredential!;
	}
	await server.raw(`UPDATE device SET status = 'revoked' WHERE id = ?`, revoked.split('.')[0]);
});
afterAll(() => server.close());

function contextOf(caller: Caller): ApiContext {
	const { world } = server;
	const shown = caller === 'device' ? credential : caller === 'revoked' ? revoked : undefined;
	return {
		world,
		person: world.access.sessions.find(tokens.get(caller)),
		device: world.access.devices.find(shown),
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
	const procedures = createCaller(contextOf(caller)) as unknown as Record<
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
		const run = (caller: Caller, uid: string) =>
			createCaller(contextOf(caller)).command.run({ uid, name: 'shipment.close', args: { shipmentId: 'none' } });
		expect(await run('viewer', 'u-1')).toMatchObject({
			status: 'rejected',
			rejection: { code: 'forbidden', params: { role: 'manager' } }
		});
		expect(await run('manager', 'u-2')).toMatchObject({ status: 'rejected', rejection: { code: 'not_found' } });
	});

	test('[I9] a role taken away while signed in counts at the next call', async () => {
		const run = (uid: string) =>
			createCaller(contextOf('manager')).command.run({ uid, name: 'shipment.close', args: { shipmentId: 'none' } });
		await server.raw(`UPDATE account SET role = 'viewer' WHERE login = 'manager'`);
		expect(await run('u-3')).toMatchObject({ rejection: { code: 'forbidden' } });
		await server.raw(`UPDATE account SET active = 0 WHERE login = 'manager'`);
		await expect(run('u-4')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});

	test('[I3] the same uid gets the stored verdict, whatever is asked the second time', async () => {
		const admin = createCaller(contextOf('admin')).command;
		const first = await admin.run({ uid: 'u-5', name: 'shipment.close', args: { shipmentId: 'none' } });
		const second = await admin.run({ uid: 'u-5', name: 'shipment.close', args: { shipmentId: 'other' } });
		expect(second).toEqual(first);
	});
});
