/** Passwords as Argon2id hashes, with the parameters that OWASP recommends (19 MiB, two passes, one lane). */
import { hash, verify } from '@node-rs/argon2';

const OWASP = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFC'), OWASP);

/** A well-formed hash of nothing that anybody knows: checking a login that does not exist takes as long as one that does. */
let nobody: Promise<string> | undefined;

/** @param stored null where there is no such account, or one without a password yet: always false, in the same time */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
	nobody ??= hashPassword(crypto.randomUUID());
	const matches = await verify(stored ?? (await nobody), password.normalize('NFC'));
	return matches && stored !== null;
}
