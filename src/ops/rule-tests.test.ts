import { expect, test } from 'vitest';
import { RULES, rulesNamed, rulesWithoutTest } from './rule-tests.js';

test('a title names rules one by one, several at once, and as a range', () => {
	const text = `
		test('[C4] one', () => {});
		it("[C5, T2] two", () => {});
		test(\`[P1–P3, sync §4] a range\`, () => {});
		const row = rows[C9];
		// [C8] in a comment is no test
	`;
	expect([...rulesNamed(text)].sort()).toEqual(['C4', 'C5', 'P1', 'P2', 'P3', 'T2']);
});

test('tests that name no rule leave the whole book without one', () => {
	expect(RULES).toHaveLength(48);
	expect(rulesWithoutTest(['src/ops/db'])).toEqual(RULES);
});
