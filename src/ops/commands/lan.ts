/** `ops lan`: how phones of the local network reach this server, before it runs: keys, address, fingerprint. */
import { renderUnicodeCompact } from 'uqr';
import { readSettings } from '#lib/server/config.ts';
import type { OpsCommand } from '../command.ts';
import { daysLeft, fingerprintOf } from '../lan/certificates.ts';
import { lanFiles, readPair } from '../lan/lan-files.ts';
import { openLan } from '../lan/serve-lan.ts';

export const lan: OpsCommand = {
	options: {
		'dry-run': { type: 'boolean', about: 'make nothing, only say what is there' }
	},
	run: async ({ 'dry-run': dryRun }) => {
		if (dryRun === true) return told();
		const { origin, trustUrl, fingerprint, isOwn, keys } = await openLan();
		const lines = [
			renderUnicodeCompact(trustUrl, { border: 1 }),
			'',
			`Phones are shown ${trustUrl} first, then ${origin}.`,
			`Fingerprint of the authority (SHA-256): ${fingerprint}`,
			keys.renewed === null ? 'The certificate was good.' : `A certificate was made: ${keys.renewed}.`,
			...(isOwn ? [] : [`${origin} is no address of this machine now.`]),
			'So that it stays so, put into .env:',
			'LAN=on',
			`ORIGIN=${origin}`
		];
		return { exitCode: isOwn ? 0 : 1, lines, json: { origin, trustUrl, fingerprint, isOwn, renewed: keys.renewed } };
	}
};

function told() {
	const { databaseFile } = readSettings({ ...process.env, ORIGIN: process.env['ORIGIN'] || 'https://localhost' });
	const files = lanFiles(databaseFile);
	const found = (['authority', 'certificate'] as const).map((what) => {
		const pair = readPair(files[what]);
		if (pair === null) return { what, file: files[what], fingerprint: null, days: null };
		const { certificate } = pair;
		return {
			what,
			file: files[what],
			fingerprint: fingerprintOf(certificate),
			days: daysLeft(certificate, new Date())
		};
	});
	return {
		exitCode: 0 as const,
		lines: found.map(({ what, file, fingerprint, days }) =>
			days === null
				? `There is no ${what} yet; ${file} would be made.`
				: `The ${what} is good for ${Math.floor(days)} days: ${fingerprint}`
		),
		json: { dryRun: true, found }
	};
}
