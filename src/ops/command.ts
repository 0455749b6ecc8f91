/** What a command of `npm run ops` is, and how it ends. Each file of commands/ exports one; main.ts lists and runs them. */
import type { ParseArgsConfig } from 'node:util';

/** Exit codes: 0 done, 1 found problems, 2 wrong use (said by main.ts). */
export interface Outcome {
	exitCode: 0 | 1;
	/** For people. */
	lines: string[];
	/** For programs, with --json. */
	json: Record<string, unknown>;
}

/** An option's value that makes no sense: exit code 2. */
export class WrongUse extends Error {
	override readonly name = 'WrongUse';
}

/** What was given for each option. */
export type Values = Record<string, string | boolean | undefined>;

export interface OpsCommand {
	/** Each option with what it does; all are told by --help. */
	options: Record<string, { type: 'boolean' | 'string'; about: string }>;
	/** What it takes without a name, by the word that --help shows; all of them are needed. Absent: nothing. */
	takes?: readonly { word: string; about: string }[];
	/** @param taken one value for each of `takes` */
	run(values: Values, taken: readonly string[]): Promise<Outcome>;
}

/** The same options as node:util wants them. */
export function parseOptions(options: OpsCommand['options']): NonNullable<ParseArgsConfig['options']> {
	return Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
}
