// @ts-check
/**
 * How long work is announced: one line per step with its seconds, rewritten while it runs where there is a terminal. Used by
 * `npm start`, `npm test` and `npm run verify`; imports node: modules only, since it speaks before anything is installed.
 */
import { spawn } from 'node:child_process';

/** A step went wrong in a way that needs no stack trace: the message says what and what to do. */
export class StepFailed extends Error {
	/** @override */
	name = 'StepFailed';
}

/**
 * Runs `work` under `label` and returns what it returns.
 * @template T
 * @param {string} label
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
	const from = performance.now();
	const seconds = () => `${((performance.now() - from) / 1000).toFixed(1)} s`;
	const live = process.stdout.isTTY === true;
	const draw = () => process.stdout.write(`\r  … ${label}  ${seconds()} `);
	const ticking = live ? setInterval(draw, 500) : undefined;
	if (live) draw();
	/** @param {string} mark */
	const end = (mark) => {
		clearInterval(ticking);
		process.stdout.write(`${live ? '\r\x1b[2K' : ''}  ${mark} ${label}  ${seconds()}\n`);
	};
	try {
		const result = await work();
		end('✓');
		return result;
	} catch (error) {
		end('✗');
		throw error;
	}
}

/**
 * Runs a program to its end and returns what it wrote; its output is shown only when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show`: let it write to the terminal as it goes
 * @returns {Promise<string>}
 */
export function run(program, args, { env = process.env, show = false } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
		let output = '';
		child.stdout?.on('data', (chunk) => (output += chunk));
		child.stderr?.on('data', (chunk) => (output += chunk));
		child.on('error', (error) => reject(new StepFailed(`${program} could not be started: ${error.message}`)));
		child.on('close', (code, signal) => {
			if (code === 0) return resolve(output);
			const command = [program === process.execPath ? 'node' : program, ...args].join(' ');
			const how = signal === null ? `ended with exit code ${code}` : `was stopped by ${signal}`;
			reject(new StepFailed(`${output.trimEnd()}\n\n${command} ${how}`.trimStart()));
		});
	});
}

/**
 * Ends the process after a failed step. What was foreseen is one message; anything else is a bug and shows its trace.
 * @param {unknown} error
 * @returns {never}
 */
export function stopWith(error) {
	const foreseen = error instanceof Error && ['StepFailed', 'StartRefusal', 'BackupRefusal'].includes(error.name);
	console.error(`\n${foreseen ? error.message : error instanceof Error ? error.stack : error}`);
	process.exit(1);
}
