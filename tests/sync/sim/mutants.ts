/**
 * The product broken on purpose, one promise at a time (sync §7): one line of it replaced by a wrong one. The simulator must
 * notice each. A line that moved on stops the run: then the mutant is brought up to date.
 */
import type { Wrong } from './bundle.ts';

export interface Mutant {
	id: string;
	/** What is wrong now, one sentence. */
	breaks: string;
	wrong: Wrong[];
}

export const MUTANTS: Mutant[] = [
	{
		id: 'I2',
		breaks: 'lmid runs ahead of what was decided.',
		wrong: [{ file: 'server/sync/push.ts', right: 'const lmid = replica.lmid + fresh.length;', wrong: 'const lmid = replica.lmid + fresh.length + (fresh.length > 2 ? 1 : 0);' }] // prettier-ignore
	}
];
