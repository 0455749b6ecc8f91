/** The browser half of `scan-commit` and `scale`: label cartons one after the other, each until its IndexedDB transaction is complete. */
import { openReplicaClient } from '#lib/local/replica-client.ts';
import type { ReplicaClient } from '#lib/sync/client.ts';
import { SilentAfterwards, silentNews, warehouse } from './warehouse.ts';

/** A phone of its own with `cartons` in shipments of `perShipment`, offline once they are loaded. */
async function openPhone(cartons: number, perShipment: number): Promise<ReplicaClient> {
	const transport = new SilentAfterwards(warehouse(cartons, perShipment));
	const client = openReplicaClient({ name: `bench-${cartons}-${perShipment}`, transport, news: silentNews });
	await client.start();
	await new Promise<void>((resolve) => client.status(({ phase }) => phase === 'ready' && resolve()));
	await client.refreshOperator();
	transport.silent = true;
	return client;
}

/** Between two scans: even a scanner held on its trigger is slower, and screens have read what changed by then. */
const PAUSE_MS = 25;

/** @returns milliseconds per scan; the first hundred warm up and are left out */
async function label(cartons: number, perShipment: number, scans: number): Promise<number[]> {
	const client = await openPhone(cartons, perShipment);
	const times: number[] = [];
	for (let n = 0; n < scans + 100; n++) {
		const shipmentId = `shipment-${Math.floor(n / perShipment)}`;
		const started = performance.now();
		const done = await client.submit(
			{ name: 'carton.label', args: { cartonId: `carton-${n}`, shipmentId } },
			{ code: `${n}` }
		);
		times.push(performance.now() - started);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		if (done.kind !== 'saved') throw new Error(`scan ${n} was not saved: ${JSON.stringify(done)}`);
	}
	client.stop();
	return times.slice(100);
}

Object.assign(globalThis, { bench: { label } });
