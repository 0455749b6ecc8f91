/**
 * What this phone knows about its server right now: does it answer, why does the queue wait, who are we to it (`hello`).
 * Both loops report every answer here; the screen's connection state is made of it. `navigator.onLine` plays no part.
 */
import type { MaintenanceWindow } from '#lib/domain/maintenance.ts';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { HelloOutput, TransportRefusal } from '#lib/protocol/envelope.ts';
import type { WaitReason } from './client.ts';
import type { Pause } from './attempts.ts';
import { codesLeft, mergeLeases } from './leases.ts';
import type { Answer, Clock, ReplicaStore, Transport } from './ports.ts';
import type { ReplicaState } from './records.ts';
import { renumber } from './renumber.ts';
import { changeReplica, readState } from './state.ts';

const GREETING_LASTS_MS = 10 * 60_000;
/** Below this many unused numbers the next attempt asks for more. */
export const LEASE_LOW = 50;

const WAITS: Partial<Record<TransportRefusal, WaitReason>> = {
	device_unknown: 'device_unknown',
	device_revoked: 'device_revoked',
	upgrade_required: 'upgrade_required',
	newer_client: 'newer_client',
	busy: 'busy',
	too_many_requests: 'busy',
	storage_full: 'storage_full',
	healing: 'healing'
};

export interface ContactState {
	/** Since when the server has not answered, epoch ms; null while it does. */
	silentSince: number | null;
	waits: WaitReason | null;
	/** It answered at least once since the program started. */
	everAnswered: boolean;
	headSeq: number;
	/** As of the last complete answer. */
	maintenance: MaintenanceWindow | null;
}

export interface ContactEvents {
	changed: () => void;
	/** After silence. */
	answered: () => void;
	greeted: (replicaId: string) => void;
}

export class Contact {
	#store: ReplicaStore;
	#transport: Transport;
	#clock: Clock;
	#appVersion: string;
	#newId: () => string;
	#on: ContactEvents;
	#greetedAt: number | null = null;
	/** Under which name: another tab or the other loop may have taken a new one since. */
	#greetedAs: string | null = null;
	#greeting: Promise<Answer<HelloOutput> | { kind: 'known' }> | null = null;
	/** The server is behind what it told us: we claim nothing until the new snapshot stands. */
	#claimsNothing = false;
	/** The server's, as of the last hello. */
	epoch: string | null = null;
	/** Since when the server may have lost what it decided, as of the last hello, ISO; null: it lacks nothing of ours. */
	healFrom: string | null = null;
	state: ContactState = { silentSince: null, waits: null, everAnswered: false, headSeq: 0, maintenance: null };

	constructor(
		ports: { store: ReplicaStore; transport: Transport; clock: Clock },
		appVersion: string,
		newId: () => string,
		on: ContactEvents
	) {
		this.#store = ports.store;
		this.#transport = ports.transport;
		this.#clock = ports.clock;
		this.#appVersion = appVersion;
		this.#newId = newId;
		this.#on = on;
	}

	/** The next attempt greets again: the server may see us otherwise than we think. */
	forget(): void {
		this.#greetedAt = null;
	}

	/** [I10] Does the server know the replica by this name, as of the last hello? What was never greeted has no scope. */
	isGreeted(replicaId: string): boolean {
		return this.#greetedAt !== null && this.#greetedAs === replicaId;
	}

	sawHead(headSeq: number): void {
		this.state = { ...this.state, headSeq: Math.max(this.state.headSeq, headSeq) };
	}

	/** @returns whether there was one and it is over, or taken back */
	sawMaintenance(maintenance: MaintenanceWindow | null): boolean {
		const before = this.state.maintenance;
		if (JSON.stringify(before) === JSON.stringify(maintenance)) return false;
		this.state = { ...this.state, maintenance };
		this.#on.changed();
		return before !== null;
	}

	/** Tells the state of the line by an answer, and how long to wait after a bad one; null after a good one. */
	report(answer: Answer<unknown>): Pause | null {
		const before = this.state;
		if (answer.kind === 'silent') {
			this.state = { ...before, silentSince: before.silentSince ?? this.#clock.now(), waits: answer.why };
		} else {
			const waits = answer.kind === 'refused' ? (WAITS[answer.refusal] ?? null) : null;
			this.state = { ...before, silentSince: null, waits, everAnswered: true };
		}
		if (before.silentSince !== this.state.silentSince || before.waits !== this.state.waits || !before.everAnswered)
			this.#on.changed();
		if (before.silentSince !== null && this.state.silentSince === null) this.#on.answered();
		if (answer.kind === 'ok') return null;
		if (answer.kind === 'refused' && answer.retryAfterMs !== null)
			return { kind: 'asked', afterMs: answer.retryAfterMs };
		return { kind: 'failed' };
	}

	/** Says hello when that is due. Null: known to each other. */
	async greet(): Promise<Pause | null> {
		const answer = await (this.#greeting ??= this.#greetOnce().finally(() => (this.#greeting = null)));
		if (answer.kind === 'known') return null;
		const pause = this.report(answer);
		if (answer.kind !== 'refused' || answer.refusal !== 'mid_taken') return pause;
		// A copy of this profile runs on another device: this one goes on under a name of its own.
		await this.renumber();
		return this.greet();
	}

	/** [I5, I31] Somebody else goes by our name: new name, new numbers, the same uids. */
	async renumber(): Promise<void> {
		await renumber(this.#store, this.#newId);
		this.forget();
	}

	/** The server lost what it had told us: everything is fetched anew and what it accepted is said again (I24, I31). */
	async lost(): Promise<void> {
		this.#claimsNothing = true;
		this.forget();
		await changeReplica(this.#store, () => ({ needsSnapshot: 'epoch' }));
	}

	async #greetOnce(): Promise<Answer<HelloOutput> | { kind: 'known' }> {
		const now = this.#clock.now();
		const { replica, queueDepth, refused, oldest } = await this.#store.transaction(
			'read',
			['meta', 'mutations'],
			async (tx) => ({
				replica: (await readState(tx)).replica,
				queueDepth: await tx.count('mutations', 'stands', ['queued']),
				refused: await tx.count('mutations', 'stands', ['todo']),
				oldest: (await tx.find('mutations', 'stands', ['queued'], 1))[0]
			})
		);
		const isDue =
			this.#greetedAt === null ||
			this.#greetedAs !== replica.replicaId ||
			now - this.#greetedAt > GREETING_LASTS_MS ||
			now < this.#greetedAt;
		const wantsNumbers =
			codesLeft(replica.leases) < LEASE_LOW &&
			this.#greetedAt !== null &&
			now - this.#greetedAt > LONGEST_WITHOUT_NUMBERS_MS;
		if (!isDue && !wantsNumbers) return { kind: 'known' };
		const answer = await this.#transport.hello({
			replicaId: replica.replicaId,
			lastLmid: this.#claimsNothing ? 0 : replica.decidedThrough,
			cookie: this.#claimsNothing ? null : replica.cookie,
			schema: SCHEMA_CURRENT,
			protocol: PROTOCOL_VERSION,
			appVersion: this.#appVersion,
			warehouseId: replica.warehouseId,
			queueDepth,
			clientNow: new Date(now).toISOString(),
			// Used-up ranges too: the server tops up by what is left of all it gave.
			leases: replica.leases.slice(-50),
			oldestUnsentAt: oldest ? isoAt(Date.parse(oldest.deviceTime) + oldest.clockOffset) : null,
			refused,
			isNew: replica.epoch === null,
			healedEpoch: replica.healedEpoch ?? null,
			...(replica.mismatchAt === null ? {} : { mismatchAt: isoAt(replica.mismatchAt + replica.clockOffset) })
		});
		if (answer.kind === 'ok') await this.#takeHello(replica, answer.value, now);
		return answer;
	}

	async #takeHello(asked: ReplicaState, hello: HelloOutput, askedAt: number): Promise<void> {
		const now = this.#clock.now();
		await changeReplica(this.#store, (replica) => {
			if (replica.replicaId !== asked.replicaId) return null;
			const isLost = replica.epoch !== null && (replica.epoch !== hello.epoch || hello.lmid < asked.decidedThrough);
			return {
				// The server's clock at about the middle of the call.
				clockOffset: Math.round(Date.parse(hello.serverNow) - (askedAt + now) / 2),
				leases: mergeLeases(replica.leases, hello.leases),
				warehouseId: hello.warehouseId,
				siteTimeZone: hello.siteTimeZone,
				lost: hello.lost ?? null,
				...(isLost ? { needsSnapshot: 'epoch' as const } : {})
			};
		});
		// Seqs of another epoch count other changes.
		if (this.epoch !== hello.epoch) this.state = { ...this.state, headSeq: 0 };
		this.epoch = hello.epoch;
		this.healFrom = hello.healFrom ?? null;
		this.sawHead(hello.headSeq);
		this.#greetedAt = now;
		this.#greetedAs = asked.replicaId;
		this.#on.greeted(asked.replicaId);
	}

	/** The new snapshot stands: what we claim is true again. */
	settled(): void {
		this.#claimsNothing = false;
	}
}

const LONGEST_WITHOUT_NUMBERS_MS = 60_000;

const isoAt = (ms: number): string => new Date(ms).toISOString();
