/**
 * [§11] Refusals that this phone handed to the office, until somebody here has read what became of them. Each pull asks about
 * those that are still open, so no snapshot and no lost answer can hide one.
 */
import type { Settlement } from '#lib/protocol/envelope.ts';
import { MAX_HANDED } from '#lib/protocol/version.ts';
import type { ReplicaStore } from './ports.ts';
import type { Stands, StoredMutation } from './records.ts';
import { commandOf } from './replay.ts';

/** Where an accepted mutation stands once a pull has brought its effect. */
export const standsAfter = ({ name, settlement }: StoredMutation): Stands =>
	name === 'refusal.handOver' && !settlement ? 'handed' : 'done';

const refusalOf = (handOver: StoredMutation): string => {
	const { name, args } = commandOf(handOver);
	return name === 'refusal.handOver' ? args.refusalId : '';
};

/** The refusals that the office has and that are not known to be settled, the oldest first. */
export const readHanded = (store: ReplicaStore): Promise<string[]> =>
	store.transaction('read', ['mutations'], async (tx) =>
		(await tx.find('mutations', 'stands', ['handed'], MAX_HANDED)).map(refusalOf)
	);

export async function takeSettlements(store: ReplicaStore, settlements: readonly Settlement[]): Promise<void> {
	const byId = new Map(settlements.map(({ refusalId, ...settlement }) => [refusalId, settlement]));
	await store.transaction('write', ['mutations'], async (tx) => {
		const handed = await tx.find('mutations', 'stands', ['handed']);
		await tx.put(
			'mutations',
			handed.flatMap((handOver) => {
				const settlement = byId.get(refusalOf(handOver));
				return settlement ? [{ ...handOver, stands: 'settled' as const, settlement }] : [];
			})
		);
	});
}
