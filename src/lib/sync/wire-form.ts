/**
 * A stored mutation as the wire takes it (`protocol/envelope.ts`), and how many of them fit one push.
 */
import type { Mutation } from '#lib/protocol/envelope.ts';
import type { StoredMutation } from './records.ts';

/** A dismissed mutation, and one that was refused even alone, keep their place without their body (sync §2, §3). */
export function envelopeOf(mutation: StoredMutation): Mutation {
	const hollow = mutation.dismissed !== undefined || mutation.refusedBy !== undefined;
	return {
		uid: mutation.uid,
		mid: mutation.mid,
		name: mutation.name,
		version: mutation.version,
		schema: mutation.schema,
		args: hollow ? '{}' : mutation.args,
		actorId: mutation.actorId,
		deviceTime: mutation.deviceTime,
		clockOffset: mutation.clockOffset,
		...(mutation.signedInBy === undefined ? {} : { signedInBy: mutation.signedInBy }),
		...(mutation.undoes === undefined ? {} : { undoes: mutation.undoes }),
		...(mutation.despite === undefined ? {} : { despite: mutation.despite }),
		...(mutation.dismissed === undefined ? {} : { dismissed: mutation.dismissed }),
		...(mutation.refusedBy === undefined ? {} : { refusedBy: mutation.refusedBy })
	};
}

const encoder = new TextEncoder();

/** The first of `queue` that fit `most` mutations and `bytes` of JSON; always at least one. */
export function takeBatch(queue: readonly StoredMutation[], most: number, bytes: number): Mutation[] {
	const batch: Mutation[] = [];
	let size = 2;
	for (const mutation of queue.slice(0, most)) {
		const envelope = envelopeOf(mutation);
		size += encoder.encode(JSON.stringify(envelope)).length + 1;
		if (batch.length > 0 && size > bytes) break;
		batch.push(envelope);
	}
	return batch;
}
