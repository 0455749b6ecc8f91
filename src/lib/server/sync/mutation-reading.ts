/**
 * What one mutation of a push asks for, before any row is loaded (sync §4.4–5): a command, an undo, or a verdict that
 * needs no rows because the mutation is unknown, malformed, dismissed, or its author may not act on this device.
 */
import type { Command } from '#lib/domain/commands.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { ROLE_NEEDED } from '#lib/domain/roles.ts';
import { isCommandName, parseArgs } from '#lib/protocol/command-args.ts';
import type { Mutation } from '#lib/protocol/envelope.ts';
import { isKnownVersion } from '#lib/protocol/upcast.ts';
import { MAX_MUTATION_BYTES, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Actor, ActorOf } from './actor.ts';

export type Asked =
	| { kind: 'command'; command: Command; actor: Actor }
	| { kind: 'undo'; command: Command; actor: Actor; undoes: string }
	| { kind: 'refused'; status: 'rejected' | 'dead'; rejection: Rejection };

const isKnown = ({ name, version }: Mutation): boolean => isCommandName(name) && isKnownVersion(name, version);

/** A body that this server cannot read because it was rolled back: undecided until it is updated again. */
export const isFromNewerClient = (mutation: Mutation): boolean =>
	!isKnown(mutation) &&
	mutation.schema > SCHEMA_CURRENT &&
	mutation.dismissed === undefined &&
	mutation.refusedBy === undefined;

const rejected = (rejection: Rejection): Asked => ({ kind: 'refused', status: 'rejected', rejection });

export function readMutation(mutation: Mutation, actorOf: ActorOf): Asked {
	const { name, version, args, dismissed, refusedBy, actorId, signedInBy, undoes } = mutation;
	if (dismissed !== undefined)
		return rejected(refuse('dismissed', { by: actorOf(dismissed.by)?.name ?? '', at: dismissed.at }));
	if (refusedBy !== undefined) {
		const rejection = refusedBy === 413 ? refuse('too_large', {}) : refuse('invalid_args', { field: '' });
		return { kind: 'refused', status: 'dead', rejection };
	}
	if (Buffer.byteLength(args) > MAX_MUTATION_BYTES) return rejected(refuse('too_large', {}));
	const parsed = parseArgs(name, version, args);
	if (!parsed.ok) return rejected(parsed.rejection);
	const { command } = parsed;
	const actor = actorOf(actorId, signedInBy);
	if (actor === null) return rejected(refuse('forbidden', { role: ROLE_NEEDED[command.name] }));
	return undoes === undefined ? { kind: 'command', command, actor } : { kind: 'undo', command, actor, undoes };
}
