/** The command line as a person runs it: a process of its own, with nothing in its environment but what is given. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';

export interface Ended {
	exitCode: number;
	out: string;
	err: string;
}

/** A trace where a sentence belongs. */
export const STACK = /\n\s+at /;

/** `npm run -s ops -- …args` */
export function ops(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
	const env = { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...settings };
	return new Promise((resolve) => {
		execFile(process.execPath, ['--import', 'tsx', 'src/ops/main.ts', ...args], { env }, (error, out, err) =>
			resolve({ exitCode: error === null ? 0 : Number(error.code), out, err })
		);
	});
}

/** A command line of the runbook, as it stands there. */
export function runbook(line: string, settings: Record<string, string>): Promise<Ended> {
	const words = line.split(' ');
	if (words.splice(0, 5).join(' ') !== 'npm run -s ops --') throw new Error(`no command of ours: ${line}`);
	return ops(words, settings);
}
