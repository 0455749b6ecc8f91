/** The settings of mail: their checks, and which of them go together. `config.ts` reads them with all others. */
import { resolve } from 'node:path';
import { z } from 'zod';

/** A name for people and a bare address. */
export interface Sender {
	name: string;
	address: string;
}

export type Delivery =
	/** `smtp:` or `smtps:`, with account and password if the server wants them. */
	| { kind: 'smtp'; url: string; from: Sender }
	| { kind: 'brevo'; apiKey: string; endpoint: string; from: Sender }
	/** Nothing leaves the machine. `folder`: where messages are written for a developer to read; null: nowhere. */
	| { kind: 'log'; folder: string | null; from: Sender };

export interface MailSettings {
	delivery: Delivery;
	/** The message is `failed` when that many deliveries did not succeed. */
	maxAttempts: number;
	/** Delay after the n-th failure: min(most, base · 2^(n−1)). */
	retryBaseSeconds: number;
	retryMaxSeconds: number;
	/** One that is on its way for longer was left by a process that died. */
	processingTimeoutSeconds: number;
}

/** Names of this machine, as `URL` writes them. */
export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const ADDRESS = z.email().max(254);
const SENDER = /^(?:"?([^"<>\p{Cc}]{0,80}?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/u;

/** @returns null for what is no `Name <address>` and no bare address, or holds a line break */
export function readSender(text: string): Sender | null {
	const [, name = '', named, bare] = SENDER.exec(text.trim()) ?? [];
	const address = named ?? bare ?? '';
	return ADDRESS.safeParse(address).success ? { name: name.trim(), address } : null;
}

/** A password may stand in it, so no message repeats it. */
function isSmtpUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname, search, hash } = new URL(text);
	return /^smtps?:$/.test(protocol) && hostname !== '' && search === '' && hash === '';
}

function isEndpoint(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

const seconds = (fallback: string) => ({
	check: z.coerce.number().int().min(1).max(86_400),
	default: fallback,
	example: fallback
});

export const MAIL_VARIABLES = {
	DEFAULT_FROM_EMAIL: {
		check: z
			.string()
			.refine((text) => readSender(text) !== null, 'it is not one address, or a name with one in angle brackets.'),
		default: undefined,
		example: '"Escale <escale@example.org>"'
	},
	SMTP_URL: {
		check: z.string().refine(isSmtpUrl, 'it is not smtp:// or smtps:// with a host, and nothing after it.'),
		default: undefined,
		example: 'smtp://account:password@mail.example.org:587'
	},
	BREVO_API_KEY: {
		check: z.string().regex(/^[\x21-\x7e]{20,}$/, 'it needs 20 characters or more and no blanks.'),
		default: undefined,
		example: 'xkeysib-…'
	},
	BREVO_API_URL: {
		check: z.string().refine(isEndpoint, 'it is not an https:// address.'),
		default: 'https://api.brevo.com/v3/smtp/email',
		example: 'https://api.brevo.com/v3/smtp/email'
	},
	MAIL_TO_LOG: { check: z.enum(['on', 'off']), default: 'off', example: 'on' },
	MAIL_FOLDER: { check: z.string().min(1), default: undefined, example: './data/mail' },
	EMAIL_QUEUE_MAX_ATTEMPTS: { check: z.coerce.number().int().min(1).max(20), default: '5', example: '5' },
	EMAIL_QUEUE_RETRY_BASE_SECONDS: seconds('60'),
	EMAIL_QUEUE_RETRY_MAX_SECONDS: seconds('3600'),
	// Longer than any one delivery can take, or a message would be taken back while it is being sent.
	EMAIL_QUEUE_PROCESSING_TIMEOUT_SECONDS: {
		check: z.coerce.number().int().min(120).max(86_400),
		default: '900',
		example: '900'
	}
} as const;

/** What was read of each variable; null: not set. */
export interface ReadMail {
	from: string | null;
	smtpUrl: string | null;
	brevoKey: string | null;
	brevoUrl: string;
	toLog: boolean;
	folder: string | null;
	production: boolean;
	/** For a sender where none is needed. */
	hostname: string;
}

/** @param refuse throws: the variable, and the reason as a sentence */
export function deliveryOf(
	{ from, smtpUrl, brevoKey, brevoUrl, toLog, folder, production, hostname }: ReadMail,
	refuse: (variable: keyof typeof MAIL_VARIABLES, reason: string) => never
): Delivery {
	if (smtpUrl !== null && brevoKey !== null)
		refuse('SMTP_URL', 'BREVO_API_KEY is set too: mail goes one way. Leave one of them empty.');
	if (folder !== null && production)
		refuse('MAIL_FOLDER', 'messages in clear in a folder are for development only. Leave it empty.');
	if (folder !== null && !toLog && (smtpUrl !== null || brevoKey !== null))
		refuse('MAIL_FOLDER', 'SMTP_URL or BREVO_API_KEY is set too: say MAIL_TO_LOG=on, or leave one of them empty.');
	const sender = from === null ? null : readSender(from);
	if (sender === null && (smtpUrl !== null || brevoKey !== null))
		refuse('DEFAULT_FROM_EMAIL', 'mail that is sent needs a sender.');
	const known = sender ?? { name: 'Escale', address: `escale@${hostname}` };
	if (toLog) return { kind: 'log', folder: folder === null ? null : resolve(folder), from: known };
	if (smtpUrl !== null) return { kind: 'smtp', url: smtpUrl, from: known };
	if (brevoKey !== null) return { kind: 'brevo', apiKey: brevoKey, endpoint: brevoUrl, from: known };
	return { kind: 'log', folder: folder === null ? null : resolve(folder), from: known };
}
