/**
 * One-time links in messages. What waits in the queue, in a backup of it and on the page that shows it has a mark in the
 * place of the token; the token is worked out when the message is sent, from a key that is not in the database. It is the
 * same at every try, so that the same Message-ID is the same message.
 *
 * Who queues one: makes a key nobody has used (`invitation:<uuid>`), stores the token's hash as any other
 * (`tokenHash(mailedToken(key, secret), secret)`), and writes `TOKEN_PLACE` into the address of the letter's link.
 */
import { createHmac } from 'node:crypto';
import { tokenHash } from '#lib/server/access/tokens.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** Stands where the token goes; an address may hold it as it is. */
export const TOKEN_PLACE = '__ESCALE_ONE_TIME_TOKEN__';

/** 43 characters that nobody can guess. @param key the message's `Mail.key` @param secret `SESSION_SECRET` */
export const mailedToken = (key: string, secret: string): string =>
	createHmac('sha256', secret).update(`mailed-link:${key}`).digest('base64url');

/** The kinds of message by which a link to choose a password goes out (link-letters.ts). */
const LINK_KINDS = `'invitation', 'account_request', 'password'`;

/** The address that a link to choose a password was mailed to; null: it was shown to an admin instead. @param token the link's */
export function mailedTo(db: Database, token: string, secret: string, since: string): string | null {
	const sent = sql<{ key: string; to: string }>(
		db,
		`SELECT notice_key AS key, to_address AS "to" FROM mail_message WHERE kind IN (${LINK_KINDS}) AND created_at >= ?`
	).all(since);
	return sent.find(({ key }) => mailedToken(key, secret) === token)?.to ?? null;
}

/** Whether the link of the message still opens: not used, not expired, not void. */
export function isLinkLive(db: Database, key: string, secret: string, now: Date): boolean {
	const hash = tokenHash(mailedToken(key, secret), secret);
	return (
		sql(
			db,
			`SELECT 1 FROM one_time_link WHERE id = ? AND expires_at >= ?
			 UNION ALL SELECT 1 FROM mail_address WHERE confirm_hash = ? AND confirm_until >= ?`
		).get(hash, now.toISOString(), hash, now.toISOString()) !== undefined
	);
}
