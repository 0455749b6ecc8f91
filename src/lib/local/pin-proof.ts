/**
 * How a phone recognises a PIN without network and without keeping it: many rounds of PBKDF2 with a salt of its own, then an
 * HMAC under a key that this browser holds and gives to nobody, so that a copy of the storage cannot be searched elsewhere.
 */

/** What OWASP recommends for PBKDF2-HMAC-SHA-256. */
export const ITERATIONS = 600_000;

type Bytes = Uint8Array<ArrayBuffer>;

export interface PinProof {
	salt: Bytes;
	iterations: number;
	proof: Bytes;
}

/** A page that is not on HTTPS has no such cryptography: nobody is recognised there without network. */
export const canProve = (): boolean => globalThis.crypto?.subtle !== undefined;

export const newDeviceKey = (): Promise<CryptoKey> =>
	crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

export async function provePin(pin: string, key: CryptoKey, iterations = ITERATIONS): Promise<PinProof> {
	const salt = crypto.getRandomValues(new Uint8Array(16));
	const proof = await crypto.subtle.sign('HMAC', key, await stretch(pin, salt, iterations));
	return { salt, iterations, proof: new Uint8Array(proof) };
}

/** Compares in the same time, wherever they differ. */
export const isProven = async (pin: string, key: CryptoKey, { salt, iterations, proof }: PinProof): Promise<boolean> =>
	crypto.subtle.verify('HMAC', key, proof, await stretch(pin, salt, iterations));

async function stretch(pin: string, salt: Bytes, iterations: number): Promise<ArrayBuffer> {
	const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
	return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, 256);
}
