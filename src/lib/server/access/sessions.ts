/**
 * Who is signed in, in which browser, until when. A session belongs to a person and ends by itself; what a phone has queued
 * does not depend on it.
 */
import { cappedRole, type SignInKind } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { grant } from './devices.ts';
import { newToken, tokenHash } from './tokens.ts';

const DAY_MS = 86_400_000;
/** Unused for this long, a session ends. */
export const IDLE_MS = 30 * DAY_MS;
/** However much it is used, a session ends after this. */
export const ABSOLUTE_MS = 90 * DAY_MS;
/** The last use is written at most this often. */
const TOUCH_MS = 10 * 60_000;

/** Who is asking. The role is the one of this moment, not of the sign-in; by badge and PIN operator at most (§9). */
export interface SignedIn {
	personId: string;
	name: string;
	structure: string;
	role: Role;
	locale: 'fr' | 'en';
	login: string;
	signedInBy: SignInKind;
	/** When the session ends, however much it is used, ISO. */
	expiresAt: string;
}

/** A session as its person sees it. `id` opens nothing: it is the hash of what does. */
export interface OwnSession {
	id: string;
	userAgent: string;
	createdAt: string;
	lastSeenAt: string;
	signedInBy: SignInKind;
	/** The one that asks. */
	isThis: boolean;
}

interface SessionRecord extends SignedIn {
	lastSeenAt: string;
	active: 0 | 1;
}

const idleSince = (now: Date): string => new Date(now.getTime() - IDLE_MS).toISOString();

export class Sessions {
	constructor(
		readonly store: Store,
		readonly secret: string,
		readonly clock: () => Date
	) {}

	/** @returns the token for the cookie; the grant on the device is written with it */
	async open(personId: string, deviceId: string, userAgent: string): Promise<string> {
		return this.store.write((db) => {
			const until = new Date(this.clock().getTime() + ABSOLUTE_MS).toISOString();
			return this.#open(db, personId, deviceId, userAgent, 'password', until);
		});
	}

	/**
	 * Hands a device over to who showed badge and PIN, until the shift's end: whoever had a session there has none any more.
	 * Part of the caller's write.
	 */
	takeOver(db: Database, personId: string, deviceId: string, userAgent: string, until: string): string {
		sql(db, `DELETE FROM session WHERE device_id = ?`).run(deviceId);
		return this.#open(db, personId, deviceId, userAgent, 'pin', until);
	}

	#open(
		db: Database,
		personId: string,
		deviceId: string,
		userAgent: string,
		signedInBy: SignInKind,
		until: string
	): string {
		const token = newToken();
		const now = this.clock();
		const at = now.toISOString();
		sql(db, `DELETE FROM session WHERE expires_at < ? OR last_seen_at < ?`).run(at, idleSince(now));
		sql(
			db,
			`INSERT INTO session (id, person_id, device_id, created_at, last_seen_at, expires_at, user_agent, signed_in_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
		).run(tokenHash(token, this.secret), personId, deviceId, at, at, until, userAgent.slice(0, 200), signedInBy);
		grant(db, deviceId, personId, at, signedInBy, signedInBy === 'pin' ? until : null);
		sawPerson(db, personId, at);
		return token;
	}

	/** The person behind a token, or null: unknown, idle for too long, expired, no longer active, or on a revoked device (I26). */
	find(token: string | undefined): SignedIn | null {
		if (!token) return null;
		const id = tokenHash(token, this.secret);
		const found = this.store.read((db) =>
			sql<SessionRecord>(
				db,
				`SELECT person.id AS personId, person.name, person.structure, account.role, account.locale, account.login, session.signed_in_by AS signedInBy,
				        session.last_seen_at AS lastSeenAt, session.expires_at AS expiresAt, account.active AND person.active AND device.status = 'active' AS active
				 FROM session JOIN device ON device.id = session.device_id JOIN account ON account.person_id = session.person_id JOIN person ON person.id = session.person_id
				 WHERE session.id = ?`
			).get(id)
		);
		if (!found?.active) return null;
		const now = this.clock().getTime();
		if (now > Date.parse(found.expiresAt) || now > Date.parse(found.lastSeenAt) + IDLE_MS) return null;
		if (now > Date.parse(found.lastSeenAt) + TOUCH_MS) this.#touch(id, found.personId);
		const { personId, name, structure, role, locale, login, signedInBy, expiresAt } = found;
		return { personId, name, structure, role: cappedRole(role, signedInBy), locale, login, signedInBy, expiresAt };
	}

	async end(token: string | undefined): Promise<void> {
		if (!token) return;
		const id = tokenHash(token, this.secret);
		await this.store.write((db) => sql(db, `DELETE FROM session WHERE id = ?`).run(id));
	}

	/** One's own, the last used first; those that have ended by themselves are not there. */
	listOf(personId: string, token: string | undefined): OwnSession[] {
		const now = this.clock();
		const own = token ? tokenHash(token, this.secret) : null;
		return this.store
			.read((db) =>
				sql<Omit<OwnSession, 'isThis'>>(
					db,
					`SELECT id, user_agent AS userAgent, created_at AS createdAt, last_seen_at AS lastSeenAt, signed_in_by AS signedInBy
					 FROM session WHERE person_id = ? AND expires_at >= ? AND last_seen_at >= ? ORDER BY last_seen_at DESC, id`
				).all(personId, now.toISOString(), idleSince(now))
			)
			.map((session) => ({ ...session, isThis: session.id === own }));
	}

	/** Ends one of this person's, by the id of `listOf`. @returns false: they have none such */
	async endOne(personId: string, id: string): Promise<boolean> {
		const { changes } = await this.store.write((db) =>
			sql(db, `DELETE FROM session WHERE id = ? AND person_id = ?`).run(id, personId)
		);
		return changes > 0;
	}

	/** Ends all of this person's but the one that asks. @returns how many */
	endOthers(personId: string, token: string | undefined): Promise<number> {
		return this.store.write((db) => this.endOthersIn(db, personId, token));
	}

	/** The same as part of the caller's write. */
	endOthersIn(db: Database, personId: string, token: string | undefined): number {
		const own = token ? tokenHash(token, this.secret) : '';
		return sql(db, `DELETE FROM session WHERE person_id = ? AND id <> ?`).run(personId, own).changes;
	}

	/** Nobody waits for it: a lost touch costs an idle session ten minutes of its thirty days. */
	#touch(id: string, personId: string): void {
		const at = this.clock().toISOString();
		void this.store
			.write((db) => {
				sql(db, `UPDATE session SET last_seen_at = ? WHERE id = ?`).run(at, id);
				sawPerson(db, personId, at);
			})
			.catch(() => undefined);
	}
}

/** Whoever was signed in as this person is not any more. Part of the caller's write. @returns how many sessions ended */
export const endSessionsOf = (db: Database, personId: string): number =>
	sql(db, `DELETE FROM session WHERE person_id = ?`).run(personId).changes;

const sawPerson = (db: Database, personId: string, at: string): void => {
	sql(db, `UPDATE account SET last_seen_at = ? WHERE person_id = ?`).run(at, personId);
};
