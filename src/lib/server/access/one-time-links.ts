/**
 * Links by which a person sets a password without having one. A link is shown once and works once, for 24 hours; of its token
 * the server keeps a keyed hash, so that a stolen database opens nothing. One that was mailed to its person (mail/link-letters.ts)
 * also proves, when it is used, that they read that address.
 */
import { confirmByUse } from '#lib/server/mail/addresses.ts';
import { mailedTo } from '#lib/server/mail/mailed-link.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { hashPassword } from './passwords.ts';
import { passwordFault, type PasswordFault } from './password-rules.ts';
import { endSessionsOf } from './sessions.ts';
import { newToken, tokenHash } from './tokens.ts';

export const LINK_HOURS = 24;

/** Whose link it is. */
export interface LinkHolder {
	personId: string;
	login: string;
	name: string;
}

export type PasswordOutcome =
	| { kind: 'ok' }
	/** Used, expired, void, or never given out: nobody is told which. */
	| { kind: 'gone' }
	| { kind: 'refused'; fault: PasswordFault };

export class OneTimeLinks {
	constructor(
		readonly store: Store,
		readonly secret: string,
		readonly clock: () => Date
	) {}

	/** Voids the person's former links. @returns the token of the new one */
	make(personId: string): Promise<string> {
		return this.store.write((db) => this.makeIn(db, personId));
	}

	/** The same as part of the caller's write. @param token one that nobody has used; made when absent */
	makeIn(db: Database, personId: string, token = newToken()): string {
		const now = this.clock();
		const expiresAt = new Date(now.getTime() + LINK_HOURS * 3_600_000).toISOString();
		sql(db, 'DELETE FROM one_time_link WHERE person_id = ? OR expires_at < ?').run(personId, now.toISOString());
		sql(db, 'INSERT INTO one_time_link (id, person_id, created_at, expires_at) VALUES (?, ?, ?, ?)').run(
			tokenHash(token, this.secret),
			personId,
			now.toISOString(),
			expiresAt
		);
		return token;
	}

	find(token: string): LinkHolder | null {
		return this.store.read((db) => this.#holder(db, token));
	}

	#holder(db: Database, token: string): LinkHolder | null {
		const holder = sql<LinkHolder>(
			db,
			`SELECT account.person_id AS personId, account.login, person.name FROM one_time_link
			 JOIN account ON account.person_id = one_time_link.person_id JOIN person ON person.id = account.person_id
			 WHERE one_time_link.id = ? AND expires_at >= ? AND account.active AND person.active`
		).get(tokenHash(token, this.secret), this.clock().toISOString());
		return holder ?? null;
	}

	/** Uses the link up: the password is set, whoever was signed in as this person is not any more, locked tries are forgiven. */
	async setPassword(token: string, password: string): Promise<PasswordOutcome> {
		const holder = this.find(token);
		if (holder === null) return { kind: 'gone' };
		const fault = passwordFault(password, [holder.login, holder.name]);
		if (fault !== null) return { kind: 'refused', fault };
		const hash = await hashPassword(password);
		return this.store.write((db) => {
			// Somebody else may have used it while the password was hashed.
			if (this.#holder(db, token) === null) return { kind: 'gone' };
			sql(db, 'UPDATE account SET password_hash = ? WHERE person_id = ?').run(hash, holder.personId);
			sql(db, 'DELETE FROM one_time_link WHERE person_id = ?').run(holder.personId);
			endSessionsOf(db, holder.personId);
			const now = this.clock();
			const mailed = mailedTo(db, token, this.secret, new Date(now.getTime() - LINK_HOURS * 3_600_000).toISOString());
			if (mailed !== null) confirmByUse(db, mailed, now.toISOString());
			sql(db, 'DELETE FROM login_attempt WHERE key = ?').run(`account:${holder.login}`);
			return { kind: 'ok' };
		});
	}
}
