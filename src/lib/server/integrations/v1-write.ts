/**
 * What a program reports or asks for: the rule book's own commands, given under the key's replica `api:<key>`. The
 * Idempotency-Key makes the mutation's uid, so that the same question gets the stored verdict however often it is asked.
 */
import { createHash } from 'node:crypto';
import type { Locale } from '#lib/domain/labels.ts';
import type { Command, CommandArgs, CommandName } from '#lib/domain/commands.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { sentence } from '#lib/domain/sentences.ts';
import { checkArgs } from '#lib/protocol/command-args.ts';
import { canonicalJson } from '#lib/protocol/canonical.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { ApiCommandRefused } from './api-command-refused.ts';
import type { ApiCaller } from './api-keys.ts';
import { Problem, RuleProblem, type ProblemCode } from './problem.ts';
import type { Scope } from './scopes.ts';
import { readShipment } from './v1-read.ts';
import { showShipment } from './v1-rows.ts';

export interface Given {
	world: ServerWorld;
	caller: ApiCaller;
	scope: Scope;
	locale: Locale;
	idempotencyKey: string;
	/** What was asked: method, path and body. */
	question: unknown;
}

/** What an operation answers: the body, and how it differs from a plain 200. */
export interface Reply {
	body: unknown;
	status?: 200 | 201 | 202 | 204;
	headers?: Record<string, string>;
}

const UNDECIDED: Record<ApiCommandRefused['why'], ProblemCode> = {
	key_ended: 'key_unknown',
	scope_missing: 'scope_missing',
	uid_reused: 'idempotency_key_reused'
};

/**
 * Gives one command on a shipment; `args` is asked for only after the question is known not to be a repetition with another one.
 * @throws RuleProblem when a rule says no, Problem when nothing was decided
 */
export async function give<N extends CommandName>(
	given: Given,
	name: N,
	args: CommandArgs[N] & { shipmentId: string }
): Promise<{ reply: Reply; isNew: boolean }> {
	const { world, caller, scope, locale, idempotencyKey, question } = given;
	const checked = checkArgs(name, args);
	if (!checked.ok) throw new RuleProblem(checked.rejection);
	const { verdict, isFresh } = await world.store
		.runByApi({
			...{ keyId: caller.keyId, name: caller.name, scope, command: checked.command as Command },
			uid: `${caller.keyId}.${idempotencyKey}`,
			fingerprint: createHash('sha256').update(canonicalJson(question)).digest('base64url')
		})
		.catch((error: unknown) => {
			if (!(error instanceof ApiCommandRefused)) throw error;
			throw new Problem(UNDECIDED[error.why], error.why === 'scope_missing' ? { scope } : {});
		});
	if (verdict.status !== 'ok' && verdict.status !== 'noop') throw new RuleProblem(verdict.rejection!);
	const say = (rejection: Rejection) => ({
		code: rejection.code,
		detail: sentence(rejection, locale, world.store.siteTimeZone)
	});
	const body = {
		status: verdict.status,
		note: verdict.rejection && say(verdict.rejection),
		notes: verdict.notes.map(say),
		decidedAt: verdict.serverTime,
		shipment: showShipment(await readShipment(world.reader, args.shipmentId))
	};
	const headers: Record<string, string> = { 'content-language': locale };
	if (!isFresh) headers['idempotency-replayed'] = 'true';
	return { reply: { body, headers }, isNew: verdict.status === 'ok' };
}

/** The id of what is made under an Idempotency-Key by a program that names none: a UUID, the same each time. */
export function idFor({ caller, idempotencyKey }: Given): string {
	const bytes = createHash('sha256').update(`${caller.keyId} ${idempotencyKey}`).digest().subarray(0, 16);
	bytes[6] = (bytes[6]! & 0x0f) | 0x80;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
