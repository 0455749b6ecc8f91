/**
 * [I24] After a restore of the server: tells it, once per epoch, what this phone remembers of what the server had decided since the
 * restored state, refusals too. Nothing here changes a mutation: what the server makes of it comes as verdicts, as ever.
 */
import type { HealClaim, HealInput, HealOutput } from '#lib/protocol/healing.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import type { Answer, ReplicaStore } from './ports.ts';
import type { StoredMutation } from './records.ts';
import { changeReplica, readState } from './state.ts';
import { envelopeOf } from './wire-form.ts';

export type Tell = (input: HealInput) => Promise<Answer<HealOutput>>;

/**
 * @param from ISO: what the server decided before, it still knows
 * @returns null: it is told, or there is nobody to tell yet; else the answer that was none
 */
export async function heal(
	store: ReplicaStore,
	tell: Tell,
	{ epoch, from }: { epoch: string; from: string }
): Promise<Exclude<Answer<HealOutput>, { kind: 'ok' }> | null> {
	const { replica, remembered } = await store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [{ replica }, all] = await Promise.all([readState(tx), tx.list('mutations')]);
		return { replica, remembered: all.flatMap((mutation) => claimOf(mutation, from)) };
	});
	if (replica.epoch !== epoch || replica.needsSnapshot === 'epoch' || replica.healedEpoch === epoch) return null;
	let most = MAX_PUSH_MUTATIONS;
	for (let at = 0, done = false; !done;) {
		const claims = batchOf(remembered.slice(at), most);
		done = at + claims.length >= remembered.length;
		const answer = await tell({ epoch, replicaId: replica.replicaId, claims, done });
		if (answer.kind === 'ok') at += claims.length;
		else if (answer.kind === 'refused' && (answer.refusal === 'malformed' || answer.refusal === 'too_large')) {
			// Refused even alone: nobody can read it there, and it must not keep the others back.
			if (claims.length === 0) return answer;
			if (claims.length === 1) remembered.splice(at, 1);
			most = Math.max(1, Math.floor(claims.length / 2));
			done = false;
		} else if (answer.kind === 'refused' && answer.refusal === 'replica_ahead') break;
		else return answer;
	}
	await changeReplica(store, (now) => (now.epoch === epoch ? { healedEpoch: epoch } : null));
	return null;
}

function claimOf(mutation: StoredMutation, from: string): HealClaim[] {
	const { verdict } = mutation;
	if (verdict === null || verdict.serverTime < from) return [];
	const { status, rejection, notes, assigned, serverTime, seq } = verdict;
	const told = { status, rejection, notes, assigned, serverTime, ...(seq === undefined ? {} : { seq }) };
	// Its mid may be one of a former name: here it says nothing.
	return [{ mutation: { ...envelopeOf(mutation), mid: Math.max(1, mutation.mid) }, verdict: told }];
}

const encoder = new TextEncoder();

/** The first that fit one call; always one, if there is one. */
function batchOf(claims: readonly HealClaim[], most: number): HealClaim[] {
	const batch: HealClaim[] = [];
	let size = 2;
	for (const claim of claims.slice(0, most)) {
		size += encoder.encode(JSON.stringify(claim)).length + 1;
		if (batch.length > 0 && size > MAX_PUSH_BYTES) break;
		batch.push(claim);
	}
	return batch;
}
