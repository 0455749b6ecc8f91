/**
 * Does at the desk what a form asks, through the same store, rules and log as a phone's scan, and puts the verdict into
 * the one sentence that the form shows. Each form carries a uid from its making, so that sending it twice does it once.
 */
import type { CommandArgs, CommandName } from '#lib/domain/commands.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { SignInKind } from '#lib/domain/roles.ts';
import { sentence } from '#lib/domain/sentences.ts';
import { checkArgs } from '#lib/protocol/command-args.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

/** What a person reads after a form was sent. */
export interface Answer {
	/** `note`: the wanted effect already held. `no`: nothing changed. */
	kind: 'ok' | 'note' | 'no';
	text: string;
}

export interface Outcome {
	answer: Answer;
	/** 200 done or already so; 409 the rules said no; 503 nobody could decide now. */
	status: 200 | 409 | 503;
	/** Null where nothing was refused. */
	rejection: Rejection | null;
}

/** The server's share of what a desk form needs. */
export interface Desk {
	store: Pick<Store, 'runCommand' | 'siteTimeZone'>;
	personId: string;
	/** [§9] Badge and PIN give at most operator here too. */
	signedInBy: SignInKind;
}

/** The desk of whoever asks. */
export const deskOf = <S extends Desk['store']>(store: S, { personId, signedInBy }: SignedIn) => ({
	store,
	personId,
	signedInBy
});

/** Runs one command as a person at the desk. `done`: the sentence of success. */
export async function runAtDesk<N extends CommandName>(
	{ store, personId, signedInBy }: Desk,
	uid: string,
	name: N,
	args: CommandArgs[N],
	done: string
): Promise<Outcome> {
	const say = (rejection: Rejection) => sentence(rejection, getLocale(), store.siteTimeZone);
	const refused = (rejection: Rejection): Outcome => ({
		answer: { kind: 'no', text: say(rejection) },
		status: 409,
		rejection
	});
	const checked = checkArgs(name, args);
	if (!checked.ok) return refused(checked.rejection);
	try {
		const verdict = await store.runCommand({ personId, signedInBy, command: checked.command, uid });
		if (verdict.status === 'ok') {
			const text = [done, ...verdict.notes.map(say)].join(' ');
			return { answer: { kind: 'ok', text }, status: 200, rejection: null };
		}
		if (verdict.rejection === null) throw new Error(`a verdict ${verdict.status} without its reason`);
		if (verdict.status !== 'noop') return refused(verdict.rejection);
		return {
			answer: { kind: 'note', text: say(verdict.rejection) },
			status: 200,
			rejection: verdict.rejection
		};
	} catch (error) {
		if (!(error instanceof TransportError)) throw error;
		const text = error.refusal === 'storage_full' ? m.desk_storage_full() : m.desk_busy();
		return { answer: { kind: 'no', text }, status: 503, rejection: null };
	}
}
