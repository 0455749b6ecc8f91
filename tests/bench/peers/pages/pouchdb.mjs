/** PouchDB in a browser, on IndexedDB, replicating with express-pouchdb. */
import { ROWS, cartonId, labelled } from '../carton.mjs';
import { PouchDB } from '../engines/pouchdb.mjs';
import { ask, changeTimes, expectCount, expectLabelled } from './measured.mjs';

/** Pulls by 1,000 take half the time of the default's 100; for pushes neither 500 nor 1,000 was faster than 100. */
const PULL = { batch_size: 1000 };
const PUSH = { batch_size: 100 };

const remoteOf = (database) => new PouchDB(`${location.origin}/db/${database}`);

async function synced(name, remote = remoteOf('cartons-1')) {
	const local = new PouchDB(name, { adapter: 'idb' });
	await local.replicate.from(remote, PULL);
	return local;
}

async function initialSync(name) {
	const started = performance.now();
	const local = await synced(name);
	const took = performance.now() - started;
	expectCount('cartons', (await local.info()).doc_count, ROWS);
	await local.close();
	return took;
}

async function change(name, count) {
	const local = await synced(name);
	const times = await changeTimes(count, async (n) => {
		const carton = await local.get(cartonId(n));
		return () => local.put({ ...carton, ...labelled() });
	});
	await local.close();
	return times;
}

async function drain(name, count) {
	const remote = remoteOf((await ask('/reset', {})).name);
	const local = await synced(name, remote);
	// So that what is timed does not begin with looking through 10,000 cartons that came from there.
	await local.replicate.to(remote, PUSH);
	for (let n = 0; n < count; n++) await local.put({ ...(await local.get(cartonId(n))), ...labelled() });
	const started = performance.now();
	await local.replicate.to(remote, PUSH);
	const took = performance.now() - started;
	await expectLabelled(count);
	await local.close();
	return took;
}

Object.assign(globalThis, { bench: { initialSync, change, drain } });
