/** `ops backups`: what there is, newest first. Exit code 1 when there is no good one, or one is damaged. */
import { readSettings } from '#lib/server/config.ts';
import { listBackups, note, readRecords, type ListedBackup } from '#lib/server/backup/backup-folder.ts';
import { BackupRefusal } from '#lib/server/backup/backup-refusal.ts';
import { readBack } from '#lib/server/backup/read-back.ts';
import type { OpsCommand } from '../command.ts';
import { openGauge } from '../gauge.ts';
import { age, size } from '../sizes.ts';

export const backups: OpsCommand = {
	options: {
		verify: { type: 'boolean', about: 'read every byte of every backup and compare it with its manifest' }
	},
	run: async ({ verify }) => {
		const { backupDir } = readSettings();
		const listed = listBackups(backupDir);
		const damaged = new Map<string, string>();
		for (const { name, good } of listed) if (!good) damaged.set(name, 'its manifest or a file is missing or torn');
		if (verify === true) await verifyAll(backupDir, listed, damaged);

		const { verified } = readRecords(backupDir);
		const now = Date.now();
		const rows = listed.map(({ name, madeAt, bytes, manifest }) => ({
			name,
			madeAt,
			ageHours: Math.floor((now - Date.parse(madeAt)) / 3_600_000),
			bytes,
			headSeq: manifest?.headSeq ?? null,
			verifiedAt: verified[name] ?? null,
			damaged: damaged.get(name) ?? null
		}));
		const isFine = rows.length > 0 && damaged.size === 0;
		return {
			exitCode: isFine ? 0 : 1,
			lines: rows.length === 0 ? [`There is no backup in ${backupDir}.`] : rows.map((row) => lineOf(row, now)),
			json: { folder: backupDir, backups: rows }
		};
	}
};

interface Row {
	name: string;
	madeAt: string;
	bytes: number;
	verifiedAt: string | null;
	damaged: string | null;
}

function lineOf({ name, madeAt, bytes, verifiedAt, damaged }: Row, now: number): string {
	const verified = verifiedAt === null ? 'never verified' : `verified ${age(now - Date.parse(verifiedAt))} ago`;
	const state = damaged === null ? verified : `DAMAGED: ${damaged}`;
	return `${name}  ${age(now - Date.parse(madeAt)).padStart(8)} old  ${size(bytes).padStart(8)}  ${state}`;
}

async function verifyAll(dir: string, listed: readonly ListedBackup[], damaged: Map<string, string>): Promise<void> {
	const gauge = openGauge();
	for (const { name, folder } of listed) {
		try {
			await readBack(folder, (done, total) => gauge.show(name, done, total));
			note(dir, ({ verified }) => ({ verified: { ...verified, [name]: new Date().toISOString() } }));
		} catch (error) {
			if (!(error instanceof BackupRefusal)) throw error;
			damaged.set(name, error.message);
		}
	}
	gauge.clear();
}
