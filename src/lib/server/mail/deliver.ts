/**
 * [operations, Mail] Takes what is due from the queue and hands it over, first come, first served.
 *
 *   pending ──claim──▶ processing ──taken over──▶ processed
 *      ▲                   │ │
 *      └──── due later ────┘ └──the last attempt failed──▶ failed
 *
 * Each message is claimed in a transaction of its own just before it is sent, so that two runners never send the same one at
 * the same time, and nothing is sent inside a transaction. Who dies between sending and recording leaves it `processing`; it
 * is taken back when that is too old, and sent again under the same Message-ID: delivered at least once.
 */
import { createHash } from 'node:crypto';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { isLinkLive, mailedToken, TOKEN_PLACE } from './mailed-link.ts';
import { isNoticeKind } from './mail-queue.ts';
import type { MailSettings } from './mail-settings.ts';
import { unsubscribeLink } from './addresses.ts';
import { DeliveryFailed, reasonOf, type Outgoing, type Transport } from './transport.ts';

/** Messages on their way at once: a server that is slow to answer holds up no more than its share. */
const LANES = 4;

export interface ProcessOptions {
	/** Messages that are tried; what is not due uses none of it up. */
	limit: number;
	/** What failed for good starts over first, with all its attempts. */
	includeFailed: boolean;
	/** Count, and change nothing. */
	dryRun: boolean;
	/** Aborts: the message that is on its way is finished, no other is begun. */
	signal?: AbortSignal;
}

export interface ProcessCounts {
	/** Due, and tried within the limit. */
	selected: number;
	/** Handed over. */
	processed: number;
	/** Not handed over; due again later. */
	retried: number;
	/** Not handed over for the last time. */
	failed: number;
	/** Not sent because nothing may go there any more: a used link, an address that ended its notices. */
	discarded: number;
	/** Pending, and not due yet. */
	deferred: number;
	/** Left by a process that died, and taken back. */
	reclaimed: number;
	/** Failed before and started over. */
	replayed: number;
}

type Place = Pick<ServerWorld, 'settings' | 'store' | 'log' | 'clock'>;

/** A message as it stands in the queue. */
interface Claimed {
	id: string;
	messageId: string;
	key: string;
	kind: string;
	to: string;
	subject: string;
	text: string;
	html: string;
	attempts: number;
	claimedAt: string;
}

/** [operations, Mail] min(max, base · 2^(n−1)) after the n-th failure, in milliseconds. */
export const retryDelayMs = (failures: number, { retryBaseSeconds, retryMaxSeconds }: MailSettings): number =>
	Math.min(retryMaxSeconds, retryBaseSeconds * 2 ** (failures - 1)) * 1000;

export async function processQueue(
	place: Place,
	transport: Transport,
	options: ProcessOptions
): Promise<ProcessCounts> {
	const { store, clock } = place;
	const { mail } = place.settings;
	if (options.dryRun) return store.read((db) => countOnly(db, mail, options, clock()));
	const counts = await store.write((db) => prepare(db, mail, options, clock()));
	let begun = 0;
	const lane = async () => {
		while (begun < options.limit && options.signal?.aborted !== true) {
			begun++;
			const claimed = await store.write((db) => claimNext(db, mail, clock()));
			if (claimed === null) return;
			counts.selected++;
			counts[await sendOne(place, transport, claimed)]++;
		}
	};
	// Whoever calls may close the database afterwards: one that breaks off waits for the others.
	const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
	for (const one of ended) if (one.status === 'rejected') throw one.reason;
	return counts;
}

const none = (): ProcessCounts => ({
	...{ selected: 0, processed: 0, retried: 0, failed: 0, discarded: 0, deferred: 0, reclaimed: 0, replayed: 0 }
});

/**
 * What is due: its time has come, or lies further ahead than any retry does (the clock was wrong when it was set). Takes the
 * moment and the furthest retry, both ISO.
 */
const DUE = `state = 'pending' AND (due_at <= ? OR due_at > ?)`;
const dueAt = (mail: MailSettings, now: Date): [string, string] => [
	now.toISOString(),
	new Date(now.getTime() + mail.retryMaxSeconds * 1000).toISOString()
];

/** Left behind: claimed too long ago, or at a time that has not come yet. */
const STALE = `state = 'processing' AND (claimed_at IS NULL OR claimed_at <= ? OR claimed_at > ?)`;
const staleAt = (mail: MailSettings, now: Date): [string, string] => [
	new Date(now.getTime() - mail.processingTimeoutSeconds * 1000).toISOString(),
	now.toISOString()
];

const count = (db: Database, where: string, ...values: string[]): number =>
	sql<{ n: number }>(db, `SELECT count(*) AS n FROM mail_message WHERE ${where}`).get(...values)!.n;

function countOnly(
	db: Database,
	mail: MailSettings,
	{ limit, includeFailed }: ProcessOptions,
	now: Date
): ProcessCounts {
	const reclaimed = count(db, STALE, ...staleAt(mail, now));
	const replayed = includeFailed ? count(db, `state = 'failed'`) : 0;
	const due = count(db, DUE, ...dueAt(mail, now));
	const deferred = count(db, `state = 'pending'`) - due;
	return { ...none(), selected: Math.min(limit, due + reclaimed + replayed), deferred, reclaimed, replayed };
}

/** What was left behind is pending again, without counting an attempt; what failed too, where that is wished. */
function prepare(db: Database, mail: MailSettings, { includeFailed }: ProcessOptions, now: Date): ProcessCounts {
	const reclaimed = sql(db, `UPDATE mail_message SET state = 'pending', claimed_at = NULL WHERE ${STALE}`).run(
		...staleAt(mail, now)
	).changes;
	const replayed = includeFailed ? retryFailed(db, now.toISOString()) : 0;
	const deferred = count(db, `state = 'pending'`) - count(db, DUE, ...dueAt(mail, now));
	return { ...none(), deferred, reclaimed, replayed };
}

/** Inside a write transaction: failed messages start over at once, with all their attempts. @param id null: all */
export const retryFailed = (db: Database, at: string, id: string | null = null): number =>
	sql(
		db,
		`UPDATE mail_message SET state = 'pending', attempts = 0, due_at = ?, ended_at = NULL
		 WHERE state = 'failed' AND id = coalesce(?, id)`
	).run(at, id).changes;

function claimNext(db: Database, mail: MailSettings, now: Date): Claimed | null {
	const at = now.toISOString();
	// In the order in which they were put in: ids of the same millisecond stand in any order.
	const next = sql<{ id: string }>(
		db,
		`SELECT id FROM mail_message WHERE rowid = (SELECT min(rowid) FROM mail_message WHERE ${DUE})`
	).get(...dueAt(mail, now));
	if (next === undefined) return null;
	return sql<Claimed>(
		db,
		`UPDATE mail_message SET state = 'processing', claimed_at = ? WHERE id = ?
		 RETURNING id, message_id AS messageId, notice_key AS key, kind, to_address AS "to", subject, text, html, attempts,
			claimed_at AS claimedAt`
	).get(at, next.id)!;
}

type Ending = 'processed' | 'retried' | 'failed' | 'discarded';

async function sendOne(place: Place, transport: Transport, claimed: Claimed): Promise<Ending> {
	const { store, settings, clock, log } = place;
	const written = store.read((db) => write(db, place, claimed));
	if ('not' in written) {
		await store.write((db) => end(db, claimed, 'discarded', clock(), written.not));
		return 'discarded';
	}
	try {
		requireCleanHeaders(written);
		await transport.deliver(written);
	} catch (error) {
		if (!(error instanceof DeliveryFailed)) log.error({ event: 'mail_fault', mail: claimed.id, err: error });
		const failure = error instanceof DeliveryFailed ? error : new DeliveryFailed('fault', 'See the log.');
		const attempts = claimed.attempts + 1;
		const isLast = attempts >= settings.mail.maxAttempts;
		log.warn({ event: 'mail_failed', mail: claimed.id, attempt: attempts, code: failure.code, last: isLast });
		const reason = reasonOf(failure, claimed.to);
		await store.write((db) =>
			isLast
				? end(db, { ...claimed, attempts }, 'failed', clock(), reason)
				: defer(db, { ...claimed, attempts }, settings.mail, clock(), reason)
		);
		return isLast ? 'failed' : 'retried';
	}
	await store.write((db) => end(db, claimed, 'processed', clock(), null));
	log.debug({ event: 'mail_sent', mail: claimed.id, by: transport.kind });
	return 'processed';
}

/** As it goes out; or why nothing goes out. */
function write(
	db: Database,
	{ settings, clock }: Place,
	{ id, messageId, key, kind, to, subject, attempts, ...bodies }: Claimed
): Outgoing | { not: string } {
	const now = clock();
	const link = isNoticeKind(kind) ? unsubscribeLink(db, to, settings) : null;
	if (isNoticeKind(kind) && link === null) return { not: 'The address is not confirmed, or ended its notices.' };
	const isLinked = !isNoticeKind(kind) && bodies.text.includes(TOKEN_PLACE);
	if (isLinked && !isLinkLive(db, key, settings.sessionSecret, now)) return { not: 'Its link was used or is void.' };
	const filled = (body: string) =>
		isLinked ? body.replaceAll(TOKEN_PLACE, mailedToken(key, settings.sessionSecret)) : body;
	return {
		...{ id, messageId, to, subject, text: filled(bodies.text), html: filled(bodies.html) },
		tryId: tryId(id, attempts),
		from: settings.mail.delivery.from,
		date: now,
		headers: {
			'Auto-Submitted': 'auto-generated',
			'X-Auto-Response-Suppress': 'All',
			...(link === null
				? {}
				: { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })
		}
	};
}

/** Of the same shape as a random UUID. */
function tryId(id: string, attempts: number): string {
	const hex = createHash('sha256').update(`${id}:${attempts}`).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Whatever came into the queue, nobody writes a header by it. @throws DeliveryFailed */
function requireCleanHeaders({ to, subject, messageId, headers }: Outgoing): void {
	const isClean = [to, subject, messageId, ...Object.values(headers)].every(
		(text) => !/[\p{Cc}\u2028\u2029]/u.test(text)
	);
	if (!isClean || !/^[^\s<>,;:@"]+@[^\s<>,;:@"]+$/.test(to))
		throw new DeliveryFailed('malformed', 'The address is not one address, or a header holds a line break.');
}

/** Nothing where somebody else has claimed it meanwhile. */
function end(
	db: Database,
	{ id, attempts, claimedAt }: Claimed,
	state: Ending,
	now: Date,
	reason: string | null
): void {
	sql(
		db,
		`UPDATE mail_message SET state = ?, attempts = ?, ended_at = ?, claimed_at = NULL, last_error = coalesce(?, last_error)
		 WHERE id = ? AND state = 'processing' AND claimed_at = ?`
	).run(state, attempts, now.toISOString(), reason, id, claimedAt);
}

function defer(
	db: Database,
	{ id, attempts, claimedAt }: Claimed,
	mail: MailSettings,
	now: Date,
	reason: string
): void {
	sql(
		db,
		`UPDATE mail_message SET state = 'pending', attempts = ?, due_at = ?, claimed_at = NULL, last_error = ?
		 WHERE id = ? AND state = 'processing' AND claimed_at = ?`
	).run(attempts, new Date(now.getTime() + retryDelayMs(attempts, mail)).toISOString(), reason, id, claimedAt);
}
