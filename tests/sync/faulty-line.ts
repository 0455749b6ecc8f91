/**
 * The way between one phone and the real server, as bad as a warehouse's: calls travel for a while, get lost, arrive twice
 * or late, and answers get lost after the server has committed.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SnapshotHeader, SnapshotLine, SnapshotTrailer } from '#lib/protocol/envelope.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { Answer, Transport } from '#lib/sync/ports.ts';
import type { Scheduler, Seeded } from './scheduler.ts';
import { GONE, type ServerLife } from './server-life.ts';

/** Probabilities. */
export interface Faults {
	requestLost: number;
	answerLost: number;
	duplicated: number;
	portal: number;
	/** A snapshot that breaks off. */
	torn: number;
	/** The longest that a message travels, ms. */
	slow: number;
}

export const NO_FAULTS: Faults = { requestLost: 0, answerLost: 0, duplicated: 0, portal: 0, torn: 0, slow: 20 };
export const BAD_LINE: Faults = {
	requestLost: 0.1,
	answerLost: 0.15,
	duplicated: 0.15,
	portal: 0.05,
	torn: 0.2,
	slow: 3000
};

/** How long a phone waits for an answer. */
export const TIMEOUT_MS = 20_000;
const ROWS_AT_ONCE = 7;

export class FaultyLine implements Transport {
	online = true;
	faults: Faults = NO_FAULTS;
	deviceId: string;
	/** The most rows of a page that gets through. */
	pageRows = Infinity;
	/** The next push arrives without its first mutation. */
	tearsPush = false;
	/** Answers in the server's place, once each, before anything is decided. */
	refusals: TransportError[] = [];
	calls = { hello: 0, heal: 0, push: 0, pull: 0, digest: 0, snapshot: 0 };
	operator: Operator | null;
	#server: ServerLife;
	#time: Scheduler;
	#random: Seeded;

	constructor(server: ServerLife, time: Scheduler, random: Seeded, deviceId: string, operator: Operator | null) {
		this.#server = server;
		this.#time = time;
		this.#random = random;
		this.deviceId = deviceId;
		this.operator = operator;
	}

	hello: Transport['hello'] = (input) =>
		this.#call('hello', () => this.#server.store.hello(copy(input), this.deviceId));
	heal: Transport['heal'] = (input) => this.#call('heal', () => this.#server.store.heal(copy(input), this.deviceId));
	push: Transport['push'] = (input) => {
		const isTorn = this.online && this.tearsPush && input.mutations.length > 1;
		if (isTorn) this.tearsPush = false;
		const sent = isTorn ? { ...input, mutations: input.mutations.slice(1) } : input;
		return this.#call('push', () => this.#server.store.push(copy(sent), this.deviceId));
	};
	pull: Transport['pull'] = (input) =>
		this.#call('pull', async () =>
			this.#server.store.pull({ ...copy(input), limit: Math.min(input.limit, this.pageRows) }, this.deviceId)
		);
	digest: Transport['digest'] = (input) =>
		this.#call('digest', async () => this.#server.store.digest(copy(input), this.deviceId));
	me: Transport['me'] = async () =>
		this.online ? { kind: 'ok', value: this.operator } : { kind: 'silent', why: 'offline' };

	snapshot: Transport['snapshot'] = async (input, sink) => {
		const answer = await this.#call('snapshot', async () => {
			const file = await this.#server.store.snapshotFor(input.replicaId, input.schema, this.deviceId);
			return gunzipSync(readFileSync(file.path)).toString('utf8').trimEnd().split('\n');
		});
		if (answer.kind !== 'ok') return answer;
		const lines = answer.value.map((line) => JSON.parse(line) as unknown);
		await sink.begin(lines.shift() as SnapshotHeader);
		const trailer = lines.pop() as SnapshotTrailer;
		while (lines.length > 0) {
			await this.#time.sleep(this.#random.between(1, this.faults.slow));
			if (!this.online || this.#random.chance(this.faults.torn / 4)) return { kind: 'silent', why: 'offline' };
			await sink.rows(lines.splice(0, ROWS_AT_ONCE) as SnapshotLine[]);
		}
		return { kind: 'ok', value: trailer };
	};

	async #call<T>(name: keyof FaultyLine['calls'], run: () => Promise<T>): Promise<Answer<T>> {
		this.calls[name]++;
		const { faults } = this;
		if (!this.online) {
			await this.#time.sleep(5);
			return { kind: 'silent', why: 'offline' };
		}
		if (this.#random.chance(faults.portal)) return { kind: 'silent', why: 'captive_portal' };
		await this.#time.sleep(this.#random.between(1, faults.slow));
		if (!this.online || this.#random.chance(faults.requestLost)) {
			await this.#time.sleep(TIMEOUT_MS);
			return { kind: 'silent', why: 'offline' };
		}
		const refusal = this.refusals.shift();
		if (refusal)
			return {
				kind: 'refused',
				refusal: refusal.refusal,
				status: refusal.status,
				retryAfterMs: refusal.retryAfterMs ?? null
			};
		if (this.#random.chance(faults.duplicated)) {
			// The network delivers it once more, later, when nobody waits for it.
			this.#time.after(
				this.#random.between(1, 20_000),
				() => void this.#time.busy(this.#server.serve(run)).catch(() => undefined)
			);
		}
		try {
			const value = await this.#time.busy(this.#server.serve(run));
			if (value === GONE) {
				await this.#time.sleep(5);
				return { kind: 'silent', why: 'server_error' };
			}
			if (this.#random.chance(faults.answerLost)) {
				await this.#time.sleep(TIMEOUT_MS);
				return { kind: 'silent', why: 'offline' };
			}
			await this.#time.sleep(this.#random.between(1, faults.slow));
			return this.online ? { kind: 'ok', value: copy(value) } : { kind: 'silent', why: 'offline' };
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			return {
				kind: 'refused',
				refusal: error.refusal,
				status: error.status,
				retryAfterMs: error.retryAfterMs ?? null
			};
		}
	}
}

/** What crosses a wire shares nothing with what was sent. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
