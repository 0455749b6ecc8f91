/**
 * Sends what is queued for webhooks, each at least once, in the order of the events, by the retry rules of the mail. A webhook
 * whose server does not answer is left alone until its next attempt, so that an hour of silence costs one delivery its attempts
 * and not all of them; one delivery that its server refuses does not hold up the others.
 *
 *   pending ──claimed──▶ processing ──2xx──▶ processed
 *      ▲                     ├─ no, attempts left ──▶ pending, due later
 *      └── crash: taken back ├─ no, the fifth time ──▶ failed; ten in a row disable the webhook
 *                            └─ 410 Gone ──▶ failed, and the webhook is disabled
 */
import { recordAudit } from '#lib/server/access/audit.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { eventAt } from './event-feed.ts';
import { TEST_EVENT } from './event-types.ts';
import { callWebhook, type CallOutcome, type WebhookCall } from './webhook-call.ts';
import { signatureHeaders, type WebhookSeal } from './webhook-secret.ts';

export const MAX_ATTEMPTS = 5;
const RETRY_BASE_MS = 60_000;
const RETRY_MAX_MS = 3_600_000;
/** So many deliveries given up one after the other disable a webhook. */
export const MAX_FAILED_IN_A_ROW = 10;
/** Webhooks that are served at the same time, and deliveries to one of them in one run. */
const AT_ONCE = 5;
const MAX_IN_A_RUN = 200;
/** What is done is shown for so long. */
const KEPT_MS = 30 * 24 * 3_600_000;
const PRUNED_AT_ONCE = 1_000;

export interface Sent {
	processed: number;
	/** Attempts that did not succeed, and are or are not made again. */
	retried: number;
	failed: number;
}

interface Claimed {
	id: string;
	webhookId: string;
	seq: number | null;
	eventId: string;
	type: string;
	attempts: number;
	url: string;
	sealedSecret: string;
}

export interface SenderOptions {
	store: Store;
	seal: WebhookSeal;
	production: boolean;
	version: string;
	clock: () => Date;
	/** Aborts when the server stops. */
	stopping: AbortSignal;
	/** How one attempt is made. Default: over the network. */
	call?: (call: WebhookCall) => Promise<CallOutcome>;
	/** Told of what an operator should know; ids only. */
	warn: (event: string, detail: Record<string, unknown>) => void;
}

export class WebhookSender {
	readonly #options: SenderOptions;
	readonly #call: (call: WebhookCall) => Promise<CallOutcome>;
	#running: Promise<Sent> | null = null;
	#isAskedAgain = false;
	#hasTakenBack = false;

	constructor(options: SenderOptions) {
		this.#options = options;
		this.#call = options.call ?? callWebhook;
	}

	/** Sends soon after every commit from now on. @returns what ends it */
	follow(): () => void {
		const { store, warn } = this.#options;
		return store.events.subscribe({
			scopes: 'all',
			kind: 'server',
			poke: () => void this.run().catch((error: unknown) => warn('webhooks_failed', { error: String(error) }))
		});
	}

	/** Sends what is due. Never twice at once: who asks meanwhile waits for the same run, which then looks once more. */
	run(): Promise<Sent> {
		if (this.#running !== null) {
			this.#isAskedAgain = true;
			return this.#running;
		}
		this.#running = this.#rounds().finally(() => (this.#running = null));
		return this.#running;
	}

	/** After `stopping`: when nothing is being sent any more. */
	async stopped(): Promise<void> {
		await this.#running;
	}

	/** What the job counts and would send, sending nothing. */
	due(): number {
		const now = this.#options.clock().toISOString();
		return this.#options.store.read((db) => dueWebhooks(db, now).reduce((sum, { count }) => sum + count, 0));
	}

	/** Lets go of what was done long ago. */
	async prune(): Promise<number> {
		const { store, clock } = this.#options;
		const before = new Date(clock().getTime() - KEPT_MS).toISOString();
		return store.write(
			(db) =>
				sql(
					db,
					`DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE state IN ('processed', 'failed') AND ended_at < ? LIMIT ?)`
				).run(before, PRUNED_AT_ONCE).changes
		);
	}

	async #rounds(): Promise<Sent> {
		const sent: Sent = { processed: 0, retried: 0, failed: 0 };
		const { store, clock, stopping } = this.#options;
		if (!this.#hasTakenBack) {
			// There is one server: whatever is being sent at its start was being sent when another one ended.
			await store.write((db) =>
				sql(db, `UPDATE webhook_delivery SET state = 'pending', claimed_at = NULL WHERE state = 'processing'`).run()
			);
			this.#hasTakenBack = true;
		}
		do {
			this.#isAskedAgain = false;
			const now = clock().toISOString();
			const due = store.read((db) => dueWebhooks(db, now));
			const take = async () => {
				for (let one = due.shift(); one !== undefined; one = due.shift()) await this.#serve(one.id, sent);
			};
			await Promise.all(Array.from({ length: AT_ONCE }, take));
		} while (this.#isAskedAgain && !stopping.aborted);
		return sent;
	}

	async #serve(webhookId: string, sent: Sent): Promise<void> {
		const { store, clock, stopping } = this.#options;
		for (let n = 0; n < MAX_IN_A_RUN && !stopping.aborted; n++) {
			const now = clock().toISOString();
			const claimed = await store.write((db) => claim(db, webhookId, now));
			if (claimed === null) return;
			const outcome = await this.#attempt(claimed);
			// Cut off by the stop: nobody is to blame, and it is sent again.
			if (stopping.aborted && typeof outcome === 'object' && outcome.kind === 'silent') return;
			sent[await store.write((db) => this.#record(db, claimed, outcome))]++;
		}
		this.#isAskedAgain = true;
	}

	async #attempt({ seq, eventId, url, sealedSecret }: Claimed): Promise<CallOutcome | 'secret' | 'gone'> {
		const { store, seal, clock, production, version, stopping } = this.#options;
		const secret = seal.open(sealedSecret);
		if (secret === null) return 'secret';
		const now = clock();
		const event =
			seq === null
				? { id: eventId, type: TEST_EVENT, timestamp: now.toISOString(), data: {} }
				: store.read((db) => eventAt(db, seq));
		if (event === null) return 'gone';
		const body = JSON.stringify(event);
		const headers = { 'user-agent': `Escale/${version}`, ...signatureHeaders(secret, eventId, now, body) };
		return this.#call({ url, headers, body, production, stopping });
	}

	/** Inside a write. */
	#record(db: Database, claimed: Claimed, outcome: CallOutcome | 'secret' | 'gone'): keyof Sent {
		const now = this.#options.clock();
		const at = now.toISOString();
		const status = typeof outcome === 'object' && outcome.kind === 'answered' ? outcome.status : null;
		if (status !== null && status >= 200 && status < 300) {
			sql(
				db,
				`UPDATE webhook_delivery SET state = 'processed', attempts = attempts + 1, claimed_at = NULL, ended_at = ?, last_status = ?, last_error = NULL WHERE id = ?`
			).run(at, status, claimed.id);
			sql(db, `UPDATE webhook SET failed_in_a_row = 0, paused_until = NULL WHERE id = ?`).run(claimed.webhookId);
			return 'processed';
		}
		const why =
			typeof outcome === 'string' ? outcome : outcome.kind === 'silent' ? outcome.why : wordOf(outcome.status);
		const attempts = claimed.attempts + 1;
		const isOver = attempts >= MAX_ATTEMPTS || status === 410 || typeof outcome === 'string';
		const dueAt = new Date(now.getTime() + retryDelayMs(attempts)).toISOString();
		sql(
			db,
			`UPDATE webhook_delivery SET state = ?, attempts = ?, claimed_at = NULL, due_at = ?, ended_at = ?, last_status = ?, last_error = ? WHERE id = ?`
		).run(isOver ? 'failed' : 'pending', attempts, dueAt, isOver ? at : null, status, why, claimed.id);
		if (isOver)
			this.#giveUp(db, claimed.webhookId, status === 410 ? 'gone' : outcome === 'secret' ? 'secret' : null, at);
		if (isServersFault(status))
			sql(db, `UPDATE webhook SET paused_until = ? WHERE id = ?`).run(isOver ? later(now) : dueAt, claimed.webhookId);
		return isOver ? 'failed' : 'retried';
	}

	/** One delivery was given up. @param reason disables the webhook at once */
	#giveUp(db: Database, webhookId: string, reason: 'gone' | 'secret' | null, at: string): void {
		const row = sql<{ failed: number }>(
			db,
			`UPDATE webhook SET failed_in_a_row = failed_in_a_row + 1 WHERE id = ? RETURNING failed_in_a_row AS failed`
		).get(webhookId);
		if (row === undefined || (reason === null && row.failed < MAX_FAILED_IN_A_ROW)) return;
		const why = reason ?? 'failures';
		sql(
			db,
			`UPDATE webhook SET state = 'disabled', state_reason = ?, state_since = ? WHERE id = ? AND state <> 'disabled'`
		).run(why, at, webhookId);
		const detail = { why, by: 'job:webhooks', failedInARow: row.failed };
		recordAudit(db, {
			at,
			actorId: null,
			act: 'webhook.disable',
			subjectKind: 'webhook',
			subjectId: webhookId,
			detail
		});
		this.#options.warn('webhook_disabled', { webhook: webhookId, why });
	}
}

/** After the n-th attempt: 60, 120, 240, 480 seconds. */
export const retryDelayMs = (attempts: number): number => Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** (attempts - 1));

const later = (now: Date): string => new Date(now.getTime() + RETRY_BASE_MS).toISOString();

/** Nobody answered, or the server itself is in trouble: the next delivery would fare no better. */
const isServersFault = (status: number | null): boolean =>
	status === null || status >= 500 || status === 429 || status === 408;

const wordOf = (status: number): string => (status >= 300 && status < 400 ? 'redirect' : 'status');

const DUE = `FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
	WHERE d.state = 'pending' AND d.due_at <= ? AND w.state = 'active' AND (w.paused_until IS NULL OR w.paused_until <= ?)`;

const dueWebhooks = (db: Database, now: string): { id: string; count: number }[] =>
	sql<{ id: string; count: number }>(db, `SELECT w.id, count(*) AS count ${DUE} GROUP BY w.id`).all(now, now);

/** Inside a write. The oldest that is due of one webhook; tests go before it. */
function claim(db: Database, webhookId: string, now: string): Claimed | null {
	const found = sql<Claimed>(
		db,
		`SELECT d.id, d.webhook_id AS webhookId, d.seq, d.event_id AS eventId, d.type, d.attempts, w.url, w.sealed_secret AS sealedSecret ${DUE} AND d.webhook_id = ? ORDER BY d.seq LIMIT 1`
	).get(now, now, webhookId);
	if (found === undefined) return null;
	sql(db, `UPDATE webhook_delivery SET state = 'processing', claimed_at = ? WHERE id = ?`).run(now, found.id);
	return found;
}
