/**
 * [I26] A phone that was lost: its storage is real (in memory), the server too, short of HTTP. What it had not sent is handed
 * in once, kept apart, and reaches the office only by an admin's hand.
 */
import { TRPCError } from '@trpc/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '#lib/server/api/trpc.ts';
import { createCaller } from '#lib/server/api/router.ts';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { handBack, type Offer } from '#lib/sync/hand-back.ts';
import type { StoredMutation } from '#lib/sync/records.ts';
import { prepare } from '#lib/sync/state.ts';
import { openServer, type TestServer } from '../support/server.ts';
import { MemoryStore } from './memory-store.ts';

let server: TestServer;
let store: MemoryStore;
let credential: string;
let deviceId: string;

beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	await server.account('operator', 'operator');
	const signedIn = await server.signIn('operator');
	[credential, deviceId] = [signedIn.deviceCredential!, signedIn.deviceId];
	store = new MemoryStore();
	await prepare(store, () => 'replica-1');
});
afterEach(() => server.close());

const mutation = (mid: number, args = '{"cartonId":"c-1"}', change: Partial<StoredMutation> = {}): StoredMutation => ({
	...{ mid, uid: `uid-${mid}`, stands: 'queued', name: 'carton.label', version: 1, schema: SCHEMA_CURRENT, args },
	...{ actorId: 'operator', deviceTime: server.now.toISOString(), clockOffset: 0, code: 'MM-1' },
	...{ actor: { name: 'Test operator', structure: '', role: 'operator' }, reads: [], writes: [], undo: null },
	...{ conflict: null, verdict: null, decidedAt: null, settledAt: null },
	...change
});
const queue = (mutations: StoredMutation[]) =>
	store.transaction('write', ['mutations'], (tx) => tx.put('mutations', mutations));

/** The API as this phone's credential reaches it. */
const api = () =>
	createCaller({
		world: server.world,
		person: null,
		device: server.world.access.devices.find(credential),
		requestId: 'request',
		address: () => '192.0.2.1',
		userAgent: 'Test browser',
		renewDevice: () => undefined,
		keepSession: () => undefined
	}).sync;

const offer: Offer = async (input) => {
	try {
		return { kind: 'ok', value: await api().salvage(input) };
	} catch (error) {
		const refusal = error instanceof TRPCError ? refusalOf(error) : null;
		if (refusal === null) throw error;
		return { kind: 'refused', refusal: refusal.refusal, status: refusal.status, retryAfterMs: null };
	}
};
const { salvage, deviceActs } = {
	salvage: () => server.world.access.salvage,
	deviceActs: () => server.world.access.deviceActs
};
const revoke = () => deviceActs().revoke('admin', deviceId, 'perdu');

describe('[I26] a revoked phone', () => {
	test('hands in what it had not sent, in batches; nothing of it has effect', async () => {
		await queue(Array.from({ length: 150 }, (_, i) => mutation(i + 1)));
		await revoke();
		await expect(api().push({ epoch: 'any', replicaId: 'replica-1', mutations: [] as never })).rejects.toMatchObject({
			cause: { refusal: 'device_revoked' }
		});
		expect(await handBack(store, offer)).toBe('offered');
		expect(salvage().list(deviceId)).toHaveLength(150);
		expect(server.rows('SELECT * FROM mutation_result')).toEqual([]);
		// Told twice, kept once.
		await handBack(store, offer);
		expect(salvage().list(deviceId)).toHaveLength(150);
	});

	test('is the only one who may: neither a phone in service nor one that is unknown', async () => {
		await queue([mutation(1)]);
		expect(await handBack(store, offer)).toBe('later');
		credential = `${deviceId}.made-up`;
		expect(await handBack(store, offer)).toBe('later');
		expect(server.rows('SELECT * FROM salvaged_mutation')).toEqual([]);
	});

	test('that signed in anew hands its old queue in, too, as the phone that it was; nothing of it is pushed', async () => {
		const hello = (replicaId: string) =>
			api().hello({
				...{ replicaId, lastLmid: 0, cookie: null, warehouseId: null, queueDepth: 1, leases: [] },
				...{
					schema: SCHEMA_CURRENT,
					protocol: PROTOCOL_VERSION,
					appVersion: 'test',
					clientNow: server.now.toISOString()
				}
			});
		const { epoch } = await hello('replica-1');
		await queue([mutation(1)]);
		await revoke();
		const anew = await server.signIn('operator', credential);
		expect(anew.deviceId).not.toBe(deviceId);
		credential = anew.deviceCredential!;
		const wire = [{ ...mutation(1), actorId: 'operator' }] as never;
		const refused = { cause: { refusal: 'device_revoked' } };
		await expect(hello('replica-1')).rejects.toMatchObject(refused);
		await expect(api().push({ epoch, replicaId: 'replica-1', mutations: wire })).rejects.toMatchObject(refused);
		expect(await handBack(store, offer)).toBe('offered');
		expect(salvage().list(deviceId)).toMatchObject([{ uid: 'uid-1', settlement: null }]);
		expect(salvage().list(anew.deviceId)).toEqual([]);
		expect(server.rows('SELECT * FROM mutation_result')).toEqual([]);
		// What it does from now on is its own again, and nothing to hand in.
		await hello('replica-2');
		const mine = await offer({ replicaId: 'replica-2', mutations: [], cleared: true });
		expect(mine).toMatchObject({ kind: 'refused', refusal: 'device_unknown' });
		expect(server.rows('SELECT cleared_at AS at FROM device ORDER BY created_at')).toEqual([
			{ at: null },
			{ at: null }
		]);
	});

	test('keeps everything while the server does not answer', async () => {
		await queue([mutation(1)]);
		expect(await handBack(store, () => Promise.resolve({ kind: 'silent', why: 'offline' }))).toBe('later');
		expect(store.content('mutations')).toHaveLength(1);
	});

	test('[I30] cannot fill the server: what is kept of one device is bounded, and it is told so', async () => {
		await queue(Array.from({ length: 300 }, (_, i) => mutation(i + 1, JSON.stringify({ note: 'x'.repeat(10_000) }))));
		await revoke();
		expect(await handBack(store, offer)).toBe('offered');
		const kept = salvage().list(deviceId).length;
		expect(kept).toBeGreaterThan(150);
		expect(kept).toBeLessThan(210);
	});

	test('one mutation that the server cannot read does not keep back the others', async () => {
		await queue([mutation(1), mutation(2, '{}', { deviceTime: 'x'.repeat(40) }), mutation(3)]);
		await revoke();
		expect(await handBack(store, offer)).toBe('offered');
		expect(
			salvage()
				.list(deviceId)
				.map(({ uid }) => uid)
		).toEqual(['uid-1', 'uid-3']);
	});

	test('does not bring back what was decided before, nor what its person took back', async () => {
		await server.raw(
			`INSERT INTO mutation_result (uid, replica_id, mid, name, status, answer, actor_id, device_time, server_time) VALUES ('uid-1', 'replica-1', 1, 'carton.label', 'ok', '{}', 'operator', '', '')`
		);
		await queue([mutation(1), mutation(2, '{}', { dismissed: { by: 'operator', at: '' } }), mutation(3)]);
		await revoke();
		await handBack(store, offer);
		expect(
			salvage()
				.list(deviceId)
				.map(({ uid }) => uid)
		).toEqual(['uid-3']);
	});

	test('says that it is cleared, and the first time counts', async () => {
		await revoke();
		await offer({ replicaId: 'replica-1', mutations: [], cleared: true });
		const first = server.now.toISOString();
		server.advance(60_000);
		await offer({ replicaId: 'replica-2', mutations: [], cleared: true });
		expect(server.rows('SELECT cleared_at AS at FROM device WHERE id = ?', deviceId)).toEqual([{ at: first }]);
	});
});

describe('what was salvaged', () => {
	beforeEach(async () => {
		await queue([mutation(1), mutation(2, 'no json'), mutation(3, '{}', { name: 'carton.fold' })]);
		await revoke();
		await handBack(store, offer);
	});

	test('is handed to the office once, by an admin, and nothing is done by itself', async () => {
		expect(await salvage().handOver('operator', deviceId)).toEqual({ kind: 'refused', why: 'forbidden' });
		expect(await salvage().handOver('admin', deviceId)).toEqual({ kind: 'ok', count: 3 });
		expect(await salvage().handOver('admin', deviceId)).toEqual({ kind: 'refused', why: 'unknown' });
		expect(server.rows('SELECT id, command, arguments, handed_by AS by FROM refusal ORDER BY id')).toEqual([
			{ id: 'uid-1', command: 'carton.label', arguments: '{"cartonId":"c-1"}', by: 'Test operator' },
			{ id: 'uid-2', command: 'carton.label', arguments: '{}', by: 'Test operator' }
		]);
		expect(server.rows('SELECT act FROM audit_event ORDER BY rowid').map(({ act }) => act)).toEqual([
			'device.revoke',
			'salvage.hand_over'
		]);
	});

	test('is discarded, and can still be read', async () => {
		expect(await salvage().discard('admin', deviceId)).toEqual({ kind: 'ok', count: 3 });
		expect(server.rows('SELECT * FROM refusal')).toEqual([]);
		expect(
			salvage()
				.list(deviceId)
				.map(({ settlement }) => settlement)
		).toEqual(Array(3).fill('discarded'));
	});
});
