/** What the simulator itself promises: one seed is one history, and its mutants are up to date. The rest is `npm run sim`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { beginning, play } from './run.ts';
import { scriptOf } from './script.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 30);

test(`[I1–I39] a seed replays exactly: the same log, states and findings (SEED=${SEED})`, async () => {
	const begin = await beginning();
	const [once, again] = [await play(begin, SEED, scriptOf(SEED, 40)), await play(begin, SEED, scriptOf(SEED, 40))];
	expect(again.log).toEqual(once.log);
	expect(again.violations).toEqual(once.violations);
	expect([...again.states].sort()).toEqual([...once.states].sort());
	expect(once.log.length).toBeGreaterThan(10);
	expect(once.violations).toEqual([]);
});

test('[I1–I39] each promise has a mutant', () => {
	expect(MUTANTS.map(({ id }) => id).sort()).toEqual(Array.from({ length: 39 }, (_, i) => `I${i + 1}`).sort());
});

test('each right line of a mutant stands in its file exactly once', () => {
	for (const { id, wrong } of MUTANTS)
		for (const { file, right } of wrong)
			expect(readFileSync(`src/lib/${file}`, 'utf8').split(right).length - 1, `${id}: ${right}`).toBe(1);
});
