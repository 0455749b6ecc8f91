/**
 * Where notices may go. An address that somebody gives is asked by one message with a link; until its owner says yes there,
 * nothing else is sent to it. Every notice has a link that ends them all for its address.
 */
import { newToken, tokenHash } from '#lib/server/access/tokens.ts';
import type { Locale } from '#lib/domain/labels.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { confirmLetter } from './mail-letters.ts';
import { mailedToken } from './mailed-link.ts';
import { queueMails } from './mail-queue.ts';

const HOUR_MS = 3_600_000;
/** How long the link of a question opens. */
const CONFIRM_HOURS = 7 * 24;
/** An address is not asked again sooner. */
const ASK_AGAIN_MS = 10 * 60_000;
/** Addresses that one person may have asked in a day: nobody makes the server write to a list of strangers. */
const MOST_ASKED_A_DAY = 20;

export interface AddressSettings {
	origin: string;
	sessionSecret: string;
}

/** `asked`: a question was queued; `asked_before`: one is on its way; `too_many`: this person had too many asked today. */
export type Confirmation = 'confirmed' | 'asked' | 'asked_before' | 'too_many';

/** Inside a write transaction. @param by the person who gave the address */
export function askToConfirm(
	db: Database,
	{ address, locale, by }: { address: string; locale: Locale; by: string },
	settings: AddressSettings,
	now: Date
): Confirmation {
	const at = now.toISOString();
	const known = address.toLowerCase();
	sql(
		db,
		`INSERT INTO mail_address (address, unsubscribe_token, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	).run(known, newToken(), at);
	const { confirmedAt, confirmUntil } = sql<{ confirmedAt: string | null; confirmUntil: string | null }>(
		db,
		`SELECT confirmed_at AS confirmedAt, confirm_until AS confirmUntil FROM mail_address WHERE address = ?`
	).get(known)!;
	if (confirmedAt !== null) return 'confirmed';
	const askedAt = confirmUntil === null ? 0 : Date.parse(confirmUntil) - CONFIRM_HOURS * HOUR_MS;
	if (askedAt + ASK_AGAIN_MS > now.getTime()) return 'asked_before';
	const { count } = sql<{ count: number }>(
		db,
		`SELECT count(*) AS count FROM mail_message WHERE kind = 'confirm' AND person_id = ? AND created_at > ?`
	).get(by, new Date(now.getTime() - 24 * HOUR_MS).toISOString())!;
	if (count >= MOST_ASKED_A_DAY) return 'too_many';
	const key = `confirm:${newUuid()}`;
	sql(db, `UPDATE mail_address SET confirm_hash = ?, confirm_until = ? WHERE address = ?`).run(
		tokenHash(mailedToken(key, settings.sessionSecret), settings.sessionSecret),
		new Date(now.getTime() + CONFIRM_HOURS * HOUR_MS).toISOString(),
		known
	);
	const letter = confirmLetter(locale, settings.origin);
	const cause = { mutationUid: null, shipmentId: null, personId: by };
	queueMails(db, [{ key, kind: 'confirm', to: address, locale, ...letter, ...cause }], settings, at);
	return 'asked';
}

/**
 * Inside a write transaction: the owner of an address has shown that they read it, by a link that was mailed there alone.
 */
export function confirmAddress(db: Database, address: string, at: string): void {
	sql(
		db,
		`INSERT INTO mail_address (address, unsubscribe_token, confirmed_at, created_at) VALUES (?, ?, ?, ?)
		 ON CONFLICT (address) DO UPDATE SET confirmed_at = excluded.confirmed_at, confirm_hash = NULL, confirm_until = NULL`
	).run(address.toLowerCase(), newToken(), at, at);
}

/**
 * Inside a write transaction: somebody used a link that was mailed to this address and shown to nobody else. Not for an
 * address whose owner ended its notices: they did not ask for them again.
 */
export function confirmByUse(db: Database, address: string, at: string): void {
	const isEnded =
		sql(db, `SELECT 1 FROM mail_address WHERE address = ? AND confirmed_at IS NULL AND confirm_hash IS NULL`).get(
			address.toLowerCase()
		) !== undefined;
	if (!isEnded) confirmAddress(db, address, at);
}

/** The address that a question's link is about; null for a link that was used, is too old, or never was. */
export function addressToConfirm(
	db: Database,
	token: string,
	{ sessionSecret }: AddressSettings,
	now: Date
): string | null {
	const found = sql<{ address: string }>(
		db,
		`SELECT address FROM mail_address WHERE confirm_hash = ? AND confirm_until >= ?`
	).get(tokenHash(token, sessionSecret), now.toISOString());
	return found?.address ?? null;
}

/** The address whose notices the link ends; null for a link that never was. It works for ever. */
export const addressToEnd = (db: Database, token: string): string | null =>
	sql<{ address: string }>(db, `SELECT address FROM mail_address WHERE unsubscribe_token = ?`).get(token)?.address ??
	null;

/**
 * Inside a write transaction: no notice goes to this address any more, whoever asked for it, until its owner confirms it again.
 * Doing it twice is doing it once. @returns false for a link that never was
 */
export function endNotices(db: Database, token: string): boolean {
	const address = addressToEnd(db, token);
	if (address === null) return false;
	sql(
		db,
		`DELETE FROM notice_subscription WHERE subscriber = ?
		 OR person_id IN (SELECT person_id FROM account WHERE lower(email) = ?)`
	).run(`address:${address}`, address);
	sql(
		db,
		`UPDATE mail_address SET confirmed_at = NULL, confirm_hash = NULL, confirm_until = NULL WHERE address = ?`
	).run(address);
	return true;
}

/** As a page may show it to whoever holds a link: `a…@example.org`. */
export const masked = (address: string): string => `${[...address][0]}…${address.slice(address.lastIndexOf('@'))}`;

/** The headers by which mail programs offer to end notices (RFC 2369, RFC 8058); null where the address is not known. */
export function unsubscribeLink(db: Database, address: string, { origin }: { origin: string }): string | null {
	const found = sql<{ token: string }>(
		db,
		`SELECT unsubscribe_token AS token FROM mail_address WHERE address = ? AND confirmed_at IS NOT NULL`
	).get(address.toLowerCase());
	return found === undefined ? null : `${origin}/unsubscribe/${found.token}`;
}
