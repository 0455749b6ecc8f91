/** The browser half of `initial-sync` and `drain`: a real replica against the real server of this origin. */
import type { Command } from '#lib/domain/commands.ts';
import { openReplicaClient } from '#lib/local/replica-client.ts';
import { openWire } from '#lib/local/wire.ts';
import type { ReplicaClient, SyncStatus } from '#lib/sync/client.ts';
import type { Answer, Transport } from '#lib/sync/ports.ts';

const silent: Answer<never> = { kind: 'silent', why: 'offline' };

/** The wire, with a plug to pull. */
function pluggable(): Transport & { plugged: boolean } {
	const wire = openWire(null);
	const through =
		<A extends unknown[], T>(call: (...args: A) => Promise<Answer<T>>) =>
		(...args: A): Promise<Answer<T>> =>
			line.plugged ? call(...args) : Promise.resolve(silent);
	const line = {
		plugged: true,
		hello: through(wire.hello),
		heal: through(wire.heal),
		push: through(wire.push),
		pull: through(wire.pull),
		digest: through(wire.digest),
		me: through(wire.me),
		snapshot: through(wire.snapshot)
	};
	return line;
}

const until = (client: ReplicaClient, isSo: (status: SyncStatus) => boolean): Promise<void> =>
	new Promise((resolve) => {
		const stop = client.status((status) => {
			if (!isSo(status)) return;
			resolve();
			queueMicrotask(() => stop());
		});
	});

/** A phone that was never here before, until its working set is complete. @returns milliseconds */
async function initialSync(name: string): Promise<number> {
	const { client, started } = await openNew(name);
	await until(client, ({ phase, dataAt }) => phase === 'ready' && dataAt !== null);
	const took = performance.now() - started;
	client.stop();
	return took;
}

/** As `initialSync`, until a scan is answered with its carton. @param code of a carton on the server, scanned again and again */
async function firstUsable(name: string, code: string): Promise<number> {
	const { client, started } = await openNew(name);
	while ((await client.resolve(code)).kind !== 'one') await new Promise((next) => setTimeout(next, 10));
	const took = performance.now() - started;
	client.stop();
	return took;
}

async function openNew(name: string): Promise<{ client: ReplicaClient; started: number }> {
	const started = performance.now();
	const client = openReplicaClient({ name });
	await client.start();
	return { client, started };
}

/** Queues `count` mutations without a server, then gives it back. @returns milliseconds until nothing waits */
async function drain(name: string, count: number): Promise<number> {
	const transport = pluggable();
	const client = openReplicaClient({ name, transport });
	await client.start();
	await client.refreshOperator();
	await until(client, ({ phase }) => phase === 'ready');
	const warehouseId = (await client.warehouseId())!;
	const productId = await new Promise<string>((resolve) => client.products(([first]) => first && resolve(first.id)));
	transport.plugged = false;
	for (let n = 0; n < count; n += 2) {
		const cartonId = crypto.randomUUID();
		const code = `DRAIN${String(Date.now() % 1e7)}Z${n}`;
		const create: Command = { name: 'carton.create', args: { cartonId, code, source: 'printed', warehouseId } };
		const pack: Command = {
			name: 'carton.pack',
			args: { cartonId, items: [{ productId, quantity: 1 }], shipmentId: null, ready: true }
		};
		for (const command of [create, pack]) {
			const done = await client.submit(command, { code });
			if (done.kind !== 'saved') throw new Error(`not queued: ${JSON.stringify(done)}`);
		}
	}
	await until(client, ({ pending }) => pending === count);
	transport.plugged = true;
	const started = performance.now();
	client.syncNow();
	await until(client, ({ pending }) => pending === 0);
	const took = performance.now() - started;
	client.stop();
	return took;
}

Object.assign(globalThis, { bench: { initialSync, firstUsable, drain } });
