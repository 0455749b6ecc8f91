/**
 * A restore in a process of its own that dies at one step, as a power cut would: run by `restore.test.ts`. The step is told
 * to it by `onStep`, so nothing of this is in the product.
 */
import { join } from 'node:path';
import type { makeBackup } from '#lib/server/backup/make-backup.ts';
import { restore, type RestoreStep } from '#lib/server/backup/restore.ts';
import { newUuid } from '#lib/server/uuid.ts';

const { FOLDER = '', BACKUP = '', DIES_AT = '' } = process.env;
const databaseFile = join(FOLDER, 'escale.db');
const backup: Parameters<typeof makeBackup>[0] = {
	databaseFile,
	backupDir: join(FOLDER, 'backups'),
	uploadDir: join(FOLDER, 'uploads'),
	appVersion: 'test',
	clock: () => new Date()
};

const restored = await restore({
	folder: BACKUP,
	databaseFile,
	uploadDir: backup.uploadDir,
	backup,
	asStaging: false,
	journalDir: backup.backupDir,
	until: null,
	force: true,
	dryRun: false,
	migrations: 'prisma/migrations',
	siteTimeZone: 'Europe/Paris',
	clock: backup.clock,
	randomBytes: (size) => new Uint8Array(size),
	newId: () => newUuid(),
	confirm: () => Promise.resolve(true),
	onStep: (step: RestoreStep) => {
		if (step === DIES_AT) process.kill(process.pid, 'SIGKILL');
	}
});
console.log(JSON.stringify({ epoch: restored.epoch }));
