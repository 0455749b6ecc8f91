/**
 * [operations, Mail] The queue: `pending → processing → processed | failed`. Here messages are put in, each once, with a
 * Message-ID that never changes; whoever delivers them takes them first come, first served. Bodies and addresses are in the
 * table and nowhere else: nothing of them is logged.
 */
import { createHash } from 'node:crypto';
import type { Locale } from '#lib/domain/labels.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { writeNotice, type Notice, type NoticeSettings } from './notice-text.ts';
import type { Subscriber } from './subscribers.ts';

export const MAIL_STATES = ['pending', 'processing', 'processed', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];
export const MAIL_KINDS = ['status', 'late', 'daily', 'custom'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** A message as it would be queued. */
export interface Mail {
	/** What makes it the same notice to the same address: never queued twice. */
	key: string;
	kind: MailKind;
	to: string;
	locale: Locale;
	subject: string;
	text: string;
	html: string;
	/** What caused it. */
	mutationUid: string | null;
	shipmentId: string | null;
	personId: string | null;
}

/** `about`: what makes it the same notice, whoever gets it. */
export function mailTo(
	{ address, locale, personId }: Pick<Subscriber, 'address' | 'locale' | 'personId'>,
	about: string,
	notice: Notice,
	settings: NoticeSettings,
	cause: Partial<Pick<Mail, 'mutationUid' | 'shipmentId' | 'personId'>> = {}
): Mail {
	return {
		key: `${about}:${address.toLowerCase()}`,
		kind: notice.kind === 'status_now' ? 'status' : notice.kind,
		to: address,
		locale,
		...writeNotice(notice, { locale, isColleague: personId !== null }, settings),
		...{ mutationUid: null, shipmentId: null, personId: null, ...cause }
	};
}

/** Inside the transaction of what caused them. @returns how many were not queued before */
export function queueMails(db: Database, mails: readonly Mail[], { origin }: NoticeSettings, at: string): number {
	let queued = 0;
	for (const mail of mails) {
		const { changes } = sql(
			db,
			`INSERT INTO mail_message (id, message_id, notice_key, kind, to_address, locale, subject, text, html, due_at, created_at, mutation_uid, shipment_id, person_id)
			 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (notice_key) DO NOTHING`
		).run(
			newUuid(),
			messageId(mail.key, origin),
			mail.key,
			mail.kind,
			mail.to,
			mail.locale,
			mail.subject,
			mail.text,
			mail.html,
			at,
			at,
			mail.mutationUid,
			mail.shipmentId,
			mail.personId
		);
		queued += changes;
	}
	return queued;
}

/** The same for the same notice, so that a program that gets it twice shows it once; says nothing of whom it goes to. */
const messageId = (key: string, origin: string): string =>
	`${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${new URL(origin).hostname}`;
