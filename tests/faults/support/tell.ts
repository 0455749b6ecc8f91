/**
 * What a fault's test says when it has held: one line for `npm run faults`, which prints it and counts. A test that fails says
 * nothing here; it is a violation.
 */
import { appendFileSync } from 'node:fs';

/** The long form: what `npm run faults` runs. `npm test` runs the short one. */
export const IS_LONG = process.env['FAULTS_REPORT'] !== undefined;

/** How often something is done: `long` by `npm run faults`, `short` by `npm test`. */
export const rounds = (short: number, long: number): number => (IS_LONG ? long : short);

export interface Held {
	/** The fault's name in `catalogue.json`. */
	fault: string;
	/** What was injected, and how often each. */
	injected: Record<string, number | string>;
	/** What was looked at afterwards, and found to hold. */
	held: string;
	/** With which the same happens again, where chance had a part. */
	seed?: number;
}

export function tell(held: Held): void {
	const report = process.env['FAULTS_REPORT'];
	if (report !== undefined) appendFileSync(report, `${JSON.stringify(held)}\n`);
}
