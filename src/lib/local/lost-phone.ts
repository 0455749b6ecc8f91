/**
 * [I26] The server says that this phone is out of service: what it had not sent is handed back, then everything that it holds is
 * deleted, photos and remembered PINs included. Loaded when that happens.
 */
import { handBack } from '#lib/sync/hand-back.ts';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { readReplica } from '#lib/sync/state.ts';
import { makePhotoDatabase } from './database.ts';
import { writeMark } from './held-mark.ts';
import type { PhoneDatabase } from './phone-database.ts';
import { offerSalvage } from './wire.ts';

/** While the server does not take it, in milliseconds. */
const AGAIN_MS = 15_000;

interface Parts {
	store: ReplicaStore;
	database: PhoneDatabase;
	/** Ends everything that reads or writes; it is never started again. */
	stop: () => void;
	offer?: typeof offerSalvage;
	after?: (ms: number) => Promise<void>;
}

/** Resolves when nothing is left. */
export async function giveUpPhone({ store, database, stop, offer = offerSalvage, after = wait }: Parts): Promise<void> {
	while ((await handBack(store, offer)) === 'later') await after(AGAIN_MS);
	const { replicaId } = await readReplica(store);
	stop();
	await database.delete();
	await makePhotoDatabase(database.name).delete();
	// Nothing was lost by it: who signs in here next is not told that scans may be missing.
	writeMark(database.name, { replicaId, pending: 0 });
	// Nobody waits for it: the data is gone whether or not the server hears so.
	void offer({ replicaId, mutations: [], cleared: true });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
