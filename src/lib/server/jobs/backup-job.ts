/**
 * Nightly: one backup, by `ops backup` in a process of its own with a lesser priority, so that nobody waits for it: copying and
 * compressing would hold up this one. It gets this process's environment, so the same settings.
 */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { z } from 'zod';
import { JobFailed, type Job } from './job.ts';

const COMMAND = ['--import', 'tsx', 'src/ops/main.ts', 'backup', '--json'];
/** Of what it says on its way out. */
const LAST_WORDS = 4_000;

const made = z.object({
	name: z.string(),
	bytes: z.number(),
	removed: z.array(z.string()),
	copiedTo: z.string().nullable()
});

export const backupJob: Job = {
	name: 'backup',
	schedule: '0 2 * * *',
	run: async ({ settings, store }, { dryRun, signal }) => {
		if (dryRun) return { counts: { bytes: store.size().bytes } };
		const { backupCopyTo } = settings;
		const said = await runBackup(backupCopyTo === null ? [] : ['--to', backupCopyTo], signal);
		const { name, bytes, removed, copiedTo } = made.parse(JSON.parse(said));
		await store.backedUp();
		return {
			counts: { bytes, removed: removed.length, copies: copiedTo === null ? 0 : 1 },
			note: `Backup ${name}.`
		};
	}
};

/** @returns what it printed. @throws JobFailed with its last sentence */
function runBackup(more: readonly string[], signal: AbortSignal): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [...COMMAND, ...more], { stdio: ['ignore', 'pipe', 'pipe'], signal });
		let out = '';
		let err = '';
		child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
		child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err = (err + chunk).slice(-LAST_WORDS)));
		child.on('spawn', () => lower(child.pid));
		child.on('error', (error) => reject(new JobFailed('backup_not_run', `It was not run: ${error.message}.`)));
		child.on('close', (code) => {
			if (code === 0) resolve(out);
			else reject(new JobFailed('backup_failed', err.trim().split('\n').at(-1) || `It ended with code ${code}.`));
		});
	});
}

function lower(pid: number | undefined): void {
	try {
		if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
	} catch {
		// It ended already, or the system does not let us: it runs all the same.
	}
}
