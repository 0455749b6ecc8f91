/**
 * The local authority that phones are told to trust, and the server's certificate that it signs. The authority is bound by
 * name constraints: whoever stole its key could stand in for nobody on the Internet. Keys are ECDSA P-256 as PEM (PKCS #8).
 */
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	cryptoProvider,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	Extension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509Certificate as Certificate,
	X509CertificateGenerator
} from '@peculiar/x509';
import { isOfLan, LAN_NETWORKS, LAN_SUFFIXES, withoutBrackets } from './local-network.ts';

cryptoProvider.set(webcrypto as Crypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3652;
/** What Apple and browsers accept of a server's certificate. */
const MOST_DAYS = 397;
/** A phone whose clock is a little behind does not refuse what was made a moment ago. */
const BEFORE_DAYS = 1;
/** With less than this left, a certificate is replaced. */
const RENEW_DAYS = 30;
const NAME_CONSTRAINTS = '2.5.29.30';

export interface KeyPair {
	/** The certificate, PEM. */
	certificate: string;
	/** Its private key, PEM. */
	key: string;
}

/** @param name who made it, as phones list it: the machine's name */
export async function makeAuthority(name: string, now: Date): Promise<KeyPair> {
	const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		serialNumber: newSerial(),
		name: [{ O: ['Escale'] }, { CN: [`Escale ${name} ${now.toISOString().slice(0, 10)}`] }],
		...lasting(now, AUTHORITY_DAYS),
		keys,
		signingAlgorithm: ALGORITHM,
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
			new Extension(NAME_CONSTRAINTS, true, new Uint8Array(nameConstraints()))
		]
	});
	return { certificate: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
}

/** @param hosts names and addresses, each one of a local network: others the authority may not vouch for */
export async function makeCertificate(authority: KeyPair, hosts: readonly string[], now: Date): Promise<KeyPair> {
	const issuer = new Certificate(authority.certificate);
	const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const bare = hosts.map(withoutBrackets).filter(isOfLan);
	const certificate = await X509CertificateGenerator.create({
		serialNumber: newSerial(),
		subject: [{ O: ['Escale'] }, { CN: [bare[0] ?? 'Escale'] }],
		issuer: issuer.subject,
		...lasting(now, MOST_DAYS - BEFORE_DAYS),
		publicKey: keys.publicKey,
		signingKey: await signingKey(authority.key),
		signingAlgorithm: ALGORITHM,
		extensions: [
			new BasicConstraintsExtension(false, undefined, true),
			new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
			new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
			new SubjectAlternativeNameExtension(
				bare.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }))
			),
			await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
			await SubjectKeyIdentifierExtension.create(keys.publicKey)
		]
	});
	return { certificate: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
}

/** Why this certificate must be replaced by one for `hosts`; null: it is still good. */
export function whyRenew(
	{ certificate, key }: KeyPair,
	authority: KeyPair,
	hosts: readonly string[],
	now: Date
): string | null {
	try {
		const own = new X509Certificate(certificate);
		if (!own.checkIssued(new X509Certificate(authority.certificate))) return 'it is from another authority';
		if (!own.checkPrivateKey(createPrivateKey(key))) return 'its key is not its own';
		if (daysLeft(certificate, now) < RENEW_DAYS) return `it ends in less than ${RENEW_DAYS} days`;
		if (new Date(own.validFrom) > now) return 'it begins later than now';
		const missing = hosts.filter((host) => !covers(certificate, host));
		return missing.length === 0 ? null : `it does not name ${missing.join(', ')}`;
	} catch {
		return 'it cannot be read';
	}
}

/** Is this private key the one of this certificate? False also for what is neither. */
export function belongTogether({ certificate, key }: KeyPair): boolean {
	try {
		return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
	} catch {
		return false;
	}
}

export function covers(certificate: string, host: string): boolean {
	const own = new X509Certificate(certificate);
	const bare = withoutBrackets(host);
	return (isIP(bare) === 0 ? own.checkHost(bare) : own.checkIP(bare)) !== undefined;
}

/** Negative once it is over. */
export const daysLeft = (certificate: string, now: Date): number =>
	(Date.parse(new X509Certificate(certificate).validTo) - now.getTime()) / DAY_MS;

/** SHA-256 over the whole certificate, in the pairs with colons that phones show. */
export const fingerprintOf = (certificate: string): string => new X509Certificate(certificate).fingerprint256;

/** The certificate without its PEM clothes: what phones open. */
export const derOf = (certificate: string): Buffer => new X509Certificate(certificate).raw;

const lasting = (now: Date, days: number): { notBefore: Date; notAfter: Date } => ({
	notBefore: new Date(now.getTime() - BEFORE_DAYS * DAY_MS),
	notAfter: new Date(now.getTime() + days * DAY_MS)
});

/** A positive number of 127 bits: its first bit is a sign. */
function newSerial(): string {
	const bytes = randomBytes(16);
	bytes[0] = (bytes[0]! & 0x3f) | 0x40;
	return bytes.toString('hex');
}

const signingKey = (pem: string): Promise<webcrypto.CryptoKey> =>
	webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
	`${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;

/** `NameConstraints` of RFC 5280, 4.2.1.10: only these names and networks. The library has no class for it. */
function nameConstraints(): Buffer {
	const names = LAN_SUFFIXES.map((suffix) => der(0x30, der(0x82, Buffer.from(suffix, 'ascii'))));
	const networks = LAN_NETWORKS.map(({ network, prefix }) => der(0x30, der(0x87, subnet(network, prefix))));
	return der(0x30, der(0xa0, ...names, ...networks));
}

/** The address and its mask, one after the other. */
function subnet(network: string, prefix: number): Buffer {
	const size = isIP(network) === 6 ? 16 : 4;
	const address = Buffer.alloc(size);
	if (size === 4) network.split('.').forEach((part, i) => (address[i] = Number(part)));
	else if (network === '::1') address[15] = 1;
	else address.writeUInt16BE(parseInt(network, 16));
	const mask = Buffer.from(
		Array.from({ length: size }, (_, i) => (0xff00 >> Math.max(0, Math.min(8, prefix - 8 * i))) & 0xff)
	);
	return Buffer.concat([address, mask]);
}

/** Tag, length, content; all that is needed here is shorter than 64 kB. */
function der(tag: number, ...parts: Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	const size = content.length;
	const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
	return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
