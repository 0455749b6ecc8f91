/**
 * [I26] This phone was taken out of service: what it had not sent is offered to the server once, for a person to look at. What
 * follows, clearing the phone, is `local/`'s. Silence changes nothing: it is tried again at the next contact.
 */
import type { SalvageInput, SalvageOutput } from '#lib/protocol/salvage.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import type { Answer, ReplicaStore } from './ports.ts';
import { readState } from './state.ts';
import { takeBatch } from './wire-form.ts';

export type Offer = (input: SalvageInput) => Promise<Answer<SalvageOutput>>;

/** @returns `offered`: the server has what it wants, the phone may be cleared. `later`: it did not answer, or is busy */
export async function handBack(store: ReplicaStore, offer: Offer): Promise<'offered' | 'later'> {
	const { replicaId, queue } = await store.transaction('read', ['meta', 'mutations'], async (tx) => ({
		replicaId: (await readState(tx)).replica.replicaId,
		queue: await tx.find('mutations', 'stands', ['queued'])
	}));
	let most = MAX_PUSH_MUTATIONS;
	for (let at = 0; at < queue.length;) {
		const mutations = takeBatch(queue.slice(at), most, MAX_PUSH_BYTES);
		const answer = await offer({ replicaId, mutations, cleared: false });
		if (answer.kind === 'ok') {
			if (answer.value.full) return 'offered';
			at += mutations.length;
		} else if (answer.kind === 'refused' && (answer.refusal === 'malformed' || answer.refusal === 'too_large')) {
			// Refused even alone: nobody can read it there, and it must not keep the others back.
			if (mutations.length === 1) at++;
			most = Math.max(1, Math.floor(mutations.length / 2));
		} else return 'later';
	}
	return 'offered';
}
