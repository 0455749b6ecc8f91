/** The keys of HTTPS on the local network, as they lie on the disk: nothing is made or renewed here. */
import type { Settings } from '#lib/server/config.ts';
import { covers, daysLeft } from '../lan/certificates.ts';
import { lanFiles, openMode, readPair } from '../lan/lan-files.ts';
import { error, warning, type Check, type Finding } from './check.ts';

/** A phone is told to trust another authority in time. */
const AUTHORITY_DAYS = 180;
/** The server renews at 30 by itself. */
const CERTIFICATE_DAYS = 14;

/** What is wrong with them, worst first; null: nothing, or nothing is served that way. */
export function lanFinding({ lan, databaseFile, origin }: Settings, now: Date): Finding | null {
	if (!lan) return null;
	const files = lanFiles(databaseFile);
	for (const file of [files.authority, files.certificate]) {
		const mode = openMode(file);
		if (mode !== null)
			return error(
				`Other accounts can read the private key in ${file} (mode ${mode}).`,
				`If nobody did: chmod 600 ${file}`
			);
	}
	const make = 'Make them: npm run -s ops -- lan';
	try {
		const [authority, pair] = [readPair(files.authority), readPair(files.certificate)];
		if (authority === null || pair === null) return error('LAN=on, and there are no keys for it yet.', make);
		const authorityDays = daysLeft(authority.certificate, now);
		if (authorityDays < 0)
			return error(
				'The local authority is over: no phone connects.',
				`Move ${files.authority} away, start the server, and have each phone trust the new one.`
			);
		const days = daysLeft(pair.certificate, now);
		if (days < 0)
			return error(
				`The certificate of the local network expired ${Math.ceil(-days)} days ago: no phone connects.`,
				'Restart the server: it makes another one, which phones trust already.'
			);
		const { hostname } = new URL(origin);
		if (!covers(pair.certificate, hostname))
			return error(`The certificate does not name ${hostname}.`, 'Restart the server.');
		if (days < CERTIFICATE_DAYS)
			return warning(`The certificate of the local network ends in ${Math.floor(days)} days.`, 'Restart the server.');
		return authorityDays < AUTHORITY_DAYS
			? warning(
					`The local authority ends in ${Math.floor(authorityDays)} days.`,
					'Plan a day on which each phone trusts a new one: docs/operations.md.'
				)
			: null;
	} catch {
		return error(`The keys in ${files.folder} cannot be read.`, 'Put them back from a backup made --with-secrets.');
	}
}

export const LAN_CHECK: Check = { id: 'lan.certificate', look: ({ settings, now }) => lanFinding(settings, now) };
