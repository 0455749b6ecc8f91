/**
 * [operations, Mail] The queue: `pending → processing → processed | failed`, and `held → pending | discarded` for what a
 * restore brought back. Here messages are put in, each once, with a Message-ID that never changes; `deliver.ts` takes them
 * first come, first served. Bodies and addresses are in the table and nowhere else: nothing of them is logged.
 */
import { createHash } from 'node:crypto';
import type { Locale } from '#lib/domain/labels.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

export const MAIL_STATES = ['pending', 'processing', 'processed', 'failed', 'held', 'discarded'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** What people ask for, or are told because they work here. Goes to confirmed addresses only, and can be ended by its link. */
export const NOTICE_KINDS = ['status', 'late', 'daily', 'custom', 'maintenance'] as const;
/** Answers what its reader or an admin just did; the address need not be confirmed. `confirm` asks just that. */
export const PERSONAL_KINDS = ['invitation', 'password', 'account_request', 'confirm'] as const;
export const MAIL_KINDS = [...NOTICE_KINDS, ...PERSONAL_KINDS] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export const isNoticeKind = (kind: string): boolean => (NOTICE_KINDS as readonly string[]).includes(kind);

/** A message as it would be queued. */
export interface Mail {
	/** What makes it the same message to the same address: never queued twice. */
	key: string;
	kind: MailKind;
	/** One bare address, no name. */
	to: string;
	locale: Locale;
	subject: string;
	/** Of `PERSONAL_KINDS` it may hold `TOKEN_PLACE`, where the token of a one-time link goes when it is sent. */
	text: string;
	html: string;
	/** What caused it. */
	mutationUid: string | null;
	shipmentId: string | null;
	personId: string | null;
}

/** The queue's own part of the settings. */
export interface QueueSettings {
	/** `https://escale.example.org`, without a slash at its end. */
	origin: string;
}

/** Inside the transaction of what caused them. @returns how many were not queued before */
export function queueMails(db: Database, mails: readonly Mail[], { origin }: QueueSettings, at: string): number {
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
