/**
 * The keys of programs: 256 random bits that are shown once and kept as a keyed hash, with what they may do and until when.
 * They are looked up at every request, so that a revoked one is refused at the next.
 */
import { recordAudit } from '#lib/server/access/audit.ts';
import { newToken, tokenHash } from '#lib/server/access/tokens.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { isScope, SCOPES, type Scope } from './scopes.ts';

/** Who acts over /api/v1. */
export interface ApiCaller {
	keyId: string;
	name: string;
	scopes: readonly Scope[];
}

/** A key as people see it. All times are ISO. */
export interface ApiKeyRow {
	id: string;
	name: string;
	scopes: Scope[];
	createdBy: string | null;
	createdAt: string;
	expiresAt: string | null;
	lastUsedAt: string | null;
	revokedAt: string | null;
}

export interface NewApiKey {
	name: string;
	scopes: readonly Scope[];
	expiresAt: string | null;
	/** Null: the command line. */
	by: string | null;
}

/** `INTEGRATION_API_KEY`: no row of its own, all scopes. */
export const BOOTSTRAP_KEY = 'bootstrap';

/** So that programs which are looked for in a log or a repository are found. */
const PREFIX = 'escale_';
/** Its last use is written at most so often. */
const TOUCH_MS = 60_000;

const SELECT = `SELECT id, name, scopes, created_by AS createdBy, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt, revoked_at AS revokedAt FROM api_key`;

type Stored = Omit<ApiKeyRow, 'scopes'> & { scopes: string };

const toRow = (stored: Stored): ApiKeyRow => ({ ...stored, scopes: scopesOf(stored.scopes) });
const scopesOf = (json: string): Scope[] => (JSON.parse(json) as string[]).filter(isScope);

/** Neither revoked nor expired at `now`. */
const holds = ({ revokedAt, expiresAt }: Pick<ApiKeyRow, 'revokedAt' | 'expiresAt'>, now: Date): boolean =>
	revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now.getTime());

/** The scopes of a key at this moment; null when it does not hold any more. Inside the transaction that acts for it. */
export function scopesNow(db: Database, keyId: string, now: Date): readonly Scope[] | null {
	if (keyId === BOOTSTRAP_KEY) return SCOPES;
	const stored = sql<Stored>(db, `${SELECT} WHERE id = ?`).get(keyId);
	return stored !== undefined && holds(stored, now) ? scopesOf(stored.scopes) : null;
}

export class ApiKeys {
	readonly #store: Store;
	readonly #secret: string;
	readonly #clock: () => Date;
	readonly #bootstrapHash: string | null;

	/** @param bootstrap the key of the settings; null: none */
	constructor(store: Store, secret: string, bootstrap: string | null, clock: () => Date) {
		this.#store = store;
		this.#secret = secret;
		this.#clock = clock;
		this.#bootstrapHash = bootstrap === null ? null : tokenHash(bootstrap, secret);
	}

	/** Whose key this is; null for none, an unknown, a revoked or an expired one. Notes its use. */
	find(key: string | null): ApiCaller | null {
		if (key === null || key === '' || key.length > 200) return null;
		// Keyed hashes are compared, so that the time it takes says nothing of the key.
		const hash = tokenHash(key, this.#secret);
		if (hash === this.#bootstrapHash) return { keyId: BOOTSTRAP_KEY, name: 'INTEGRATION_API_KEY', scopes: SCOPES };
		const stored = this.#store.read((db) => sql<Stored>(db, `${SELECT} WHERE hash = ?`).get(hash));
		const now = this.#clock();
		if (stored === undefined || !holds(stored, now)) return null;
		this.#touch(stored, now);
		return { keyId: stored.id, name: stored.name, scopes: scopesOf(stored.scopes) };
	}

	/** @returns the key, which is not shown again, and its id */
	async create({ name, scopes, expiresAt, by }: NewApiKey): Promise<{ id: string; key: string }> {
		const id = newUuid();
		const key = PREFIX + newToken();
		const at = this.#clock().toISOString();
		await this.#store.write((db) => {
			sql(
				db,
				`INSERT INTO api_key (id, name, hash, scopes, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
			).run(id, name, tokenHash(key, this.#secret), JSON.stringify(scopes), by, at, expiresAt);
			const detail = { scopes: scopes.join(' '), expiresAt };
			recordAudit(db, { at, actorId: by, act: 'api_key.create', subjectKind: 'api_key', subjectId: id, detail });
		});
		return { id, key };
	}

	/**
	 * Ends a key at once, and the webhooks that it made: what it could read is not told any longer.
	 * @returns false when there is no such key, or it was revoked before
	 */
	revoke(id: string, by: string | null): Promise<boolean> {
		const at = this.#clock().toISOString();
		return this.#store.write((db) => {
			const { changes } = sql(db, `UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`).run(at, id);
			if (changes === 0) return false;
			sql(
				db,
				`UPDATE webhook SET state = 'disabled', state_reason = 'key_revoked', state_since = ? WHERE key_id = ? AND state <> 'disabled'`
			).run(at, id);
			recordAudit(db, { at, actorId: by, act: 'api_key.revoke', subjectKind: 'api_key', subjectId: id });
			return true;
		});
	}

	/** All of them, the newest first. */
	list(): ApiKeyRow[] {
		return this.#store.read((db) => sql<Stored>(db, `${SELECT} ORDER BY created_at DESC, id DESC`).all().map(toRow));
	}

	/** Nobody waits for it, and it is only for people to see whether a key is in use. */
	#touch({ id, lastUsedAt }: Stored, now: Date): void {
		const before = new Date(now.getTime() - TOUCH_MS).toISOString();
		if (lastUsedAt !== null && lastUsedAt > before) return;
		void this.#store
			.write((db) =>
				sql(db, `UPDATE api_key SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`).run(
					now.toISOString(),
					id,
					before
				)
			)
			.catch(() => undefined);
	}
}
