// @ts-check
/**
 * Which rules of the rule book no test names. A test names a rule in the brackets that its title begins with: `[C4]`,
 * `[C4, T2]`, `[P1–P4]`. Run by `npm run verify`, which prints the ids and stops when there are any.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rule book, by letter: how many rules each chapter has. Stock (L) comes with its own work. */
const CHAPTERS = { C: 15, S: 6, T: 5, D: 5, K: 1, B: 4, R: 5, P: 7 };

export const RULES = Object.entries(CHAPTERS).flatMap(([letter, count]) =>
	Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
);

/**
 * The rules that a test file's titles name.
 * @param {string} text
 * @returns {Set<string>}
 */
export function rulesNamed(text) {
	const named = new Set();
	for (const [, inside = ''] of text.matchAll(/['"`]\[([^\]\n]+)\] /g)) {
		for (const [, letter = '', first = '', last = first] of inside.matchAll(/\b([A-Z])(\d+)(?:[–-]\1?(\d+))?\b/g))
			for (let n = Number(first); n <= Number(last); n++) named.add(`${letter}${n}`);
	}
	return named;
}

/**
 * @param {string[]} folders
 * @returns {string[]} the rules that no test below them names
 */
export function rulesWithoutTest(folders) {
	const tests = folders.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => /\.(test|e2e)\.ts$/.test(file))
			.map((file) => join(folder, file))
	);
	const named = new Set(tests.flatMap((file) => [...rulesNamed(readFileSync(file, 'utf8'))]));
	return RULES.filter((rule) => !named.has(rule));
}
