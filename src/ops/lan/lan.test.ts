/** The local authority, its certificate and the page about them: made, kept, renewed, refused; seen by a real TLS client. */
import { webcrypto, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir, type NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import {
	PemConverter,
	SubjectAlternativeNameExtension,
	X509Certificate as Certificate,
	X509CertificateGenerator
} from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	covers,
	daysLeft,
	derOf,
	fingerprintOf,
	makeAuthority,
	makeCertificate,
	type KeyPair
} from './certificates.ts';
import { lanAddress, lanKeys } from './lan.ts';
import { lanFiles } from './lan-files.ts';
import { lanNames } from './local-network.ts';
import { readerOf, trustServer } from './trust-server.ts';

const NOW = new Date('2026-03-02T08:00:00.000Z');
const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);
const HOSTS = ['192.168.1.10', 'entrepot.local', 'localhost', '127.0.0.1'];

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'escale-lan-'));
	file = join(folder, 'escale.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Shakes hands as a browser does that trusts `ca`. @returns null, or why it would not */
async function whyDistrusted(pair: KeyPair, ca: string, host: string): Promise<string | null> {
	const server = createServer({ cert: pair.certificate, key: pair.key }, (socket) => socket.end());
	server.on('tlsClientError', () => undefined);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const socket = connect({ port, host: '127.0.0.1', ca, servername: /^[\d.]+$/.test(host) ? '' : host });
	try {
		await once(socket, 'secureConnect');
		return covers(pair.certificate, host) ? null : 'another host';
	} catch (error) {
		// OpenSSL's words where Node has no code for it.
		const { code, message } = error as NodeJS.ErrnoException;
		return code === undefined || code === 'UNSPECIFIED' ? message : code;
	} finally {
		socket.destroy();
		server.close();
	}
}

describe('the keys of the local network', () => {
	test('an authority of ten years that may vouch for local networks alone, and a certificate of at most 397 days', async () => {
		const authority = await makeAuthority('entrepot', NOW);
		const pair = await makeCertificate(authority, HOSTS, NOW);
		const [ca, own] = [new X509Certificate(authority.certificate), new X509Certificate(pair.certificate)];
		expect(ca).toMatchObject({ ca: true, subject: 'O=Escale\nCN=Escale entrepot 2026-03-02' });
		expect(ca.raw.includes(Buffer.from('551d1e', 'hex')), 'name constraints').toBe(true);
		expect(daysLeft(authority.certificate, NOW)).toBeGreaterThan(3650);
		expect(own.ca).toBe(false);
		expect(own.checkIssued(ca) && own.verify(ca.publicKey)).toBe(true);
		expect(own.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
		expect(own.subjectAltName).toBe('IP Address:192.168.1.10, DNS:entrepot.local, DNS:localhost, IP Address:127.0.0.1');
		expect((Date.parse(own.validTo) - Date.parse(own.validFrom)) / 86_400_000).toBeLessThanOrEqual(397);
		expect(new X509Certificate((await makeCertificate(authority, HOSTS, NOW)).certificate).serialNumber).not.toBe(
			own.serialNumber
		);
	});

	test('a client that trusts the authority shakes hands; one that does not refuses', async () => {
		const now = new Date();
		const [authority, foreign] = await Promise.all([makeAuthority('a', now), makeAuthority('b', now)]);
		const pair = await makeCertificate(authority, HOSTS, now);
		expect(await whyDistrusted(pair, authority.certificate, 'localhost')).toBeNull();
		expect(await whyDistrusted(pair, authority.certificate, '127.0.0.1')).toBeNull();
		expect(await whyDistrusted(pair, foreign.certificate, 'localhost')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
	});

	test('what is over is refused, and so is what the authority may not vouch for', async () => {
		const now = new Date();
		const authority = await makeAuthority('a', now);
		const over = await makeCertificate(authority, HOSTS, new Date(now.getTime() - 400 * 86_400_000));
		expect(await whyDistrusted(over, authority.certificate, 'localhost')).toBe('CERT_HAS_EXPIRED');
		// Not even asked for: names of the Internet are left out.
		const bank = await makeCertificate(authority, ['bank.example.org', '203.0.113.7', 'localhost'], now);
		expect(new X509Certificate(bank.certificate).subjectAltName).toBe('DNS:localhost');
	});

	test('a certificate for a name of the Internet, signed with the stolen key, is trusted by nobody', async () => {
		const authority = await makeAuthority('a', new Date());
		const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
		const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
		const stolen = PemConverter.decodeFirst(authority.key);
		const forged = await X509CertificateGenerator.create({
			subject: 'CN=bank.example.org',
			issuer: new Certificate(authority.certificate).subject,
			publicKey: keys.publicKey,
			signingKey: await webcrypto.subtle.importKey('pkcs8', stolen, algorithm, false, ['sign']),
			signingAlgorithm: algorithm,
			extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'bank.example.org' }])]
		});
		const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
		const pair = { certificate: forged.toString('pem'), key };
		expect(await whyDistrusted(pair, authority.certificate, 'bank.example.org')).toBe('permitted subtree violation');
	});

	test('are kept: the next start has the same authority and certificate', async () => {
		const first = await lanKeys(file, HOSTS, NOW);
		expect(first).toMatchObject({ isNew: true, renewed: 'there was none' });
		expect(await lanKeys(file, HOSTS, later(300))).toEqual({ ...first, isNew: false, renewed: null });
		const { authority, certificate } = lanFiles(file);
		for (const path of [authority, certificate]) expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(lanFiles(file).folder).mode & 0o777).toBe(0o700);
	});

	test.for([
		['another address', [...HOSTS, '192.168.1.11'], 1, 'it does not name 192.168.1.11'],
		['less than 30 days left', HOSTS, 367, 'it ends in less than 30 days'],
		['an end long past', HOSTS, 1000, 'it ends in less than 30 days'],
		['a clock that went back', HOSTS, -3, 'it begins later than now']
	] as const)(
		'%s: the certificate is made anew, under the authority that phones trust',
		async ([, hosts, days, why]) => {
			const first = await lanKeys(file, HOSTS, NOW);
			const next = await lanKeys(file, hosts, later(days));
			expect(next).toMatchObject({ isNew: false, renewed: why, authority: first.authority });
			expect(next.certificate).not.toBe(first.certificate);
			for (const host of hosts) expect(covers(next.certificate, host)).toBe(true);
		}
	);

	test('a torn certificate is made anew; a torn authority is refused, since phones would have to trust another', async () => {
		const first = await lanKeys(file, HOSTS, NOW);
		writeFileSync(lanFiles(file).certificate, 'torn');
		expect((await lanKeys(file, HOSTS, NOW)).renewed).toBe('it cannot be read');
		const whole = readFileSync(lanFiles(file).authority, 'utf8');
		writeFileSync(lanFiles(file).authority, whole.slice(0, -200));
		await expect(lanKeys(file, HOSTS, NOW)).rejects.toThrow('cannot be used: it is damaged. Put it back from a backup');
		writeFileSync(lanFiles(file).authority, whole);
		await expect(lanKeys(file, HOSTS, later(3700))).rejects.toThrow('cannot be used: it is over');
		expect((await lanKeys(file, HOSTS, NOW)).authority).toBe(first.authority);
	});

	test.for(['authority', 'certificate'] as const)('an %s that other accounts can read is refused', async (which) => {
		await lanKeys(file, HOSTS, NOW);
		chmodSync(lanFiles(file)[which], 0o640);
		await expect(lanKeys(file, HOSTS, NOW)).rejects.toThrow(/Other accounts .* can read .* \(mode 640\).*chmod 600/);
	});
});

describe('where phones find this machine', () => {
	const info = (address: string, internal = false): NetworkInterfaceInfo =>
		({ address, internal }) as NetworkInterfaceInfo;
	const machine = lanNames(
		{
			lo: [info('127.0.0.1', true)],
			eth0: [info('fe80::1'), info('fd00::2'), info('203.0.113.7')],
			wlan0: [info('192.168.1.10')],
			docker0: [info('172.17.0.1')]
		},
		'Entrepot.asso.example'
	);
	const given = { origin: undefined, port: 3000, lanPort: 3443 };

	test('addresses of a local network, IPv4 first, and the name that the network itself resolves', () => {
		expect(machine).toEqual({ addresses: ['192.168.1.10', 'fd00::2'], names: ['entrepot.local'] });
	});

	test('the first address, or the one that ORIGIN names', () => {
		expect(lanAddress(given, machine)).toMatchObject({
			origin: 'https://192.168.1.10:3443',
			httpsPort: 3443,
			trustUrl: 'http://192.168.1.10:3000/trust',
			isOwn: true
		});
		expect(lanAddress({ ...given, origin: 'http://localhost:3000' }, machine).origin).toBe('https://192.168.1.10:3443');
		const named = lanAddress({ ...given, origin: 'https://entrepot.local' }, machine);
		expect(named).toMatchObject({ origin: 'https://entrepot.local', httpsPort: 443, isOwn: true });
		const moved = lanAddress({ ...given, origin: 'https://192.168.7.7:3443' }, machine);
		expect(moved.isOwn).toBe(false);
		expect(moved.hosts).toContain('192.168.7.7');
		const v6 = lanAddress(given, { addresses: ['fd00::2'], names: [] });
		expect(v6.origin).toBe('https://[fd00::2]:3443');
	});

	test('a name of the Internet, no network, and one port for both are refused in a sentence', () => {
		expect(() => lanAddress({ ...given, origin: 'https://escale.example.org' }, machine)).toThrow('Caddyfile');
		expect(() => lanAddress(given, { addresses: [], names: [] })).toThrow('Connect it to the network');
		expect(() => lanAddress({ ...given, lanPort: 3000 }, machine)).toThrow('set LAN_PORT');
	});
});

describe('the page about trust', () => {
	let base: string;
	let authority: KeyPair;
	let server: ReturnType<typeof trustServer>;
	beforeEach(async () => {
		authority = await makeAuthority('entrepot', NOW);
		server = trustServer({
			origin: 'https://192.168.1.10:3443',
			trustUrl: 'http://192.168.1.10:3000/trust',
			fingerprint: fingerprintOf(authority.certificate),
			until: later(3650),
			authority: authority.certificate
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(() => server.close());

	test('is there in both languages, with the fingerprint and nothing that runs', async () => {
		const french = await (await fetch(`${base}/trust`, { headers: { 'accept-language': 'fr-FR' } })).text();
		expect(french).toContain('<html lang="fr">');
		expect(french).toContain('Faire confiance à ce serveur');
		expect(french).toContain(fingerprintOf(authority.certificate));
		const english = await fetch(`${base}/trust?lang=en`);
		expect(await english.text()).toContain('Trust this server');
		expect(english.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
		expect(french).not.toContain('<script');
	});

	test('opens the steps of the phone that asks', () => {
		const asks = (agent: string) => readerOf({ headers: { 'user-agent': agent } }, new URL(base)).platform;
		expect(asks('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)')).toBe('ios');
		expect(asks('Mozilla/5.0 (Linux; Android 15; Pixel 8)')).toBe('android');
		expect(asks('Mozilla/5.0 (X11; Linux x86_64)')).toBe('computer');
	});

	test('gives the authority as a certificate and as a profile, never its key', async () => {
		const certificate = await fetch(`${base}/trust/escale.crt`);
		expect(certificate.headers.get('content-type')).toBe('application/x-x509-ca-cert');
		expect(Buffer.from(await certificate.arrayBuffer())).toEqual(derOf(authority.certificate));
		const profile = await fetch(`${base}/trust/escale.mobileconfig`);
		expect(profile.headers.get('content-type')).toBe('application/x-apple-aspen-config');
		const text = await profile.text();
		expect(text).toContain('<string>com.apple.security.root</string>');
		expect(text).toContain(`<data>${derOf(authority.certificate).toString('base64')}</data>`);
	});

	test('sends everything else to HTTPS, whatever is in the path, and takes no form', async () => {
		const sent = async (path: string) => (await fetch(base + path, { redirect: 'manual' })).headers.get('location');
		expect(await sent('/scan?from=card')).toBe('https://192.168.1.10:3443/scan?from=card');
		expect(await sent('//evil.example.org/')).toBe('https://192.168.1.10:3443//evil.example.org/');
		expect(await sent('/trust/../lan/lan-authority.pem')).toBe('https://192.168.1.10:3443/lan/lan-authority.pem');
		expect(await sent('/a%0d%0aset-cookie:x')).toBe('https://192.168.1.10:3443/a%0d%0aset-cookie:x');
		expect((await fetch(`${base}/login`, { method: 'POST', body: 'password=x' })).status).toBe(405);
	});
});
