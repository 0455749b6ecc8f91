/**
 * Somebody without an account asks for one; an admin says yes, with a role, or no, with a reason. Whoever asks hears the same
 * whether or not there is an account with that address already.
 */
import type { Locale } from '#lib/domain/labels.ts';
import type { AccountRole } from '#lib/domain/people.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { act, refusedAct, type Acted, type ActorId } from './acting.ts';
import { recordAudit } from './audit.ts';
import { takeTurn } from './throttles.ts';
import type { MailedLink, UserActs } from './user-acts.ts';

/** Decided ones are forgotten after so long: they hold names and addresses of people who may never have come. */
const KEPT_MS = 180 * 86_400_000;
/** More than an admin will ever read at once; then nobody is added until some are decided. */
const MOST_PENDING = 500;

export interface RequestedAccount {
	name: string;
	structure: string;
	/** In lower case. */
	email: string;
	message: string;
	locale: Locale;
}

export interface AccountRequest extends RequestedAccount {
	id: string;
	createdAt: string;
	state: 'pending' | 'approved' | 'refused';
	decidedAt: string | null;
	/** Of a refusal. */
	reason: string | null;
}

const SELECT = `SELECT id, name, structure, email, message, locale, created_at AS createdAt, state, decided_at AS decidedAt, reason FROM account_request`;

export class AccountRequests {
	constructor(
		readonly store: Store,
		readonly secret: string,
		readonly clock: () => Date,
		readonly users: UserActs
	) {}

	/** @param seconds how long one address and one e-mail wait between two. @returns seconds to wait; 0: taken */
	submit(asked: RequestedAccount, address: string, seconds: number): Promise<number> {
		const now = this.clock();
		const keys = [`account-request:address:${address}`, `account-request:email:${asked.email}`];
		return this.store.write((db) => {
			const wait = takeTurn(db, { keys, secret: this.secret, seconds, now });
			if (wait > 0) return wait;
			sql(db, `DELETE FROM account_request WHERE state <> 'pending' AND decided_at < ?`).run(
				new Date(now.getTime() - KEPT_MS).toISOString()
			);
			const { name, structure, email, message, locale } = asked;
			// The same person again: what they say now counts. Neither is told.
			const { changes } = sql(
				db,
				`UPDATE account_request SET name = ?, structure = ?, message = ?, locale = ? WHERE email = ? AND state = 'pending'`
			).run(name, structure, message, locale, email);
			const pending =
				sql<{ n: number }>(db, `SELECT count(*) AS n FROM account_request WHERE state = 'pending'`).get()?.n ?? 0;
			if (changes === 0 && pending < MOST_PENDING)
				sql(
					db,
					`INSERT INTO account_request (id, name, structure, email, message, locale, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
				).run(newUuid(now.getTime()), name, structure, email, message, locale, now.toISOString());
			return 0;
		});
	}

	/** Pending ones, the oldest first, or the last decided ones; with the login of an account that has the address already. */
	list(state: 'pending' | 'decided'): (AccountRequest & { takenBy: string | null })[] {
		return this.store.read((db) =>
			sql<AccountRequest & { takenBy: string | null }>(
				db,
				`${SELECT.replace(' FROM', `, (SELECT login FROM account WHERE login = account_request.email OR lower(account.email) = account_request.email LIMIT 1) AS takenBy FROM`)}
				 WHERE ${state === 'pending' ? `state = 'pending' ORDER BY created_at, rowid` : `state <> 'pending' ORDER BY decided_at DESC, rowid`} LIMIT ${MOST_PENDING}`
			).all()
		);
	}

	countPending(): number {
		return this.store.read(
			(db) => sql<{ n: number }>(db, `SELECT count(*) AS n FROM account_request WHERE state = 'pending'`).get()?.n ?? 0
		);
	}

	find(id: string): AccountRequest | null {
		return this.store.read((db) => findIn(db, id));
	}

	/** Makes the account, under the address as login. @returns the invitation's token, to be shown once */
	approve(
		by: ActorId,
		id: string,
		role: AccountRole,
		mailed?: MailedLink
	): Promise<Acted<{ personId: string; token: string }>> {
		return act(this, by, (db, at) => {
			const asked = findIn(db, id);
			if (asked === null) return refusedAct('unknown');
			if (asked.state !== 'pending') return refusedAct('already');
			const { name, structure, email, locale } = asked;
			const made = this.users.createIn(db, at, by, { login: email, name, structure, role, email, locale }, mailed);
			if (made.kind === 'ok') decide(db, at, by, id, { state: 'approved', reason: null, personId: made.personId });
			return made;
		});
	}

	refuse(by: ActorId, id: string, reason: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const asked = findIn(db, id);
			if (asked === null) return refusedAct('unknown');
			if (asked.state !== 'pending') return refusedAct('already');
			decide(db, at, by, id, { state: 'refused', reason, personId: null });
			return { kind: 'ok' };
		});
	}
}

const findIn = (db: Database, id: string): AccountRequest | null =>
	sql<AccountRequest>(db, `${SELECT} WHERE id = ?`).get(id) ?? null;

function decide(
	db: Database,
	at: string,
	by: ActorId,
	id: string,
	{ state, reason, personId }: { state: 'approved' | 'refused'; reason: string | null; personId: string | null }
): void {
	sql(
		db,
		`UPDATE account_request SET state = ?, decided_at = ?, decided_by = ?, reason = ?, person_id = ? WHERE id = ?`
	).run(state, at, by, reason, personId, id);
	const act = state === 'approved' ? 'account_request.approve' : 'account_request.refuse';
	recordAudit(db, { at, actorId: by, act, subjectKind: 'account_request', subjectId: id, detail: { personId } });
}
