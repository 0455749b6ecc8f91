/**
 * `--lan`: HTTPS for phones on the local network, without a name on the Internet. The authority is made once and kept for ten
 * years, so that a phone which trusts it needs nothing when the certificate is replaced.
 */
import { hostname, networkInterfaces } from 'node:os';
import { StepFailed } from '../progress.js';
import { belongTogether, daysLeft, makeAuthority, makeCertificate, whyRenew, type KeyPair } from './certificates.ts';
import { lanFiles, readPair, writePair } from './lan-files.ts';
import { inAddress, isOfLan, lanNames, type LanNames } from './local-network.ts';

/** Always there: this machine by itself. */
const OWN = ['localhost', '127.0.0.1', '::1'];

export interface LanAddress {
	/** What phones open: HTTPS. */
	origin: string;
	/** Where the HTTPS server listens. */
	httpsPort: number;
	/** Where a phone learns to trust it: plain HTTP. */
	trustUrl: string;
	/** Everything that the certificate names. */
	hosts: string[];
	/** False: `ORIGIN` names an address that this machine does not have (any more). */
	isOwn: boolean;
}

export interface LanKeys extends KeyPair {
	authority: string;
	/** Why the certificate was made anew this time, or null. */
	renewed: string | null;
	/** True: the authority was made this time, so no phone trusts it yet. */
	isNew: boolean;
}

/** This machine, as it is now. */
export const thisMachine = (): LanNames => lanNames(networkInterfaces(), hostname());

/**
 * @param given the settings of the environment: `ORIGIN` where it is HTTPS decides the name and port, else the first address
 * @throws StepFailed when no phone could reach this machine, or `ORIGIN` is not of a local network
 */
export function lanAddress(
	given: { origin: string | undefined; port: number; lanPort: number },
	{ addresses, names }: LanNames
): LanAddress {
	const wished = given.origin?.startsWith('https:') ? new URL(given.origin) : null;
	if (wished && !isOfLan(wished.hostname))
		throw new StepFailed(
			`ORIGIN=${wished.origin} is no address of a local network (10.…, 172.16.…, 192.168.…, or a name in .local, .lan, .internal). ` +
				'For a name of the Internet use a proxy with a certificate: docs/deploy/Caddyfile.'
		);
	const host = wished?.hostname ?? (addresses[0] === undefined ? undefined : inAddress(addresses[0]));
	if (host === undefined)
		throw new StepFailed('This machine has no address on a local network. Connect it to the network of the phones.');
	const httpsPort = wished ? Number(wished.port || 443) : given.lanPort;
	if (httpsPort === given.port)
		throw new StepFailed(
			`HTTPS and the page that explains it need a port each: set LAN_PORT to another than ${given.port}.`
		);
	const hosts = [...new Set([...addresses, ...names, ...(wished ? [wished.hostname] : []), ...OWN])];
	return {
		origin: wished?.origin ?? `https://${host}:${httpsPort}`,
		httpsPort,
		trustUrl: `http://${host}:${given.port}/trust`,
		hosts,
		isOwn: [...addresses.map(inAddress), ...names, ...OWN].includes(host)
	};
}

/**
 * Reads both pairs, makes what is missing or over. @throws StepFailed when the authority cannot be used: another one is a
 * decision, since every phone has to trust it anew
 */
export async function lanKeys(databaseFile: string, hosts: readonly string[], now: Date): Promise<LanKeys> {
	const files = lanFiles(databaseFile);
	const kept = readPair(files.authority);
	if (kept) checkAuthority(kept, files.authority, now);
	const authority = kept ?? (await makeAuthority(hostname(), now));
	if (!kept) writePair(files.authority, authority);
	const had = readPair(files.certificate);
	const why = had === null ? 'there was none' : whyRenew(had, authority, hosts, now);
	const pair = had === null || why !== null ? await makeCertificate(authority, hosts, now) : had;
	if (why !== null) writePair(files.certificate, pair);
	return { ...pair, authority: authority.certificate, renewed: why, isNew: kept === null };
}

function checkAuthority(authority: KeyPair, file: string, now: Date): void {
	const why = !belongTogether(authority)
		? 'it is damaged'
		: daysLeft(authority.certificate, now) < 0
			? 'it is over'
			: null;
	if (why !== null)
		throw new StepFailed(
			`The local authority in ${file} cannot be used: ${why}. Put it back from a backup made --with-secrets, or move it away: ` +
				'another one is made at the next start, and each phone has to trust that one anew.'
		);
}
