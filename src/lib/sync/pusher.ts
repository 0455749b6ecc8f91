/**
 * Brings the queue to the server, oldest first, and takes the verdicts home (sync §3, §4). It never takes a mutation out
 * of the queue by itself: only a verdict does (I17). Run by the push loop; two of them at once cost requests, not data.
 *
 *   greet ──▶ (restored? heal) ──▶ next batch ──▶ push ──▶ ok: verdicts stored ──▶ next batch … until the queue is empty ──▶ wake the pull loop
 *     ▲          │ empty              ├─ silent: half the batch, back-off ─────────────────────────────▶ wait
 *     │          ▼                    ├─ 400, 413: half the batch; a single one gives up its body ──▶ next batch
 *     │        rest                   ├─ epoch: greet, snapshot first ──────────────────────────────┐
 *     └───────────────────────────────┴─ gap, replica_ahead: snapshot first · mid_taken: new number ┘
 */
import { MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import type { PushInput, PushOutput } from '#lib/protocol/envelope.ts';
import { LONGEST_PAUSE_MS, type Pause } from './attempts.ts';
import type { Contact } from './contact.ts';
import type { Answer, Clock, ReplicaStore, Transport, Tx } from './ports.ts';
import { heal } from './heal.ts';
import { viewStores, type StoredMutation, type TableSet } from './records.ts';
import { readState } from './state.ts';
import { foldOf, takePushAnswer } from './verdicts.ts';
import { takeBatch } from './wire-form.ts';
import { rebase } from './rebase.ts';

const SNAPSHOT_FIRST_MS = 2000;
/** Silence after so long means a line too slow for so much, not one that is down. */
export const SLOW_MS = 8000;

interface Batch {
	set: TableSet;
	input: PushInput;
}

export class Pusher {
	#store: ReplicaStore;
	#transport: Transport;
	#clock: Clock;
	#contact: Contact;
	#wakePull: (urgency: 'soon' | 'now') => void;
	#onSending: (isSending: boolean) => void;
	/** Shrinks when the line is slow or a batch is refused, grows with each success. */
	#most = MAX_PUSH_MUTATIONS;
	#lastGapAt: number | null = null;

	constructor(
		ports: { store: ReplicaStore; transport: Transport; clock: Clock },
		contact: Contact,
		wakePull: (urgency: 'soon' | 'now') => void,
		onSending: (isSending: boolean) => void
	) {
		this.#store = ports.store;
		this.#transport = ports.transport;
		this.#clock = ports.clock;
		this.#contact = contact;
		this.#wakePull = wakePull;
		this.#onSending = onSending;
	}

	async attempt(): Promise<Pause> {
		try {
			return await this.#drain();
		} finally {
			this.#onSending(false);
		}
	}

	async #drain(): Promise<Pause> {
		const bad = await this.#contact.greet();
		if (bad) return bad;
		const unheard = await this.#heal();
		if (unheard) return unheard;
		let sent = false;
		let upcoming = this.#nextBatch(0);
		/** Of the batch before, whose verdicts are stored while the server decides this one. */
		let stored: Promise<void> | null = null;
		for (;;) {
			const batch = await upcoming;
			if (typeof batch === 'string') {
				if (stored) {
					await stored;
					stored = null;
					upcoming = this.#nextBatch(0);
					continue;
				}
				if (sent || batch === 'snapshot-first') this.#wakePull('soon');
				return { kind: 'rest', afterMs: batch === 'empty' ? LONGEST_PAUSE_MS : SNAPSHOT_FIRST_MS };
			}
			this.#onSending(true);
			const askedAt = this.#clock.now();
			const answer = await this.#transport.push(batch.input);
			await stored;
			stored = null;
			if (answer.kind === 'silent' && this.#clock.now() - askedAt > SLOW_MS) this.#shrink(batch);
			const pause = this.#contact.report(answer);
			if (answer.kind === 'ok') {
				sent = true;
				const { results, retryAfterMs } = answer.value;
				const goesOn = results.length > 0 && retryAfterMs === undefined;
				// Should this phone die in between, the same batch gets the same verdicts: the next one need not wait for the disk.
				if (goesOn) upcoming = this.#nextBatch(Math.max(...results.map(({ mid }) => mid)));
				stored = this.#take(batch, answer.value);
				if (goesOn) {
					stored.catch(() => undefined);
					continue;
				}
				await stored;
				// An answer without verdicts moves nothing: asking again at once would never end.
				if (results.length === 0 || retryAfterMs === undefined) return { kind: 'failed' };
				return { kind: 'asked', afterMs: retryAfterMs };
			}
			if (sent) this.#wakePull('soon');
			if ((await this.#afterBadAnswer(answer, batch)) === 'wait') return pause ?? { kind: 'failed' };
			upcoming = this.#nextBatch(0);
		}
	}

	/** [I24] Before anything is pushed to a server that was restored. */
	async #heal(): Promise<Pause | null> {
		const { epoch, healFrom } = this.#contact;
		if (epoch === null || healFrom === null) return null;
		const answer = await heal(this.#store, (input) => this.#transport.heal(input), { epoch, from: healFrom });
		if (answer === null) return null;
		const pause = this.#contact.report(answer);
		if (answer.kind === 'refused' && (answer.refusal === 'epoch' || answer.refusal === 'mid_taken'))
			this.#contact.forget();
		return pause ?? { kind: 'failed' };
	}

	/**
	 * What is about to be sent can no longer be dismissed: that is on disk before the request leaves.
	 * @param after the mid through which verdicts have come, though they may not be stored yet
	 */
	async #nextBatch(after: number): Promise<Batch | 'empty' | 'snapshot-first'> {
		return this.#store.transaction('write', ['meta', 'mutations'], async (tx) => {
			const [{ replica, set }, queue] = await Promise.all([readState(tx), this.#waiting(tx, after)]);
			if (queue.length === 0) return 'empty';
			if (replica.epoch === null || replica.needsSnapshot === 'epoch') return 'snapshot-first';
			const mutations = takeBatch(queue, this.#most, MAX_PUSH_BYTES);
			const through = mutations.at(-1)!.mid;
			if (through > replica.sentThrough) await tx.put('meta', [{ ...replica, sentThrough: through }]);
			return { set: set.live, input: { epoch: replica.epoch, replicaId: replica.replicaId, mutations } };
		});
	}

	/** In mid order. Behind `after` they lie side by side, so that no more is read than can be sent; none: ask from 0. */
	async #waiting(tx: Tx, after: number): Promise<StoredMutation[]> {
		if (after === 0) return tx.find('mutations', 'stands', ['queued'], this.#most);
		const next = await tx.list('mutations', { after, limit: this.#most });
		return next.filter(({ stands }) => stands === 'queued');
	}

	async #take(batch: Batch, answer: PushOutput): Promise<void> {
		this.#most = Math.min(MAX_PUSH_MUTATIONS, Math.max(1, this.#most) * 2);
		this.#contact.sawHead(answer.headSeq);
		const asked = { replicaId: batch.input.replicaId, epoch: batch.input.epoch, set: batch.set };
		for (;;) {
			const taken = await takePushAnswer(this.#store, this.#clock, asked, answer);
			if (taken === 'taken') return;
			asked.set = taken.moved;
		}
	}

	async #afterBadAnswer(answer: Exclude<Answer<PushOutput>, { kind: 'ok' }>, batch: Batch): Promise<'again' | 'wait'> {
		const size = batch.input.mutations.length;
		if (answer.kind === 'silent') return 'wait';
		switch (answer.refusal) {
			case 'malformed':
			case 'too_large':
				if (size > 1) this.#shrink(batch);
				else await this.#giveUpBody(batch, answer.status);
				return 'again';
			case 'epoch':
				this.#contact.forget();
				await this.#contact.greet();
				this.#wakePull('now');
				return 'wait';
			case 'mid_taken':
				await this.#contact.renumber();
				return (await this.#contact.greet()) ? 'wait' : 'again';
			case 'gap':
				return this.#afterGap(batch);
			case 'replica_ahead':
				await this.#contact.lost();
				this.#wakePull('now');
				return 'wait';
			default:
				return 'wait';
		}
	}

	#shrink(batch: Batch): void {
		this.#most = Math.max(1, Math.floor(batch.input.mutations.length / 2));
	}

	/** Two pushers can overtake each other, so one gap is asked again; a second one means that the server lost what it had. */
	async #afterGap(batch: Batch): Promise<'again' | 'wait'> {
		const first = batch.input.mutations[0]!.mid;
		const again = this.#lastGapAt !== first;
		this.#lastGapAt = first;
		this.#contact.forget();
		await this.#contact.greet();
		if (again) return 'again';
		this.#lastGapAt = null;
		await this.#contact.lost();
		this.#wakePull('now');
		return 'wait';
	}

	/** Refused by the transport even alone: the mid is sent without its body, the body stays here, in À traiter. */
	async #giveUpBody(batch: Batch, status: number): Promise<void> {
		const { uid } = batch.input.mutations[0]!;
		await this.#store.transaction('write', ['mutations'], async (tx) => {
			const [mutation] = await tx.find('mutations', 'uid', [uid]);
			if (mutation?.stands === 'queued') await tx.put('mutations', [{ ...mutation, refusedBy: status }]);
		});
	}
}

/**
 * Takes back a mutation that was never sent: its place in the queue stays, its body goes (sync §2).
 * @returns false when it may have left this phone.
 */
export async function dismiss(store: ReplicaStore, uid: string, by: string, at: string): Promise<boolean> {
	for (let live = await liveSet(store); ;) {
		const outcome = await store.transaction('write', ['meta', 'mutations', 'base', ...viewStores(live)], async (tx) => {
			const { replica, set } = await readState(tx);
			if (set.live !== live) return { moved: set.live };
			const [mutation] = await tx.find('mutations', 'uid', [uid]);
			if (mutation?.stands !== 'queued' || mutation.mid <= replica.sentThrough || mutation.dismissed) return false;
			const dismissed: StoredMutation = { ...mutation, dismissed: { by, at }, conflict: null };
			await tx.put('mutations', [dismissed]);
			await rebase(tx, {
				set: live,
				replicaId: replica.replicaId,
				patch: new Map(),
				leaving: [mutation],
				fold: await foldOf(tx, replica.lmid)
			});
			return true;
		});
		if (typeof outcome === 'boolean') return outcome;
		live = outcome.moved;
	}
}

const liveSet = (store: ReplicaStore): Promise<TableSet> =>
	store.transaction('read', ['meta'], async (tx) => (await readState(tx)).set.live);
