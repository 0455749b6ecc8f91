/**
 * One process per database file: a second writer would not see what the first has in memory, and a file renamed over a live
 * one is lost. The lock names the process and when it began, so that a lock left by a killed server is recognised.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { StartRefusal } from './start-refusal.ts';

/** Databases that this very process holds: its own pid in a lock file proves nothing after a restart in a container. */
const held = new Set<string>();

interface Holder {
	pid: number;
	/** When that process began, in the kernel's words; null where the system does not say. */
	began: string | null;
}

/** Boot and start time of a process: a pid alone may have been given to somebody else since. */
function beganAt(pid: number): string | null {
	try {
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name in parentheses may contain anything; the start time is the 20th field after it.
		return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
	} catch {
		return null;
	}
}

function isRunning({ pid, began }: Holder): boolean {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
	return began === null || beganAt(pid) === began;
}

function readHolder(path: string): Holder | null {
	try {
		const { pid, began } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
		return typeof pid === 'number' ? { pid, began: began ?? null } : null;
	} catch {
		return null;
	}
}

/**
 * Takes `<file>.lock`. @returns what gives it back
 * @throws StartRefusal while a living process holds it
 */
export function takeLock(file: string): () => void {
	const path = `${file}.lock`;
	if (held.has(path)) refuse(file, process.pid);
	for (;;) {
		try {
			const handle = openSync(path, 'wx', 0o644);
			writeSync(handle, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) } satisfies Holder));
			closeSync(handle);
			break;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw new StartRefusal(
					'not_writable',
					file,
					`the lock file ${path} cannot be written.`,
					'Check the folder and its rights.',
					error
				);
			}
			const holder = readHolder(path);
			if (holder !== null && holder.pid !== process.pid && isRunning(holder)) refuse(file, holder.pid);
			rmSync(path, { force: true });
		}
	}
	held.add(path);
	return () => {
		held.delete(path);
		rmSync(path, { force: true });
	};
}

function refuse(file: string, pid: number): never {
	throw new StartRefusal(
		'in_use',
		file,
		`another Escale (process ${pid}) is using this database.`,
		'Stop it first, or start this one with another DATABASE_URL.'
	);
}
