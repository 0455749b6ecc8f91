import { expect, test } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

let now = 0;
const cacheOf = (most = 10) => new AnswerCache<string>(60_000, most, () => new Date(now));
/** Counts how often it is asked. */
function finder() {
	const state = { calls: 0, find: () => Promise.resolve(`answer ${++state.calls}`) };
	return state;
}

test('the same person and parameters get the same answer for 60 seconds, and a new one after', async () => {
	const cache = cacheOf();
	const { find } = finder();
	expect(await Promise.all([cache.get('a', ['30d', null], find), cache.get('a', ['30d', null], find)])).toEqual([
		'answer 1',
		'answer 1'
	]);
	now += 59_999;
	expect(await cache.get('a', ['30d', null], find)).toBe('answer 1');
	now += 1;
	expect(await cache.get('a', ['30d', null], find)).toBe('answer 2');
});

test('another person or another parameter is another question, however they are written', async () => {
	const cache = cacheOf();
	const { find } = finder();
	const questions = [
		['a', ['x', 'y']],
		['a', ['x,y']],
		['a', ['x', null]],
		['a","x', ['y']],
		['b', ['x', 'y']]
	] as const;
	const answers = await Promise.all(questions.map(([person, question]) => cache.get(person, question, find)));
	expect(new Set(answers).size).toBe(questions.length);
});

test('it never grows: what was asked for longest ago goes first', async () => {
	const cache = cacheOf(2);
	const { find } = finder();
	const ask = (question: string) => cache.get('a', [question], find);
	await ask('one');
	await ask('two');
	await ask('one');
	await ask('three');
	expect(cache.size).toBe(2);
	expect(await ask('one')).toBe('answer 1');
	expect(await ask('two')).toBe('answer 4');
});

test('a failure is told to who asked and not kept', async () => {
	const cache = cacheOf();
	await expect(cache.get('a', [], () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
	expect(await cache.get('a', [], () => Promise.resolve('fine'))).toBe('fine');
});
