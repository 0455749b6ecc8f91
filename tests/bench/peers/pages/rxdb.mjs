/** RxDB in a browser: one collection over its free Dexie storage, replicated by handlers as its documentation shows them. */
import { ROWS, cartonId, labelled } from '../carton.mjs';
import { createRxDatabase, getRxStorageDexie, replicateRxCollection } from '../engines/rxdb.mjs';
import { ask, changeTimes, expectCount, expectLabelled } from './measured.mjs';

/** The best of 100 (the default), 500, 1,000 and 5,000 for pulls, of 100, 500 and 1,000 for pushes, in three rounds. */
const PULL_BATCH = 500;
const PUSH_BATCH = 100;

const text = (maxLength) => ({ type: 'string', maxLength });

const SCHEMA = {
	version: 0,
	primaryKey: 'id',
	type: 'object',
	properties: {
		...{ id: text(36), code: text(20), status: text(20), shipmentId: text(36), warehouseId: text(36) },
		items: {
			type: 'array',
			items: {
				type: 'object',
				properties: {
					...{ productId: text(36), quantity: { type: 'integer' }, lotCode: text(40), expiresOn: text(10) }
				}
			}
		},
		...{ statusBy: text(80), statusAt: text(24) }
	}
};

/** One tab, so neither leader election nor a channel between tabs: faster than an application would have it. */
async function openCartons(name, storage = {}) {
	const database = await createRxDatabase({ name, storage: getRxStorageDexie(storage), multiInstance: false });
	return (await database.addCollections({ cartons: { schema: SCHEMA } })).cartons;
}

const pull = {
	batchSize: PULL_BATCH,
	handler: (checkpoint, batchSize) => ask(`/pull?after=${checkpoint?.seq ?? 0}&limit=${batchSize}`)
};
const push = { batchSize: PUSH_BATCH, handler: (rows) => ask('/push', rows) };

function replicate(collection, both) {
	const replication = replicateRxCollection({
		...{ collection, replicationIdentifier: 'cartons', live: both, waitForLeadership: false, pull },
		...(both ? { push } : {})
	});
	replication.error$.subscribe((error) => console.error(error.message));
	return replication;
}

async function initialSync(name) {
	const started = performance.now();
	const collection = await openCartons(name);
	await replicate(collection, false).awaitInitialReplication();
	const took = performance.now() - started;
	expectCount('cartons', await collection.count().exec(), ROWS);
	await collection.database.close();
	return took;
}

async function changes(name, count, storage) {
	const collection = await openCartons(name, storage);
	await replicate(collection, false).awaitInitialReplication();
	const times = await changeTimes(count, async (n) => {
		const carton = await collection.findOne(cartonId(n)).exec();
		return () => carton.patch(labelled());
	});
	await collection.database.close();
	return times;
}

async function drain(name, count) {
	await ask('/reset', {});
	const collection = await openCartons(name);
	const replication = replicate(collection, true);
	await replication.awaitInSync();
	await replication.pause();
	for (let n = 0; n < count; n++) await (await collection.findOne(cartonId(n)).exec()).patch(labelled());
	let left = count;
	const sent = new Promise((resolve) => replication.sent$.subscribe(() => --left === 0 && resolve()));
	const started = performance.now();
	await replication.start();
	// Not awaitInSync, which also waits for the browser to be idle: half a second without any change.
	await sent;
	const took = performance.now() - started;
	await expectLabelled(count);
	await collection.database.close();
	return took;
}

Object.assign(globalThis, {
	bench: {
		initialSync,
		drain,
		change: (name, count) => changes(name, count, {}),
		/** Flushed to the disk like ours, which is not how it comes. */
		changeStrictly: (name, count) => changes(name, count, { chromeTransactionDurability: 'strict' })
	}
});
