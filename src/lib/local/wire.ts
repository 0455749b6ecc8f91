/**
 * The transport port over tRPC and HTTP: one call, one request, never a batch, each with a time limit. Turns every way in
 * which a call can end into an answer, a typed refusal, or silence with its reason.
 */
import { createTRPCClient, httpLink, TRPCClientError, type HTTPLinkOptions } from '@trpc/client';
import type { TransportRefusal } from '#lib/protocol/envelope.ts';
import type { AppRouter } from '#lib/server/api/router.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { Answer, Transport } from '#lib/sync/ports.ts';
import { NoAnswer, whyNotOurs } from './no-answer.ts';
import { downloadSnapshot } from './snapshot-download.ts';

const CALL_MS = 20_000;
const PUSH_MS = 30_000;
/** A proxy's 429 names no time of ours. */
const WITHOUT_RETRY_AFTER_MS = 5000;

/** What the API puts into every error that it means. */
interface EscaleError {
	refusal: TransportRefusal;
	retryAfterMs: number | null;
}

export function openWire(): Transport {
	const client = createTRPCClient<AppRouter>({
		links: [httpLink({ url: '/api/trpc', fetch: oursOnly as FetchEsque })]
	});
	return {
		hello: (input) => answered(client.sync.hello.mutate(input, within(CALL_MS))),
		push: (input) => answered(client.sync.push.mutate(input, within(PUSH_MS))),
		pull: (input) => answered(client.sync.pull.mutate(input, within(CALL_MS))),
		digest: (input) => answered(client.sync.digest.mutate(input, within(CALL_MS))),
		snapshot: (input, sink) => downloadSnapshot(input, sink),
		me: () => answered(client.session.me.query(undefined, within(CALL_MS)).then(asOperator))
	};
}

const asOperator = (me: Operator | null): Operator | null =>
	me && { personId: me.personId, name: me.name, structure: me.structure, role: me.role };

type FetchEsque = NonNullable<HTTPLinkOptions<never>['fetch']>;

const within = (ms: number) => ({ signal: AbortSignal.timeout(ms) });

/** A page of somebody else's (a captive portal, a proxy's error) must not be read as an answer of ours. */
async function oursOnly(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
	const response = await fetch(input, { ...init, cache: 'no-store', credentials: 'same-origin' });
	const notOurs = whyNotOurs(response);
	if (notOurs) throw notOurs;
	return response;
}

async function answered<T>(call: Promise<T>): Promise<Answer<T>> {
	try {
		return { kind: 'ok', value: await call };
	} catch (error) {
		return failure(error);
	}
}

/** @returns a refusal when the server said so, else silence: then nothing is known about what it did. */
export function failure(error: unknown): Exclude<Answer<never>, { kind: 'ok' }> {
	if (!(error instanceof TRPCClientError)) return { kind: 'silent', why: 'offline' };
	const data = error.data as { httpStatus?: number; escale?: EscaleError | null } | null | undefined;
	const status = data?.httpStatus ?? 0;
	if (data?.escale) return refused(data.escale.refusal, data.escale.retryAfterMs ?? null);
	if (error.cause instanceof NoAnswer) {
		if (error.cause.status === 413) return refused('too_large', null);
		return { kind: 'silent', why: error.cause.why };
	}
	if (status === 400) return refused('malformed', null);
	if (status === 413) return refused('too_large', null);
	if (status === 401) return refused('device_unknown', null);
	if (status === 429) return refused('too_many_requests', WITHOUT_RETRY_AFTER_MS);
	return { kind: 'silent', why: status > 0 ? 'server_error' : 'offline' };
}

const refused = (refusal: TransportRefusal, retryAfterMs: number | null) => ({
	kind: 'refused' as const,
	refusal,
	status: refusal === 'too_large' ? 413 : 400,
	retryAfterMs
});
