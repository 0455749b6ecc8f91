/**
 * Who is told of events, and what became of it. A trigger queues each event for each webhook in the transaction that caused it
 * (store/triggers.ts); `webhook-sender.ts` sends. A program sees and ends its own key's webhooks only.
 */
import { recordAudit, type AuditAct } from '#lib/server/access/audit.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { TEST_EVENT, type EventType } from './event-types.ts';
import { whyNotThere, type AddressRefusal } from './webhook-address.ts';
import { newWebhookSecret, type WebhookSeal } from './webhook-secret.ts';

export interface WebhookRow {
	id: string;
	name: string;
	url: string;
	events: EventType[];
	state: 'active' | 'held' | 'disabled';
	stateReason: string | null;
	createdAt: string;
}

export interface NewWebhook {
	name: string;
	url: string;
	events: readonly EventType[];
	/** The key that asks, or null: an admin. */
	keyId: string | null;
	by: string | null;
}

export type MadeWebhook =
	| { kind: 'made'; webhook: WebhookRow & { secret: string } }
	| { kind: 'exists' }
	| { kind: 'refused'; why: AddressRefusal };

/** Whose act it is: a key's own webhook, or an admin (null: the command line). */
export interface Hand {
	keyId?: string;
	by: string | null;
}

export interface DeliveryRow {
	id: string;
	eventId: string;
	type: string;
	state: 'pending' | 'processing' | 'processed' | 'failed';
	attempts: number;
	dueAt: string;
	createdAt: string;
	endedAt: string | null;
	lastStatus: number | null;
	lastError: string | null;
}

type Stored = Omit<WebhookRow, 'events'> & { events: string };
const SELECT = `SELECT id, name, url, events, state, state_reason AS stateReason, created_at AS createdAt FROM webhook`;
const toRow = (stored: Stored): WebhookRow => ({ ...stored, events: JSON.parse(stored.events) as EventType[] });

/** Of one webhook, the newest first. */
const SHOWN_DELIVERIES = 50;

export class Webhooks {
	readonly #store: Store;
	readonly #seal: WebhookSeal;
	readonly #production: boolean;
	readonly #clock: () => Date;

	constructor(store: Store, seal: WebhookSeal, production: boolean, clock: () => Date) {
		this.#store = store;
		this.#seal = seal;
		this.#production = production;
		this.#clock = clock;
	}

	list(): WebhookRow[] {
		return this.#store.read((db) => sql<Stored>(db, `${SELECT} ORDER BY created_at DESC, id DESC`).all().map(toRow));
	}

	ofKey(keyId: string): WebhookRow[] {
		return this.#store.read((db) => sql<Stored>(db, `${SELECT} WHERE key_id = ? ORDER BY id`).all(keyId).map(toRow));
	}

	find(id: string): WebhookRow | null {
		const stored = this.#store.read((db) => sql<Stored>(db, `${SELECT} WHERE id = ?`).get(id));
		return stored === undefined ? null : toRow(stored);
	}

	/** One address is told once for each key. */
	async create({ name, url, events, keyId, by }: NewWebhook): Promise<MadeWebhook> {
		const why = whyNotThere(url, this.#production);
		if (why !== null) return { kind: 'refused', why };
		const secret = newWebhookSecret();
		const id = newUuid();
		const at = this.#clock().toISOString();
		return this.#store.write((db): MadeWebhook => {
			if (sql(db, `SELECT 1 FROM webhook WHERE url = ? AND key_id IS ?`).get(url, keyId) !== undefined)
				return { kind: 'exists' };
			const wanted = [...new Set(events)];
			sql(
				db,
				`INSERT INTO webhook (id, name, url, events, sealed_secret, key_id, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
			).run(id, name, url, JSON.stringify(wanted), this.#seal.seal(secret), keyId, by, at);
			record(db, { at, by }, 'webhook.create', id, { keyId, events: wanted.join(' ') });
			const row = { id, name, url, events: wanted, state: 'active', stateReason: null, createdAt: at } as const;
			return { kind: 'made', webhook: { ...row, secret } };
		});
	}

	/** @returns false when there is no such webhook of this hand */
	remove(id: string, hand: Hand): Promise<boolean> {
		return this.#act(id, hand, 'webhook.remove', (db) => {
			sql(db, `DELETE FROM webhook_delivery WHERE webhook_id = ?`).run(id);
			sql(db, `DELETE FROM webhook WHERE id = ?`).run(id);
		});
	}

	/** Active again after it was held or disabled: what waits is sent. */
	enable(id: string, hand: Hand): Promise<boolean> {
		return this.#act(id, hand, 'webhook.enable', (db) =>
			sql(
				db,
				`UPDATE webhook SET state = 'active', state_reason = NULL, state_since = NULL, paused_until = NULL, failed_in_a_row = 0 WHERE id = ?`
			).run(id)
		);
	}

	/** Nothing is sent or queued any more; what waits is dropped. */
	disable(id: string, hand: Hand): Promise<boolean> {
		const at = this.#clock().toISOString();
		return this.#act(id, hand, 'webhook.disable', (db) => {
			sql(db, `UPDATE webhook SET state = 'disabled', state_reason = 'by_hand', state_since = ? WHERE id = ?`).run(
				at,
				id
			);
			sql(db, `DELETE FROM webhook_delivery WHERE webhook_id = ? AND state = 'pending'`).run(id);
		});
	}

	/** @returns the new secret, shown this once; null when there is no such webhook */
	async renewSecret(id: string, hand: Hand): Promise<string | null> {
		const secret = newWebhookSecret();
		const isDone = await this.#act(id, hand, 'webhook.renew_secret', (db) =>
			sql(db, `UPDATE webhook SET sealed_secret = ? WHERE id = ?`).run(this.#seal.seal(secret), id)
		);
		return isDone ? secret : null;
	}

	/** Queues one. @returns false when there is no such webhook (of this key), or it is not active */
	sendTest(id: string, keyId?: string): Promise<boolean> {
		const at = this.#clock().toISOString();
		return this.#store.write((db) => {
			const { changes } = sql(
				db,
				`INSERT INTO webhook_delivery (id, webhook_id, event_id, type, due_at, created_at)
				 SELECT ?, id, ?, ?, ?, ? FROM webhook WHERE id = ? AND state = 'active' AND (? IS NULL OR key_id = ?)`
			).run(newUuid(), `test.${newUuid()}`, TEST_EVENT, at, at, id, keyId ?? null, keyId ?? null);
			if (changes > 0) sql(db, `UPDATE webhook SET paused_until = NULL WHERE id = ?`).run(id);
			return changes > 0;
		});
	}

	deliveries(webhookId: string): DeliveryRow[] {
		return this.#store.read((db) =>
			sql<DeliveryRow>(
				db,
				`SELECT id, event_id AS eventId, type, state, attempts, due_at AS dueAt, created_at AS createdAt, ended_at AS endedAt, last_status AS lastStatus, last_error AS lastError
				 FROM webhook_delivery WHERE webhook_id = ? ORDER BY created_at DESC, seq DESC, id DESC LIMIT ?`
			).all(webhookId, SHOWN_DELIVERIES)
		);
	}

	/** A delivery that was given up, or waits, is due at once and has all its attempts again. @returns false when there is none */
	async retry(deliveryId: string, by: string | null): Promise<boolean> {
		const at = this.#clock().toISOString();
		return this.#store.write((db) => {
			const found = sql<{ webhookId: string }>(
				db,
				`UPDATE webhook_delivery SET state = 'pending', attempts = 0, due_at = ?, ended_at = NULL WHERE id = ? AND state IN ('failed', 'pending') RETURNING webhook_id AS webhookId`
			).get(at, deliveryId);
			if (found === undefined) return false;
			sql(db, `UPDATE webhook SET paused_until = NULL WHERE id = ?`).run(found.webhookId);
			record(db, { at, by }, 'webhook.retry', found.webhookId, { delivery: deliveryId });
			return true;
		});
	}

	#act(id: string, { keyId, by }: Hand, act: AuditAct, change: (db: Database) => unknown): Promise<boolean> {
		const at = this.#clock().toISOString();
		return this.#store.write((db) => {
			const own = sql(db, `SELECT 1 FROM webhook WHERE id = ? AND (? IS NULL OR key_id = ?)`);
			if (own.get(id, keyId ?? null, keyId ?? null) === undefined) return false;
			change(db);
			record(db, { at, by }, act, id, { keyId: keyId ?? null });
			return true;
		});
	}
}

function record(
	db: Database,
	{ at, by }: { at: string; by: string | null },
	act: AuditAct,
	subjectId: string,
	detail: Record<string, string | null>
): void {
	recordAudit(db, { at, actorId: by, act, subjectKind: 'webhook', subjectId, detail });
}
