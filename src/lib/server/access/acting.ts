/**
 * How an admin's act is done: in one transaction that asks again who acts, does it, and records it. Pages and commands come
 * through here alike; the command line acts as nobody in particular, since who reaches it could open the database itself.
 */
import type { AccountFacts, PeopleRefusal } from '#lib/domain/people.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';

/** An admin's person id; null: the command line. */
export type ActorId = string | null;

export type Acted<T = object> = ({ kind: 'ok' } & T) | { kind: 'refused'; why: PeopleRefusal };

export const refusedAct = (why: PeopleRefusal): { kind: 'refused'; why: PeopleRefusal } => ({ kind: 'refused', why });

/** [I9] Runs an act in one transaction, if who acts is an active admin at that moment. */
export function act<T>(
	{ store, clock }: { store: Pick<Store, 'write'>; clock: () => Date },
	by: ActorId,
	work: (db: Database, at: string) => Acted<T>
): Promise<Acted<T>> {
	return store.write((db) => {
		const isAllowed = by === null || (accountOf(db, by)?.role === 'admin' && accountOf(db, by)?.active === true);
		return isAllowed ? work(db, clock().toISOString()) : refusedAct('forbidden');
	});
}

/** Null: no such account. */
export function accountOf(db: Database, personId: string): (AccountFacts & { login: string }) | null {
	const found = sql<Omit<AccountFacts, 'active'> & { active: 0 | 1; login: string }>(
		db,
		`SELECT role, login, account.active AND person.active AS active FROM account JOIN person ON person.id = account.person_id WHERE person_id = ?`
	).get(personId);
	return found ? { ...found, active: found.active === 1 } : null;
}

export const countActiveAdmins = (db: Database): number =>
	sql<{ n: number }>(
		db,
		`SELECT count(*) AS n FROM account JOIN person ON person.id = account.person_id WHERE role = 'admin' AND account.active AND person.active`
	).get()?.n ?? 0;
