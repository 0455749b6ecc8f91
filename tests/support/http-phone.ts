/**
 * A whole phone but for its screen: the real replica over storage in memory, on the real clock, talking HTTP to a server of its
 * own process. It outlives every server.
 */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { createTRPCClient, httpLink } from '@trpc/client';
import type { SnapshotHeader, SnapshotLine, SnapshotTrailer } from '#lib/protocol/envelope.ts';
import { NoAnswer, whyNotOurs } from '#lib/local/no-answer.ts';
import { failure } from '#lib/local/wire.ts';
import type { AppRouter } from '#lib/server/api/router.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { Answer, SnapshotSink, Transport } from '#lib/sync/ports.ts';
import type { ReplicaState, StoredMutation } from '#lib/sync/records.ts';
import * as loops from '#lib/sync/loops.ts';
import { Replica } from '#lib/sync/replica.ts';
import { changeReplica, prepare } from '#lib/sync/state.ts';
import { MemoryStore } from '../sync/memory-store.ts';

const CALL_MS = 10_000;

export interface HttpPhoneOptions {
	origin: string;
	/** Of its registered device. */
	cookie: string;
	operator: Operator;
	warehouseId: string;
	/** 0 ≤ x < 1, for the waits between attempts. */
	fraction: () => number;
	/** Of this phone. Default: the right one. */
	now?: () => number;
	/** Default: an empty phone. */
	store?: MemoryStore;
}

export class HttpPhone {
	readonly store: MemoryStore;
	readonly replica: Replica;
	readonly #options: HttpPhoneOptions;

	constructor(options: HttpPhoneOptions) {
		this.#options = options;
		this.store = options.store ?? new MemoryStore();
		this.replica = new Replica(
			{
				store: this.store,
				transport: overHttp(options),
				timers: {
					after: (ms, run) => {
						const timer = setTimeout(run, ms);
						return () => clearTimeout(timer);
					}
				},
				clock: { now: options.now ?? (() => Date.now()) },
				random: { fraction: options.fraction, bytes16: () => new Uint8Array(randomBytes(16)) },
				lock: { start: (onHeld) => onHeld(), stop: () => undefined },
				peers: { tell: () => undefined, listen: () => undefined, close: () => undefined },
				news: { open: (_replicaId, { alive }) => alive(true), close: () => undefined }
			},
			{ appVersion: 'test', onLine: () => undefined, loops: () => Promise.resolve(loops) }
		);
	}

	async open(): Promise<this> {
		const { operator, warehouseId, cookie } = this.#options;
		await prepare(this.store, () => `replica-${cookie.slice(-8)}`);
		await changeReplica(this.store, () => ({ warehouseId }));
		await this.replica.start();
		await this.replica.setOperator(operator);
		return this;
	}

	/** What the replica knows about itself. */
	state(): ReplicaState {
		return this.store.content('meta').find((record) => record.key === 'replica') as ReplicaState;
	}

	mutations(): StoredMutation[] {
		return this.store.content('mutations');
	}

	/** Nothing is undecided or waits for its pull, and the working set is of this epoch. */
	isLevel(epoch: string): boolean {
		const { epoch: own, cookie, needsSnapshot } = this.state();
		const open = this.mutations().some(({ stands }) => stands === 'queued' || stands === 'accepted');
		return !open && own === epoch && cookie !== null && needsSnapshot === null;
	}
}

function overHttp({ origin, cookie, operator }: HttpPhoneOptions): Transport {
	const headers = { cookie, origin };
	const ours = async (input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> => {
		const response = await fetch(input, { ...init, headers: { ...init?.headers, ...headers } });
		const notOurs = whyNotOurs(response);
		if (notOurs) throw notOurs;
		return response;
	};
	const client = createTRPCClient<AppRouter>({
		links: [httpLink({ url: `${origin}/api/trpc`, fetch: ours as never })]
	});
	const within = () => ({ signal: AbortSignal.timeout(CALL_MS) });
	const answered = async <T>(call: Promise<T>): Promise<Answer<T>> => {
		try {
			return { kind: 'ok', value: await call };
		} catch (error) {
			return failure(error);
		}
	};
	return {
		hello: (input) => answered(client.sync.hello.mutate(input, within())),
		heal: (input) => answered(client.sync.heal.mutate(input, within())),
		push: (input) => answered(client.sync.push.mutate(input, within())),
		pull: (input) => answered(client.sync.pull.mutate(input, within())),
		digest: (input) => answered(client.sync.digest.mutate(input, within())),
		snapshot: (input, sink) => snapshot(origin, headers, input, sink),
		me: () => Promise.resolve({ kind: 'ok', value: operator })
	};
}

/** In one piece: what becomes of torn downloads is tried elsewhere. */
async function snapshot(
	origin: string,
	headers: Record<string, string>,
	{ replicaId, schema }: { replicaId: string; schema: number },
	sink: SnapshotSink
): Promise<Answer<SnapshotTrailer>> {
	try {
		const url = `${origin}/api/sync/snapshot?replica=${replicaId}&schema=${schema}`;
		const response = await fetch(url, { headers, signal: AbortSignal.timeout(CALL_MS) });
		if (!response.ok) throw new NoAnswer('server_error', response.status);
		const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
		const lines = text
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as unknown);
		await sink.begin(lines[0] as SnapshotHeader);
		await sink.rows(lines.slice(1, -1) as SnapshotLine[]);
		return { kind: 'ok', value: lines.at(-1) as SnapshotTrailer };
	} catch {
		return { kind: 'silent', why: 'server_error' };
	}
}
