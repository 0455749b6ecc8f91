/** Replicache in a browser: one pull of everything, mutators, one push of what waits. Memory first: it persists when idle. */
import { ROWS, cartonId, labelled } from '../carton.mjs';
import { Replicache } from '../engines/replicache.mjs';
import { ask, changeTimes, expectCount, expectLabelled } from './measured.mjs';

/** Nothing is sent by itself: the bench says when the line is back. */
const NEVER_MS = 2 ** 30;

const mutators = {
	label: async (tx, { id, ...fields }) => {
		await tx.set(id, { ...(await tx.get(id)), ...fields });
	}
};

/** @returns once all cartons can be read, which is before they are stored */
async function synced(name) {
	const client = new Replicache({
		...{ name, mutators, pullURL: '/pull', pushURL: '/push' },
		...{ pullInterval: null, pushDelay: NEVER_MS, logLevel: 'error' }
	});
	await new Promise((resolve) => {
		client.subscribe((tx) => tx.has(cartonId(ROWS - 1)), { onData: (isThere) => isThere && resolve() });
	});
	return client;
}

async function initialSync(name) {
	const started = performance.now();
	const client = await synced(name);
	const took = performance.now() - started;
	expectCount('cartons', (await client.query((tx) => tx.scan().keys().toArray())).length, ROWS);
	await client.close();
	return took;
}

async function change(name, count) {
	const client = await synced(name);
	const times = await changeTimes(count, async (n) => {
		const fields = labelled();
		return () => client.mutate.label({ id: cartonId(n), ...fields });
	});
	await client.close();
	return times;
}

async function drain(name, count) {
	await ask('/reset', {});
	const client = await synced(name);
	for (let n = 0; n < count; n++) await client.mutate.label({ id: cartonId(n), ...labelled() });
	expectCount('waiting', (await client.experimentalPendingMutations()).length, count);
	const started = performance.now();
	await client.push({ now: true });
	await client.pull({ now: true });
	const took = performance.now() - started;
	expectCount('still waiting', (await client.experimentalPendingMutations()).length, 0);
	await expectLabelled(count);
	await client.close();
	return took;
}

Object.assign(globalThis, { bench: { initialSync, change, drain } });
