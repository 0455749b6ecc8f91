/**
 * Devices and grants. A device is one browser that somebody signed in with; its credential is its own, so that nobody's
 * sign-out or expiry stops its queue (sync §4.1). A grant says who may act on it (I21).
 */
import type { SignInKind } from '#lib/domain/roles.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { newToken, tokenHash } from './tokens.ts';

/** Longer is not kept by browsers. Renewed at every hello. */
export const DEVICE_DAYS = 400;

export interface Device {
	id: string;
	status: 'active' | 'revoked';
}

export class Devices {
	constructor(
		readonly store: Store,
		readonly secret: string,
		readonly clock: () => Date
	) {}

	/** The device that a credential (`<id>.<token>`) belongs to, revoked ones included; null when it is nobody's. */
	find(credential: string | undefined): Device | null {
		const [id, token] = credential?.split('.') ?? [];
		if (!id || !token) return null;
		const hash = tokenHash(token, this.secret);
		return this.store.read(
			(db) =>
				sql<Device>(db, `SELECT id, status FROM device WHERE id = ? AND credential_hash = ?`).get(id, hash) ?? null
		);
	}

	/** Registers a browser. @returns its id and the credential that it shows from now on */
	async register(label: string): Promise<{ id: string; credential: string }> {
		const id = newUuid();
		const token = newToken();
		const now = this.clock().toISOString();
		await this.store.write((db) =>
			sql(
				db,
				`INSERT INTO device (id, credential_hash, label, status, created_at, last_seen_at) VALUES (?, ?, ?, 'active', ?, ?)`
			).run(id, tokenHash(token, this.secret), label.slice(0, 200), now, now)
		);
		return { id, credential: `${id}.${token}` };
	}
}

/**
 * [I21] Who signs in may act on that device: after a password with their own role at commit, after badge and PIN as operator
 * at most. One grant a kind, so that neither takes the place of the other. Part of the caller's write.
 * @param until of a badge and PIN: the end of the shift
 */
export function grant(
	db: Database,
	deviceId: string,
	personId: string,
	at: string,
	kind: SignInKind = 'password',
	until: string | null = null
): void {
	sql(
		db,
		`INSERT INTO device_grant (device_id, person_id, kind, granted_at, until) VALUES (?, ?, ?, ?, ?)
		 ON CONFLICT (device_id, person_id, kind) DO UPDATE SET granted_at = excluded.granted_at, until = excluded.until, ended_at = NULL`
	).run(deviceId, personId, kind, at, until);
}
