/** Makes a failing script as short as can be while it still breaks the same promise: halves, quarters … single steps out. */
import { play, type Beginning } from './run.ts';
import type { Step } from './script.ts';

const MOST_RUNS = 150;

const promise = (violation: string): string => violation.split(' ')[0]!;

export async function shorten(
	begin: Beginning,
	seed: number,
	script: readonly Step[],
	violations: readonly string[]
): Promise<{ shortest: string[]; found: string[] }> {
	const broken = new Set(violations.map(promise));
	let [shortest, found] = [script, violations];
	let runs = 0;
	for (
		let size = Math.ceil(script.length / 2);
		size >= 1 && runs < MOST_RUNS;
		size = size === 1 ? 0 : Math.ceil(size / 2)
	) {
		for (let at = 0; at < shortest.length && runs < MOST_RUNS;) {
			const without = [...shortest.slice(0, at), ...shortest.slice(at + size)];
			const outcome = await play(begin, seed, without);
			runs++;
			if (outcome.violations.some((violation) => broken.has(promise(violation))))
				[shortest, found] = [without, outcome.violations];
			else at += size;
		}
	}
	return {
		shortest: shortest.map(({ what, phone, pause }) => `${what} (phone ${phone}), ${pause} ms`),
		found: [...found]
	};
}
