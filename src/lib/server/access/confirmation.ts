/** A person proves with their password that it is they who change something of their own; guarded as the sign-in page is. */
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { passwordCounters, type LoginLimits } from './login-limits.ts';
import { isPassword } from './passwords.ts';

export interface Confirmation {
	personId: string;
	login: string;
	password: string;
	address: string;
}

export type NotConfirmed = { kind: 'wrong_password' } | { kind: 'wait'; seconds: number };

/** The password, within the limits of the sign-in page. Null: right. */
export async function confirmPassword(
	{ store, limits }: { store: Pick<Store, 'read'>; limits: LoginLimits },
	{ personId, login, password, address }: Confirmation
): Promise<NotConfirmed | null> {
	const counters = passwordCounters(login, address);
	const wait = await limits.begin(counters);
	if (wait > 0) return { kind: 'wait', seconds: wait };
	const account = store.read((db) =>
		sql<{ hash: string }>(db, `SELECT password_hash AS hash FROM account WHERE person_id = ?`).get(personId)
	);
	if (await isPassword(account?.hash || null, password)) {
		await limits.succeeded(counters);
		return null;
	}
	const seconds = limits.secondsToWait(counters);
	return seconds > 0 ? { kind: 'wait', seconds } : { kind: 'wrong_password' };
}
