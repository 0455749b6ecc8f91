/**
 * What a phone does with the server's word on who may take it over by badge and PIN. Apart from the rest of `hello`, because
 * only what has reached the server needs it (docs/decisions/0006).
 */
import type { HelloOutput } from '#lib/protocol/envelope.ts';
import type { ReplicaStore } from './ports.ts';
import { isVerifier, verifierKey, type VerifierState } from './records.ts';
import { readState } from './state.ts';

/**
 * Whom the server does not name any more is forgotten, and when they work just now, their PIN is asked for again; who took
 * the phone over after it spoke is not concerned.
 */
export async function keepSignIns(
	store: ReplicaStore,
	{ badgeSignIns, serverNow }: Pick<HelloOutput, 'badgeSignIns' | 'serverNow'>
): Promise<void> {
	if (badgeSignIns === undefined) return;
	const isKept = ({ operator, pinGeneration, serverAt }: VerifierState) =>
		serverAt >= serverNow ||
		badgeSignIns.some((each) => each.personId === operator.personId && each.pinGeneration === pinGeneration);
	await store.transaction('write', ['meta'], async (tx) => {
		const gone = (await tx.list('meta')).filter(isVerifier).filter((verifier) => !isKept(verifier));
		if (gone.length === 0) return;
		const keys = gone.map(({ key }) => key);
		await tx.remove('meta', keys);
		const { operator } = await readState(tx);
		if (operator?.signedInBy && keys.includes(verifierKey(operator.personId)))
			await tx.put('meta', [{ key: 'operator', operator: { ...operator, until: serverNow } }]);
	});
}
