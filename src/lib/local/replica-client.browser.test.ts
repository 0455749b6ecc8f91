import Dexie from 'dexie';
import { afterEach, expect, test, vi } from 'vitest';
import type { Live, ReplicaClient, SyncStatus } from '#lib/sync/client.ts';
import { fill } from '../../../tests/sync/sample-rows.ts';
import { TinyServer, WORKER } from '../../../tests/sync/tiny-server.ts';
import { openReplicaClient, StorageUnavailable } from './replica-client.ts';

const clients: ReplicaClient[] = [];
const names: string[] = [];
let count = 0;
const newName = (): string => {
	names.push(`client-${Date.now()}-${++count}`);
	return names.at(-1)!;
};

afterEach(async () => {
	for (const client of clients.splice(0)) client.stop();
	for (const name of names.splice(0)) await Dexie.delete(name);
});

/** A second call with the same name is a second tab. */
function tab(server: TinyServer, name: string): ReplicaClient {
	const client = openReplicaClient({ name, transport: server, news: server.news() });
	clients.push(client);
	return client;
}

/** Resolves when a live value is as wanted. */
const when = <T>(live: Live<T>, wanted: (value: T) => boolean): Promise<T> =>
	new Promise((resolve, reject) => {
		let last: T;
		const timer = setTimeout(() => reject(new Error(`it stayed ${JSON.stringify(last)}`)), 10_000);
		const stop = live((value) => {
			last = value;
			if (!wanted(value)) return;
			clearTimeout(timer);
			resolve(value);
			queueMicrotask(() => stop());
		});
	});

async function ready(server: TinyServer, name = newName()): Promise<ReplicaClient> {
	const client = tab(server, name);
	await client.start();
	await when(client.status, ({ phase }) => phase === 'ready');
	await client.refreshOperator();
	return client;
}

const assign = (cartonId: string) => ({ name: 'carton.assign' as const, args: { cartonId, shipmentId: 's1' } });

function warehouse(cartons = 10): TinyServer {
	const server = new TinyServer();
	fill(server, cartons);
	return server;
}

test('the first download ends ready, with progress, and codes are found', async () => {
	const server = warehouse(50);
	server.chunk = 10;
	const client = tab(server, newName());
	const seen: SyncStatus[] = [];
	client.status((status) => seen.push(status));
	await client.start();
	const status = await when(client.status, ({ phase }) => phase === 'ready');
	expect(status.dataAt).not.toBeNull();
	expect(seen.some(({ download }) => download !== null && download.done > 0 && download.total === 54)).toBe(true);
	expect(await client.resolve('box-7')).toMatchObject({
		kind: 'one',
		meaning: { kind: 'carton', carton: { id: 'c7' } }
	});
	expect(await client.resolve('260001')).toMatchObject({ kind: 'one', meaning: { kind: 'shipment' } });
	expect(await client.resolve('BOX-NEW')).toMatchObject({
		kind: 'unknown',
		creatable: true,
		refusal: { code: 'unknown_code' }
	});
	expect(await client.nextLeasedCode()).toMatch(/^CN-004217-/);
	expect(await client.warehouseId()).toBe('w');
});

test('[I18] a scan is pending, then accepted, and every value on the screen follows', async () => {
	const server = warehouse();
	const client = await ready(server);
	server.online = false;
	expect(await client.submit(assign('c1'), { code: 'BOX-1' })).toMatchObject({ kind: 'saved', despite: false });
	expect(await when(client.row('cartons', 'c1'), (carton) => carton?.status === 'assigned')).toMatchObject({
		shipmentId: 's1'
	});
	expect(await when(client.cartonsOf('s1'), (cartons) => cartons.length === 1)).toHaveLength(1);
	expect(await when(client.status, ({ pending }) => pending === 1)).toMatchObject({
		oldestPendingAt: expect.any(String)
	});
	expect(await when(client.scanLog(5), (log) => log.length > 0)).toMatchObject([
		{ code: 'BOX-1', fate: 'queued', command: 'carton.assign' }
	]);
	expect(await when(client.pendingList, (list) => list.length === 1)).toMatchObject([{ mid: 1, conflict: null }]);
	expect((await when(client.lastUndoable, (last) => last !== null))!.command.name).toBe('carton.assign');
	server.online = true;
	client.syncNow();
	await when(client.status, ({ pending, connection }) => pending === 0 && connection === 'online');
	await when(client.scanLog(5), (log) => log[0]?.fate === 'accepted');
	expect(server.effects).toHaveLength(1);
	// The verdict comes with the push; there is something to compare when the pull after it has come, too.
	await vi.waitFor(async () => expect(await client.compareDigests()).toBe(true), { timeout: 10_000 });
});

test('[I18] a refusal comes to À traiter, and leaves it when it is settled', async () => {
	const server = warehouse();
	const client = await ready(server);
	server.online = false;
	await client.submit(assign('c1'), { code: 'BOX-1' });
	server.desk({ name: 'shipment.dispute', args: { shipmentId: 's1', disputeId: 'x', reason: 'abîmé' } });
	server.online = true;
	client.syncNow();
	const [item] = await when(client.todo, (todo) => todo.length === 1);
	expect(item).toMatchObject({ status: 'rejected', rejection: { code: 'shipment_disputed' }, command: assign('c1') });
	await when(client.row('cartons', 'c1'), (carton) => carton?.status === 'packed');
	await when(client.status, ({ rejected }) => rejected === 1);
	await client.settle(item!.uid);
	await when(client.status, ({ rejected }) => rejected === 0);
	expect(await when(client.scanLog(5), (log) => log[0]?.fate === 'rejected')).toMatchObject([
		{ rejection: { code: 'shipment_disputed' } }
	]);
});

test('[I20] two tabs of one profile: both scan, one drains, nothing is sent twice', async () => {
	const server = warehouse(40);
	const name = newName();
	const one = await ready(server, name);
	const two = await ready(server, name);
	const scans = Array.from({ length: 40 }, (_, i) =>
		(i % 2 === 0 ? one : two).submit(assign(`c${i}`), { code: `BOX-${i}` })
	);
	const submitted = await Promise.all(scans);
	expect(submitted.filter(({ kind }) => kind === 'saved')).toHaveLength(40);
	for (const client of [one, two])
		await when(client.scanLog(100), (log) => log.length === 40 && log.every(({ fate }) => fate === 'accepted'));
	expect(server.effects).toHaveLength(40);
	expect(new Set(server.effects).size).toBe(40);
	expect(server.world.shipments.get('s1')!.cartonsTotal).toBe(40);
	// What one tab pulled, the other shows.
	await when(two.row('shipments', 's1'), (shipment) => shipment?.cartonsTotal === 40);
});

test('[I20] the tab that waits takes over when the one that drains is closed', async () => {
	const server = warehouse();
	const name = newName();
	const one = await ready(server, name);
	const two = await ready(server, name);
	clients.splice(clients.indexOf(one), 1);
	one.stop();
	await two.submit(assign('c3'), { code: 'BOX-3' });
	await when(two.scanLog(5), (log) => log[0]?.fate === 'accepted');
	expect(server.effects).toHaveLength(1);
});

test('[I16, I17] what was saved is there for the next page, unsent', async () => {
	const server = warehouse();
	const name = newName();
	const one = await ready(server, name);
	server.online = false;
	await one.submit(assign('c1'), { code: 'BOX-1' });
	one.stop();
	const two = tab(server, name);
	await two.start();
	expect(await when(two.operator, (operator) => operator !== null)).toEqual(WORKER);
	await when(two.status, ({ pending, phase }) => pending === 1 && phase === 'ready');
	expect(await when(two.row('cartons', 'c1'), (carton) => carton !== null)).toMatchObject({ status: 'assigned' });
});

test('[I28] a full disk: the scan is refused in words, nothing of it is stored, the queue stays', async () => {
	const server = warehouse();
	const name = newName();
	const client = await ready(server, name);
	server.online = false;
	await client.submit(assign('c1'), { code: 'BOX-1' });
	const { put } = IDBObjectStore.prototype;
	const full = vi.fn(function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
		if (this.name.endsWith('_shipments')) throw new DOMException('no space left', 'QuotaExceededError');
		return put.apply(this, args);
	});
	IDBObjectStore.prototype.put = full;
	try {
		expect(await client.submit(assign('c2'), { code: 'BOX-2' })).toMatchObject({
			kind: 'refused',
			rejection: { code: 'not_saved' }
		});
	} finally {
		IDBObjectStore.prototype.put = put;
	}
	expect(full).toHaveBeenCalled();
	expect(await when(client.pendingList, () => true)).toHaveLength(1);
	expect(await when(client.row('cartons', 'c2'), () => true)).toMatchObject({ status: 'packed' });
	server.online = true;
	client.syncNow();
	await when(client.status, ({ pending }) => pending === 0);
	expect(await client.submit(assign('c2'), { code: 'BOX-2' })).toMatchObject({ kind: 'saved' });
});

test('a browser that refuses to store says so', async () => {
	const { open } = indexedDB;
	IDBFactory.prototype.open = () => {
		throw new DOMException('blocked', 'SecurityError');
	};
	const client = tab(warehouse(), newName());
	try {
		await expect(client.start()).rejects.toBeInstanceOf(StorageUnavailable);
		expect((await when(client.status, ({ storage }) => storage !== 'ok')).storage).toBe('unavailable');
	} finally {
		IDBFactory.prototype.open = open;
	}
});

test('[I17] a newer program in another tab: this one steps aside and says so', async () => {
	const server = warehouse();
	const name = newName();
	const client = await ready(server, name);
	server.online = false;
	await client.submit(assign('c1'), { code: 'BOX-1' });
	const newer = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = indexedDB.open(name, 1000);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('not opened'));
	});
	expect((await when(client.status, ({ storage }) => storage !== 'ok')).storage).toBe('outdated');
	const kept = await new Promise<unknown[]>((resolve) => {
		const request = newer.transaction('mutations').objectStore('mutations').getAll();
		request.onsuccess = () => resolve(request.result as unknown[]);
	});
	expect(kept).toHaveLength(1);
	newer.close();
});
