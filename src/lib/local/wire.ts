/**
 * The transport port over tRPC and HTTP: one call, one request, never a batch, each with a time limit. Turns every way in
 * which a call can end into an answer, a typed refusal, or silence with its reason.
 */
import { createTRPCClient, httpLink, TRPCClientError, type HTTPLinkOptions } from '@trpc/client';
import type { HelloInput, SwitchInput, SwitchOutput, TransportRefusal } from '#lib/protocol/envelope.ts';
import type { SalvageInput, SalvageOutput } from '#lib/protocol/salvage.ts';
import type { AppRouter } from '#lib/server/api/router.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { Answer, ReplicaStore, Transport } from '#lib/sync/ports.ts';
import { keepSignIns } from '#lib/sync/sign-ins.ts';
import { readMark, writeMark } from './held-mark.ts';
import { NoAnswer, whyNotOurs } from './no-answer.ts';
import { downloadSnapshot } from './snapshot-download.ts';

const CALL_MS = 20_000;
const PUSH_MS = 30_000;
const SWITCH_MS = 8000;
/** A proxy's 429 names no time of ours. */
const WITHOUT_RETRY_AFTER_MS = 5000;

/** What the API puts into every error that it means. */
interface EscaleError {
	refusal: TransportRefusal;
	retryAfterMs: number | null;
}

const connect = () =>
	createTRPCClient<AppRouter>({ links: [httpLink({ url: '/api/trpc', fetch: oursOnly as FetchEsque })] });

/** Asks the server to hand this phone over. A worker waits for the answer, so it has less time than others. */
export function askSwitch(input: SwitchInput): Promise<Answer<SwitchOutput>> {
	return answered(connect().session.switchOperator.mutate(input, within(SWITCH_MS)));
}

/** [I26] What a revoked phone hands back; its credential opens nothing else. */
export const offerSalvage = (input: SalvageInput): Promise<Answer<SalvageOutput>> =>
	answered(connect().sync.salvage.mutate(input, within(PUSH_MS)));

/**
 * @param store learns from every hello who may still take this phone over by badge and PIN
 * @param database the store's name
 */
export function openWire(store: ReplicaStore | null, database = 'escale'): Transport {
	const client = connect();
	return {
		hello: async (input) => {
			const { replicaId, isNew = false } = input;
			const mark = readMark(database);
			const lostScans = isNew && mark !== null && mark.replicaId !== replicaId ? mark.pending : 0;
			const said = { ...input, ...(await storageState()), ...(lostScans > 0 ? { lostScans } : {}) };
			const answer = await answered(client.sync.hello.mutate(said, within(CALL_MS)));
			if (answer.kind === 'ok' && lostScans > 0) writeMark(database, { replicaId, pending: 0 });
			// Nobody waits for it: the time of the answer is what the clock is corrected by.
			if (answer.kind === 'ok' && store) keepSignIns(store, answer.value).catch(console.error);
			return answer;
		},
		heal: (input) => answered(client.sync.heal.mutate(input, within(PUSH_MS))),
		push: (input) => answered(client.sync.push.mutate(input, within(PUSH_MS))),
		pull: (input) => answered(client.sync.pull.mutate(input, within(CALL_MS))),
		digest: (input) => answered(client.sync.digest.mutate(input, within(CALL_MS))),
		snapshot: (input, sink) => downloadSnapshot(input, sink),
		me: () => answered(client.session.me.query(undefined, within(CALL_MS)).then(asOperator))
	};
}

/** As the browser says, where it does; never an error. */
async function storageState(): Promise<Pick<HelloInput, 'storage'>> {
	try {
		const [persisted, { quota, usage }] = await Promise.all([
			navigator.storage.persisted(),
			navigator.storage.estimate()
		]);
		const freeBytes = quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
		return { storage: { persisted, freeBytes } };
	} catch {
		return {};
	}
}

type Me = Omit<Operator, 'signedInBy'> & { signedInBy: 'password' | 'pin'; until: string };
const asOperator = (me: Me | null): Operator | null => {
	if (me === null) return null;
	const { personId, name, structure, role, signedInBy, until } = me;
	return { personId, name, structure, role, ...(signedInBy === 'pin' ? { signedInBy, until } : {}) };
};

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
