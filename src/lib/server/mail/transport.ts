/** What takes a message away. It knows no queue and no database; each of its calls ends, one way or the other, within a minute. */
import type { Sender } from './mail-settings.ts';

export interface Outgoing {
	/** Of the queue: what a log may say. */
	id: string;
	/** Without its brackets; the same at every try. */
	messageId: string;
	/** A UUID, the same for a try that is made again because nobody knows how it ended; another one after a failure. */
	tryId: string;
	from: Sender;
	/** One bare address. */
	to: string;
	subject: string;
	text: string;
	html: string;
	/** Besides the usual ones. */
	headers: Readonly<Record<string, string>>;
	date: Date;
}

export interface Transport {
	readonly kind: 'smtp' | 'brevo' | 'log';
	/** Resolves when somebody else has taken over. @throws DeliveryFailed */
	deliver(message: Outgoing): Promise<void>;
}

/** It was not taken over, or nobody knows: a time-out, a refusal, an answer that never came. */
export class DeliveryFailed extends Error {
	override readonly name = 'DeliveryFailed';
	constructor(
		/** `550`, `ETIMEDOUT`, `http_401`: what a log may say. */
		readonly code: string,
		/** What the other side said, for an admin: it may hold the address. */
		message: string
	) {
		super(message);
	}
}

/** A reason as it is kept and shown: one line, not long, without the address that it is about. */
export const reasonOf = ({ code, message }: DeliveryFailed, to: string): string =>
	`${code}: ${message}`
		.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
		.split(to)
		.join('…')
		.slice(0, 300);
