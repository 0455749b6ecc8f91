/**
 * Runs the rule book for a mutation as this phone decides it: enqueue decides a new one with it, the rebase the old ones
 * again, and both must agree (I14). Pure.
 */
import { checkCartonCode } from '#lib/domain/carton-code.ts';
import type { Command, CommandName } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import type { Context, Decision, Footprint, LeaseRange, World } from '#lib/domain/decision.ts';
import { footprint } from '#lib/domain/footprint.ts';
import { rowId, TIMELINE_IDS_FROM } from '#lib/domain/ids.ts';
import { refuse } from '#lib/domain/refuse.ts';
import { undo, undoFootprint, type Original } from '#lib/domain/undo.ts';
import { upcast } from '#lib/protocol/upcast.ts';
import type { StoredMutation } from './records.ts';

/** What a decision needs of a mutation: of a stored one, or of one about to be stored. */
export type Decidable = Pick<StoredMutation, 'uid' | 'actorId' | 'actor' | 'deviceTime' | 'clockOffset'>;

/** What a mutation asks for: a command, or that an earlier one be taken back. */
export type Wish = { kind: 'command'; command: Command } | { kind: 'undo'; original: Original };

/** As today's program reads it: this phone may have stored it under a release of months ago (I22). */
export const commandOf = ({ name, version, args }: Pick<StoredMutation, 'name' | 'version' | 'args'>): Command =>
	({ name, args: upcast(name as CommandName, version, JSON.parse(args)) }) as Command;

/** @param undone was another undo of it accepted, or is one on its way? */
export const originalOf = (mutation: StoredMutation, undone: boolean): Original => ({
	command: commandOf(mutation),
	actorId: mutation.actorId,
	// A refused one changed nothing that could be taken back.
	memo: mutation.verdict && mutation.verdict.status !== 'ok' ? null : mutation.undo,
	undone
});

/**
 * In the fold: its effects are not in the base rows, and this phone shows them (sync §5). An undecided one always is,
 * whatever its mid: a pull that contained it would have brought its verdict.
 */
export const isFolded = (mutation: StoredMutation, lmid: number): boolean =>
	(mutation.stands === 'queued' || (mutation.stands === 'accepted' && mutation.mid > lmid)) &&
	mutation.despite === undefined &&
	mutation.dismissed === undefined;

/** T4: the device's time, corrected by the offset that was measured before the mutation was made (I25). */
export const correctedTime = (deviceTime: string, clockOffset: number): string =>
	new Date(Date.parse(deviceTime) + clockOffset).toISOString();

export const footprintOf = (wish: Wish): Footprint =>
	wish.kind === 'command' ? footprint(wish.command) : undoFootprint(wish.original);

export function decideMutation(
	mutation: Decidable,
	wish: Wish,
	world: World,
	replicaId: string,
	leases: readonly LeaseRange[]
): Decision {
	// A restored server may have heard it from a healing, and its rows are here before its verdict is (sync §6).
	if (world.timeline.has(rowId(mutation.uid, TIMELINE_IDS_FROM)))
		return { kind: 'noop', rejection: refuse('nothing_changed', { reference: '' }) };
	const at = correctedTime(mutation.deviceTime, mutation.clockOffset);
	const context: Context = {
		side: 'phone',
		actor: { personId: mutation.actorId, ...mutation.actor },
		uid: mutation.uid,
		replicaId,
		deviceAt: at,
		receivedAt: at,
		leases,
		numbers: null,
		defaultShipperId: null
	};
	return wish.kind === 'command' ? decide(wish.command, world, context) : undo(wish.original, world, context);
}

/** A replay does not question a number that the enqueue took from the lease: leases may have been exchanged since. */
export function leasesForReplay(wish: Wish): LeaseRange[] {
	if (wish.kind !== 'command' || wish.command.name !== 'carton.create') return [];
	const own = checkCartonCode(wish.command.args.code);
	return own.kind === 'valid' ? [{ from: own.number, until: own.number }] : [];
}
