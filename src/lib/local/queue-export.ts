/**
 * What a person can carry away from a phone whose queue does not move: everything undecided or refused, as JSON text.
 */
import type { QueueFile } from '#lib/protocol/queue-file.ts';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { readState } from '#lib/sync/state.ts';
import { envelopeOf } from '#lib/sync/wire-form.ts';

/** Mutations keep their uids, so that importing them cannot apply one twice (I31). */
export async function exportQueue(store: ReplicaStore): Promise<string> {
	return store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [{ replica }, mutations] = await Promise.all([
			readState(tx),
			tx.find('mutations', 'stands', ['queued', 'todo'])
		]);
		const exported = mutations.map((mutation) => ({
			...envelopeOf(mutation),
			args: mutation.args,
			code: mutation.code,
			verdict: mutation.verdict
		}));
		const { replicaId, epoch } = replica;
		return JSON.stringify({ escale: 'queue', replicaId, epoch, mutations: exported } satisfies QueueFile, null, '\t');
	});
}
