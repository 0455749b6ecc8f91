/** What a command of `npm run ops` is, and how it ends. Each file of commands/ exports one; main.ts lists and runs them. */
import type { ParseArgsConfig } from 'node:util';
import type { Outcome } from '#lib/server/operations/operation.ts';

export type { Outcome };

/** An option's value that makes no sense: exit code 2. */
export class WrongUse extends Error {
	override readonly name = 'WrongUse';
}

/** What was given for each option. */
export type Values = Record<string, string | boolean | undefined>;

/** An option's text, or what stands for it when it is absent. */
export const textOf = (value: Values[string], absent = ''): string => (typeof value === 'string' ? value : absent);

export interface OpsCommand {
	/** Each option with what it does; all are told by --help. */
	options: Record<string, { type: 'boolean' | 'string'; about: string }>;
	/** What it takes without a name, by the word that --help shows; needed, but for optional ones at the end. Absent: nothing. */
	takes?: readonly { word: string; about: string; optional?: true }[];
	/** @param taken one value for each of `takes`, up to the last that was given */
	run(values: Values, taken: readonly string[]): Promise<Outcome>;
}

/** The same options as node:util wants them. */
export function parseOptions(options: OpsCommand['options']): NonNullable<ParseArgsConfig['options']> {
	return Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
}
