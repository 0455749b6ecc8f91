/**
 * [I26] The server says that this phone is out of service: what it had not sent is handed back, then everything that it holds is
 * deleted, photos and remembered PINs included. Loaded when that happens.
 */
import type Dexie from 'dexie';
import { handBack } from '#lib/sync/hand-back.ts';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { readReplica } from '#lib/sync/state.ts';
import { writeMark } from './held-mark.ts';
import { offerSalvage } from './wire.ts';

/** While the server does not take it, in milliseconds. */
const AGAIN_MS = 15_000;

interface Parts {
	store: ReplicaStore;
	databases: readonly Dexie[];
	/** Ends everything that reads or writes them; it is never started again. */
	stop: () => void;
	offer?: typeof offerSalvage;
	after?: (ms: number) => Promise<void>;
}

/** Resolves when nothing is left. */
export async function giveUpPhone({
	store,
	databases,
	stop,
	offer = offerSalvage,
	after = wait
}: Parts): Promise<void> {
	while ((await handBack(store, offer)) === 'later') await after(AGAIN_MS);
	const { replicaId } = await readReplica(store);
	stop();
	for (const database of databases) await database.delete();
	// Nothing was lost by it: who signs in here next is not told that scans may be missing.
	writeMark(databases[0]?.name ?? '', { replicaId, pending: 0 });
	// Nobody waits for it: the data is gone whether or not the server hears so.
	void offer({ replicaId, mutations: [], cleared: true });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
