/**
 * Secrets that a browser shows to be recognised: 256 random bits, of which the server keeps a keyed hash, so that neither a
 * stolen database nor a guess opens a session.
 */
import { createHmac, randomBytes } from 'node:crypto';

/** 43 characters that nobody can guess. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. */
export const tokenHash = (token: string, secret: string): string =>
	createHmac('sha256', secret).update(token).digest('base64url');
