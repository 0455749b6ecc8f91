/**
 * What an admin does to accounts: make one, change its role, end it, bring it back, let its person choose a new password, replace a
 * lost badge. Nobody is ever told a password: a one-time link is.
 */
import type { Locale } from '#lib/domain/labels.ts';
import { whyNotDeactivate, whyNotLetIn, whyNotReactivate, whyNotRole, type AccountRole } from '#lib/domain/people.ts';
import type { PersonRow } from '#lib/domain/rows.ts';
import { saveRows } from '#lib/server/store/reference-rows.ts';
import { readStored } from '#lib/server/store/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { accountOf, act, countActiveAdmins, refusedAct, type Acted, type ActorId } from './acting.ts';
import { recordAudit, type AuditAct } from './audit.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import { newBadgeCode } from './pins.ts';
import { endSessionsOf } from './sessions.ts';

/** Nobody's hash: the link is the only way in until its person has chosen a password. */
const NO_PASSWORD = '';

/** Signs in as what they will be; the same for a page's form, a command and an approved request. */
export interface NewUser {
	/** `LOGIN_FORM` */
	login: string;
	name: string;
	structure: string;
	role: AccountRole;
	/** Null: no notices, and no invitation by mail. */
	email: string | null;
	locale: Locale;
}

/** A link that is mailed, too: its token is the message's own (mail/mailed-link.ts), and the message is queued with the act. */
export interface MailedLink {
	token: string;
	queue: (db: Database, at: string) => void;
}

export class UserActs {
	constructor(
		readonly store: Pick<Store, 'write'>,
		readonly clock: () => Date,
		readonly links: OneTimeLinks
	) {}

	/** @returns the token of the invitation, to be shown once; to nobody when it is mailed */
	create(by: ActorId, user: NewUser, mailed?: MailedLink): Promise<Acted<{ personId: string; token: string }>> {
		return act(this, by, (db, at) => this.createIn(db, at, by, user, mailed));
	}

	/** Part of the caller's write. */
	createIn(
		db: Database,
		at: string,
		by: ActorId,
		{ login, name, structure, role, email, locale }: NewUser,
		mailed?: MailedLink
	): Acted<{ personId: string; token: string }> {
		if (sql(db, `SELECT 1 FROM account WHERE login = ?`).get(login)) return refusedAct('login_taken');
		const personId = newUuid();
		saveRows(db, 'people', [{ id: personId, name, structure, badgeCode: null, active: true }]);
		sql(
			db,
			`INSERT INTO account (person_id, login, password_hash, role, locale, email, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
		).run(personId, login, NO_PASSWORD, role, locale, email, at);
		record(db, at, by, 'user.create', personId, { role, mailed: mailed !== undefined });
		return { kind: 'ok', personId, token: this.#link(db, at, personId, mailed) };
	}

	/** [I9] Counts at the next call of whoever is signed in. */
	setRole(by: ActorId, personId: string, role: AccountRole): Promise<Acted> {
		return act(this, by, (db, at) => {
			const account = accountOf(db, personId);
			if (account === null) return refusedAct('unknown');
			const why = whyNotRole(account, role, countActiveAdmins(db));
			if (why !== null) return refusedAct(why);
			sql(db, `UPDATE account SET role = ? WHERE person_id = ?`).run(role, personId);
			record(db, at, by, 'user.set_role', personId, { from: account.role, to: role });
			return { kind: 'ok' };
		});
	}

	/** Ends sessions, grants and links at once; devices are revoked separately. */
	deactivate(by: ActorId, personId: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const account = accountOf(db, personId);
			if (account === null) return refusedAct('unknown');
			const why = whyNotDeactivate(account, countActiveAdmins(db));
			if (why !== null) return refusedAct(why);
			setActive(db, personId, false);
			const sessions = endSessionsOf(db, personId);
			const { changes: grants } = sql(
				db,
				`UPDATE device_grant SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL`
			).run(at, personId);
			sql(db, `DELETE FROM one_time_link WHERE person_id = ?`).run(personId);
			record(db, at, by, 'user.deactivate', personId, { sessions, grants });
			return { kind: 'ok' };
		});
	}

	/** Whoever comes back signs in again: no former session or grant does. */
	reactivate(by: ActorId, personId: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const account = accountOf(db, personId);
			if (account === null) return refusedAct('unknown');
			const why = whyNotReactivate(account);
			if (why !== null) return refusedAct(why);
			setActive(db, personId, true);
			record(db, at, by, 'user.reactivate', personId);
			return { kind: 'ok' };
		});
	}

	/** The former password works until the link is used. @returns the link's token, to be shown once; to nobody when it is mailed */
	resetPassword(by: ActorId, personId: string, mailed?: MailedLink): Promise<Acted<{ token: string }>> {
		return act(this, by, (db, at) => {
			const account = accountOf(db, personId);
			if (account === null) return refusedAct('unknown');
			const why = whyNotLetIn(account);
			if (why !== null) return refusedAct(why);
			const token = this.#link(db, at, personId, mailed);
			record(db, at, by, 'user.reset_password', personId, { mailed: mailed !== undefined });
			return { kind: 'ok', token };
		});
	}

	/** A lost badge opens nothing any more, and neither does its PIN: its person chooses another one. */
	replaceBadge(by: ActorId, personId: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const account = accountOf(db, personId);
			if (account === null) return refusedAct('unknown');
			const why = whyNotLetIn(account);
			if (why !== null) return refusedAct(why);
			savePerson(db, personId, { badgeCode: newBadgeCode() });
			sql(db, `UPDATE account SET pin_hash = NULL, pin_generation = pin_generation + 1 WHERE person_id = ?`).run(
				personId
			);
			sql(db, `DELETE FROM session WHERE person_id = ? AND signed_in_by = 'pin'`).run(personId);
			record(db, at, by, 'user.replace_badge', personId);
			return { kind: 'ok' };
		});
	}

	#link(db: Database, at: string, personId: string, mailed: MailedLink | undefined): string {
		const token = this.links.makeIn(db, personId, mailed?.token);
		mailed?.queue(db, at);
		return token;
	}
}

/** Phones hear of it: their list of people is part of what they sync. */
function setActive(db: Database, personId: string, active: boolean): void {
	sql(db, `UPDATE account SET active = ? WHERE person_id = ?`).run(active ? 1 : 0, personId);
	savePerson(db, personId, { active });
}

function savePerson(db: Database, personId: string, change: Partial<PersonRow>): void {
	const stored = readStored(db, 'people', personId);
	if (stored !== null) saveRows(db, 'people', [{ ...stored.row, ...change }]);
}

const record = (
	db: Database,
	at: string,
	actorId: ActorId,
	act: AuditAct,
	subjectId: string,
	detail: Record<string, string | number | boolean> = {}
): void => recordAudit(db, { at, actorId, act, subjectKind: 'person', subjectId, detail });
