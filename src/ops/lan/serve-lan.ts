/** Serves over HTTPS to the local network, with the page beside it by which phones learn to trust that. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { readSettings } from '#lib/server/config.ts';
import { X509Certificate } from 'node:crypto';
import { checkPort, portRefusal, serve, type Address, type Serving } from '../serve.ts';
import { fingerprintOf } from './certificates.ts';
import { lanAddress, lanKeys, thisMachine, type LanAddress, type LanKeys } from './lan.ts';
import { trustServer } from './trust-server.ts';

/** How often a server that runs for months looks whether its certificate still fits, in milliseconds. */
const LOOK_MS = 3_600_000;

export interface Lan extends LanAddress {
	keys: LanKeys;
	/** As phones show it. */
	fingerprint: string;
}

/**
 * Finds the address, makes what keys are missing, and lets `ORIGIN` follow: everything that reads the settings afterwards in
 * this process sees it.
 * @throws StepFailed, SettingRefusal
 */
export async function openLan(): Promise<Lan> {
	const given = process.env['ORIGIN'] || undefined;
	const { port, lanPort, databaseFile } = readSettings({ ...process.env, ORIGIN: given ?? 'https://localhost' });
	const address = lanAddress({ origin: given, port, lanPort }, thisMachine());
	const keys = await lanKeys(databaseFile, address.hosts, new Date());
	process.env['ORIGIN'] = address.origin;
	// A browser that is told to stay with HTTPS would do so on the plain port too, where the page about trust is.
	process.env['HSTS_SECONDS'] ||= '0';
	return { ...address, keys, fingerprint: fingerprintOf(keys.authority) };
}

/** @throws StepFailed when one of the two ports is in use */
export async function checkLanPorts({ host, port }: Address, lan: Lan): Promise<void> {
	await checkPort({ host, port });
	await checkPort({ host, port: lan.httpsPort });
}

/** @param warn told in one sentence what went wrong with a renewal; what is there goes on being served */
export async function serveLan(lan: Lan, warn: (sentence: string) => void): Promise<Serving> {
	const settings = readSettings();
	const serving = await serve({ ...settings, port: lan.httpsPort, tls: lan.keys });
	const trust = trustServer({
		origin: lan.origin,
		trustUrl: lan.trustUrl,
		fingerprint: lan.fingerprint,
		until: new Date(new X509Certificate(lan.keys.authority).validTo),
		authority: lan.keys.authority
	});
	await listen(trust, settings);
	const renew = async (): Promise<void> => {
		const { hosts } = lanAddress({ ...settings, origin: lan.origin, port: settings.port }, thisMachine());
		const keys = await lanKeys(settings.databaseFile, hosts, new Date());
		if (keys.renewed !== null) serving.useCertificate(keys);
	};
	const looking = setInterval(() => {
		renew().catch((error: unknown) => warn(error instanceof Error ? error.message : String(error)));
	}, LOOK_MS);
	return {
		...serving,
		stop: async (signal) => {
			clearInterval(looking);
			trust.close();
			trust.closeAllConnections();
			await serving.stop(signal);
		}
	};
}

async function listen(server: Server, { host, port }: Address): Promise<void> {
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		throw portRefusal(error as NodeJS.ErrnoException, { host, port });
	}
}

/** What whoever starts the server should know. */
export const lanLines = (lan: Lan): string[] => [
	`Escale is open at ${lan.origin}`,
	`A phone that is new here first opens ${lan.trustUrl}`,
	'and compares the certificate with this fingerprint (SHA-256):',
	lan.fingerprint,
	...(lan.keys.isNew ? ['The local authority was made just now: no device trusts it yet.'] : []),
	...(lan.isOwn
		? []
		: [`Careful: ORIGIN is ${lan.origin}, which is no address of this machine now. Phones find it only by that name.`])
];
