/** `ops backup`: one backup of the configured database, made while the server runs. */
import { resolve } from 'node:path';
import { readSettings } from '#lib/server/config.ts';
import { makeBackup, type BackupOptions } from '#lib/server/backup/make-backup.ts';
import { programVersion } from '#lib/server/program-version.ts';
import type { OpsCommand } from '../command.ts';
import { openGauge } from '../gauge.ts';
import { lanFiles } from '../lan/lan-files.ts';
import { size } from '../sizes.ts';

/** What a backup holds besides the database when it is asked to: enough to set the same server up elsewhere. */
const secretFiles = (): string[] => [resolve('.env'), lanFiles(readSettings().databaseFile).authority];

/** What `backup` and the backup before a restore have in common. */
export function backupOptions(): BackupOptions {
	const { databaseFile, backupDir, uploadDir, appVersion } = readSettings();
	const gauge = openGauge();
	return {
		databaseFile,
		backupDir,
		uploadDir,
		appVersion: programVersion(appVersion, resolve()),
		clock: () => new Date(),
		onStep: (step, done, total) => gauge.show(step, done, total)
	};
}

export const backup: OpsCommand = {
	options: {
		'with-secrets': {
			type: 'boolean',
			about: '.env and the local authority go along; keep such a backup as you keep a key'
		},
		to: { type: 'string', about: 'copy it to this folder as well, best on another machine' }
	},
	run: async ({ 'with-secrets': withSecrets, to }) => {
		const made = await makeBackup({
			...backupOptions(),
			secrets: withSecrets === true ? secretFiles() : [],
			to: typeof to === 'string' ? resolve(to) : null
		});
		openGauge().clear();
		const { manifest, folder, name, removed, copiedTo } = made;
		const { database, counts, uploads, headSeq } = manifest;
		const photos = uploads === null ? '' : `, ${uploads.length} uploaded files`;
		const lines = [
			`Backup ${name}: ${size(database.bytes)}, ${counts['shipment']} shipments, ${counts['carton']} cartons${photos}.`,
			`It is in ${folder} and was read back whole.`,
			...(copiedTo === null ? [] : [`A copy is in ${copiedTo}.`]),
			...(removed.length === 0 ? [] : [`Outlived and removed: ${removed.join(', ')}.`])
		];
		return { exitCode: 0, lines, json: { name, folder, bytes: database.bytes, headSeq, counts, removed, copiedTo } };
	}
};
