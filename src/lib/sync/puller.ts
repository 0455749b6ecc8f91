/**
 * Brings the server's rows home: pages through the inbox, then one flip; or a snapshot when there is none yet, when too
 * much was missed, or when the server says so (sync §5). Run by the pull loop.
 *
 *   greet ──▶ a snapshot is due? ── yes ──▶ load the idle set, pull until complete, flip sets ──┐
 *     ▲             │ no                                                                       │
 *     │             ▼                                                                          ▼
 *     │           page ── more ──▶ inbox ──▶ page … ── complete ──▶ flip ──▶ at the head with an empty queue: digest ──▶ rest
 *     │             │ reset
 *     └─────────────┘
 */
import type { PullOutput } from '#lib/protocol/envelope.ts';
import { MAX_PULL_ROWS, SCHEMA_CURRENT, SNAPSHOT_AFTER_CHANGES } from '#lib/protocol/version.ts';
import { type Pause } from './attempts.ts';
import type { Contact } from './contact.ts';
import { checkDigests } from './digest.ts';
import { flipPages, type Pulled } from './flip.ts';
import type { Clock, ReplicaStore, Transport } from './ports.ts';
import type { InboxPage, ReplicaState, TableSet } from './records.ts';
import { SLOW_MS } from './pusher.ts';
import { readHanded, takeSettlements } from './settlements.ts';
import { loadSnapshot, type SnapshotProgress } from './snapshot-load.ts';
import { acknowledged, changeReplica, readState } from './state.ts';

/** Without the event stream nobody tells us of news (sync §3). */
const POLL_WITHOUT_STREAM_MS = 30_000;
const POLL_WITH_STREAM_MS = 60_000;
const DIGEST_EVERY_MS = 15 * 60_000;
const FEWEST_ROWS = 25;
const MOST_ROUNDS = 4;

export class Puller {
	#store: ReplicaStore;
	#transport: Transport;
	#clock: Clock;
	#contact: Contact;
	#newId: () => string;
	#progress: SnapshotProgress;
	#wakePush: (urgency: 'soon' | 'now') => void;
	/** Shrinks on a slow line, grows with each answer. */
	#limit = MAX_PULL_ROWS;
	#comparedAt: number | null = null;
	streamAlive = false;
	/** The cookie of the last complete pull that this tab knows of. */
	cookie: number | null = null;

	constructor(
		ports: { store: ReplicaStore; transport: Transport; clock: Clock },
		contact: Contact,
		newId: () => string,
		progress: SnapshotProgress,
		wakePush: (urgency: 'soon' | 'now') => void
	) {
		this.#store = ports.store;
		this.#transport = ports.transport;
		this.#clock = ports.clock;
		this.#contact = contact;
		this.#newId = newId;
		this.#progress = progress;
		this.#wakePush = wakePush;
	}

	async attempt(): Promise<Pause> {
		// A server that answers every snapshot with another reset must not be asked without a pause.
		for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
			const bad = await this.#contact.greet();
			if (bad) return bad;
			const { replica } = await this.#state();
			if (!this.#contact.isGreeted(replica.replicaId)) continue;
			const behind = replica.cookie !== null && this.#contact.state.headSeq - replica.cookie > SNAPSHOT_AFTER_CHANGES;
			if (replica.needsSnapshot === null && replica.cookie !== null && !behind) {
				const outcome = await this.#pages(replica.cookie, replica);
				if (outcome === 'reset') continue;
				if (outcome !== 'complete') return outcome;
				await this.#compareWhenDue();
				return { kind: 'rest', afterMs: this.streamAlive ? POLL_WITH_STREAM_MS : POLL_WITHOUT_STREAM_MS };
			}
			const ports = { store: this.#store, transport: this.#transport, clock: this.#clock };
			const loaded = await loadSnapshot(ports, this.#contact, this.#newId, this.#progress);
			if (typeof loaded === 'object') return loaded;
			if (loaded === 'loaded') this.#wakePush('soon');
		}
		return { kind: 'failed' };
	}

	/** I15: now, whatever was compared before. Null when there is nothing to compare, or no answer. */
	compare(): Promise<boolean | null> {
		return this.#compare(false);
	}

	#state = (): Promise<{ replica: ReplicaState; live: TableSet; inbox: InboxPage[] }> =>
		this.#store.transaction('read', ['meta', 'inbox'], async (tx) => {
			const [{ replica, set }, inbox] = await Promise.all([readState(tx), tx.list('inbox')]);
			return { replica, live: set.live, inbox };
		});

	/** Pages that arrived before a reload are not fetched again (I12): they chain from our cookie. */
	async #pages(from: number, replica: ReplicaState): Promise<'complete' | 'reset' | Pause> {
		const state = await this.#state();
		let live = state.live;
		const kept = chain(state.inbox, from, replica.epoch!);
		let cookie = kept.at(-1)?.cookie ?? from;
		const handed = await readHanded(this.#store);
		for (;;) {
			const askedAt = this.#clock.now();
			const answer = await this.#transport.pull({
				epoch: replica.epoch!,
				replicaId: replica.replicaId,
				cookie,
				ackResultsThrough: await acknowledged(this.#store),
				limit: this.#limit,
				schema: SCHEMA_CURRENT,
				...(handed.length === 0 ? {} : { handed })
			});
			const pause = this.#contact.report(answer);
			if (answer.kind === 'silent' && this.#clock.now() - askedAt > SLOW_MS)
				this.#limit = Math.max(FEWEST_ROWS, Math.floor(this.#limit / 2));
			if (answer.kind === 'refused' && answer.refusal === 'epoch') return this.#reset('epoch');
			if (answer.kind === 'refused' && answer.refusal === 'replica_ahead') {
				await this.#contact.lost();
				return 'reset';
			}
			if (answer.kind === 'refused' && answer.refusal === 'mid_taken') {
				await this.#contact.renumber();
				return 'reset';
			}
			if (answer.kind !== 'ok') return pause ?? { kind: 'failed' };
			if (answer.value.kind === 'reset') return this.#reset(answer.value.reason);
			this.#limit = Math.min(MAX_PULL_ROWS, this.#limit * 2);
			const page = answer.value;
			this.#contact.sawHead(page.headSeq);
			if (this.#contact.sawMaintenance(page.maintenance ?? null)) this.#wakePush('now');
			// An answer that goes back is a late one: the newer data stays (I13).
			if (page.cookie < cookie) return { kind: 'failed' };
			kept.push({ from: cookie, cookie: page.cookie, epoch: replica.epoch!, patch: page.patch, results: page.results });
			cookie = page.cookie;
			if (page.more) {
				await this.#store.transaction('write', ['inbox'], (tx) => tx.put('inbox', [kept.at(-1)!]));
				continue;
			}
			if (page.settlements) await takeSettlements(this.#store, page.settlements);
			for (;;) {
				const flipped = await flipPages(this.#store, this.#clock, live, pulledOf(from, replica, kept, page));
				if (typeof flipped === 'object') live = flipped.moved;
				else {
					if (flipped === 'done') this.cookie = cookie;
					return flipped === 'done' ? 'complete' : 'reset';
				}
			}
		}
	}

	async #reset(reason: 'epoch' | 'floor' | 'scope' | 'schema'): Promise<'reset'> {
		this.#contact.forget();
		await changeReplica(this.#store, (replica) => ({
			needsSnapshot: replica.needsSnapshot === 'epoch' ? 'epoch' : reason
		}));
		return 'reset';
	}

	async #compareWhenDue(): Promise<void> {
		const now = this.#clock.now();
		if (this.#comparedAt !== null && now >= this.#comparedAt && now - this.#comparedAt < DIGEST_EVERY_MS) return;
		const matches = await this.#compare(true);
		if (matches !== null) this.#comparedAt = now;
	}

	async #compare(whenRested: boolean): Promise<boolean | null> {
		const ports = { store: this.#store, transport: this.#transport, clock: this.#clock };
		const { matches, answer } = await checkDigests(ports, whenRested);
		if (answer) this.#contact.report(answer);
		return matches;
	}
}

/** The pages that follow each other from `from`. */
function chain(inbox: readonly InboxPage[], from: number, epoch: string): InboxPage[] {
	const pages: InboxPage[] = [];
	for (let at = from; ;) {
		const next = inbox.find((page) => page.from === at && page.epoch === epoch && page.cookie > at);
		if (!next) return pages;
		pages.push(next);
		at = next.cookie;
	}
}

function pulledOf(
	from: number,
	replica: Pick<ReplicaState, 'replicaId' | 'epoch'>,
	pages: readonly InboxPage[],
	last: Extract<PullOutput, { kind: 'page' }>
): Pulled {
	return {
		replicaId: replica.replicaId,
		epoch: replica.epoch!,
		from,
		cookie: last.cookie,
		lmid: last.lmid,
		durableLmid: last.durableLmid,
		patch: pages.flatMap((page) => page.patch),
		results: pages.flatMap((page) => page.results)
	};
}
