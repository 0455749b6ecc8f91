/**
 * What makes a delivery believable: a secret of each webhook, and the signature of the Standard Webhooks specification. The
 * secret must be known to sign with it, so it is stored sealed with a key made of SESSION_SECRET: the database alone is not enough.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** 256 bits, as receivers' libraries want them. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

export class WebhookSeal {
	readonly #key: Buffer;

	constructor(sessionSecret: string) {
		this.#key = Buffer.from(hkdfSync('sha256', sessionSecret, '', 'escale webhook secrets', 32));
	}

	seal(secret: string): string {
		const iv = randomBytes(IV_BYTES);
		const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
		const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
		return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
	}

	/** Null when it was sealed under another SESSION_SECRET. */
	open(sealed: string): string | null {
		const bytes = Buffer.from(sealed, 'base64');
		if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
		const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
			authTagLength: TAG_BYTES
		});
		decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
		try {
			return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
		} catch {
			return null;
		}
	}
}

/** The three headers of one attempt. `at`: the attempt's time, by which a receiver refuses what is played again later. */
export function signatureHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
	const seconds = Math.floor(at.getTime() / 1000);
	const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
	const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
	return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
