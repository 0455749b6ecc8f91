/**
 * `npm run -s sim -- --seeds N [--seed S] [--steps K] [--mutants]`: plays N runs from seed S on, on all cores, and ends with one
 * JSON line. A broken promise is printed with its seed and the shortest script that still breaks it; exit code 1. With
 * `--mutants` the product is broken on purpose, in each way of `mutants.ts`, and each must be noticed.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle.ts';
import { MUTANTS } from './mutants.ts';
import { playOnAllCores, type Tally } from './players.ts';

const OPTIONS = {
	seeds: { type: 'string' },
	seed: { type: 'string' },
	steps: { type: 'string' },
	mutants: { type: 'boolean' },
	only: { type: 'string' },
	report: { type: 'string' },
	help: { type: 'boolean' }
} as const;
const USAGE = `npm run -s sim -- [--seeds N] [--seed S] [--steps K] [--mutants [--only I5]]

  --seeds N   how many runs (1000; of each mutant at most 2000)
  --seed S    the first seed; one seed is one history (default: of the time)
  --steps K   how much happens in one run (40)
  --mutants   break the product on purpose and see that every break is noticed
  --report F  write the last line to a file, too

Exit codes: 0 no promise was broken, 1 one was (or a mutant lived), 2 wrong use.`;

function wrongUse(message: string): never {
	console.error(`${message}\n\n${USAGE}`);
	process.exit(2);
}

function parse() {
	try {
		return parseArgs({ options: OPTIONS, strict: true }).values;
	} catch (error) {
		return wrongUse(error instanceof Error ? error.message : String(error));
	}
}

function count(name: 'seeds' | 'seed' | 'steps', fallback: number): number {
	const text = given[name];
	const value = text === undefined ? fallback : Number(text);
	if (!Number.isSafeInteger(value) || value < (name === 'seed' ? 0 : 1)) wrongUse(`--${name} is a whole number.`);
	return value;
}

const given = parse();
if (given.help) {
	console.log(USAGE);
	process.exit(0);
}
const workers = availableParallelism();
// Whether a mutant is noticed should not change from one day to the next.
const first = count('seed', given.mutants ? 1 : Date.now() % 2 ** 30);
const steps = count('steps', 40);
process.exitCode = given.mutants ? await breakAll() : await keepAll();

async function keepAll(): Promise<number> {
	const seeds = count('seeds', 1000);
	const worker = await bundleWorker('worker');
	const tally = await playOnAllCores(worker, { first, seeds, steps, workers, stopAtFirst: false }, progress(seeds));
	for (const violation of tally.violations)
		console.error(
			`\nSeed ${violation.seed} broke:\n  ${violation.violations.join('\n  ')}\nThe shortest that still does:\n  ${violation.shortest.join('\n  ')}\nwhich broke:\n  ${violation.found.join('\n  ')}\nAgain: npm run -s sim -- --seeds 1 --seed ${violation.seed} --steps ${steps}`
		);
	conclude({ ...lineOf(tally), first, steps });
	return tally.violations.length === 0 ? 0 : 1;
}

function lineOf({ seeds, violations, injected, states, seconds }: Tally) {
	return {
		seeds,
		violations: violations.length,
		faults: [...injected.values()].reduce((sum, times) => sum + times, 0),
		distinctFaults: injected.size,
		states: states.size,
		seconds: Math.round(seconds),
		seedsPerMinute: Math.round((seeds / seconds) * 60),
		injected: Object.fromEntries([...injected].sort())
	};
}

async function breakAll(): Promise<number> {
	const seeds = count('seeds', 2000);
	const alive: string[] = [];
	const chosen = MUTANTS.filter(({ id }) => given.only === undefined || id === given.only);
	if (chosen.length === 0) wrongUse(`There is no mutant of ${given.only}.`);
	for (const mutant of chosen) {
		const worker = await bundleWorker('mutant', mutant.wrong);
		const tally = await playOnAllCores(worker, { first, seeds, steps, workers, stopAtFirst: true }, () => undefined);
		const [caught] = tally.violations;
		const line = { mutant: mutant.id, breaks: mutant.breaks, seeds: tally.seeds };
		console.log(JSON.stringify({ ...line, caught: caught?.found[0]?.slice(0, 200) ?? null }));
		if (!caught) alive.push(mutant.breaks);
	}
	conclude({ mutants: chosen.length, alive: alive.length, first, steps });
	return alive.length === 0 ? 0 : 1;
}

function conclude(line: object): void {
	if (given.report !== undefined) writeFileSync(given.report, JSON.stringify(line));
	console.log(JSON.stringify(line));
}

/** On a terminal, how far it is. */
function progress(seeds: number): (done: number) => void {
	if (!process.stderr.isTTY) return () => undefined;
	return (done) => process.stderr.write(`\r${done} of ${seeds} ${done === seeds ? '\n' : ''}`);
}
