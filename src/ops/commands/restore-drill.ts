/** `ops restore-drill`: tries the newest backup out beside the running system. Exit code 1 when it could not be relied on. */
import { readSettings } from '#lib/server/config.ts';
import { drill } from '#lib/server/backup/restore-drill.ts';
import type { OpsCommand } from '../command.ts';
import { openGauge } from '../gauge.ts';
import { program } from './restore.ts';

export const restoreDrill: OpsCommand = {
	options: {},
	run: async () => {
		const gauge = openGauge();
		const { backupDir } = readSettings();
		const result = await drill({ ...program(), backupDir, onStep: gauge.show });
		gauge.clear();
		const { backup, ok, seconds, found } = result;
		return {
			exitCode: ok ? 0 : 1,
			lines: ok
				? [`Backup ${backup} was restored beside the system in ${seconds} s, equal to its manifest, and verified.`]
				: [...found, `Backup ${backup} is not to be relied on.`],
			json: { ...result }
		};
	}
};
