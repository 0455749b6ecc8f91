import { flushSync } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { SteadyRows, type Listing } from './steady-rows.svelte.ts';

interface Row {
	id: string;
	text: string;
}

const rows = (ids: string, text = 'old'): Row[] => [...ids].map((id) => ({ id, text }));

let stop: (() => void) | null = null;
afterEach(() => stop?.());

/** A list on a screen: read by an effect, as a template would. */
function screen(ids: string) {
	let listing = $state.raw<Listing<Row>>({ key: 'all', rows: rows(ids) });
	let steady!: SteadyRows<Row>;
	let seen = { order: '', news: 0, texts: '' };
	stop = $effect.root(() => {
		steady = new SteadyRows(() => listing);
		$effect(() => {
			seen = {
				order: steady.rows.map((row) => row.id).join(''),
				news: steady.news,
				texts: [...new Set(steady.rows.map((row) => row.text))].join(',')
			};
		});
	});
	flushSync();
	return {
		steady,
		arrives(next: string, text = 'new', key = 'all') {
			listing = { key, rows: rows(next, text) };
			flushSync();
		},
		get seen() {
			flushSync();
			return seen;
		}
	};
}

describe('while nobody is in the list', () => {
	test('order and membership change at once', () => {
		const list = screen('abc');
		list.arrives('cxa');
		expect(list.seen).toEqual({ order: 'cxa', news: 0, texts: 'new' });
	});
});

describe.each([
	['points at', (steady: SteadyRows<Row>, inside: boolean) => steady.point(inside)],
	['has the focus in', (steady: SteadyRows<Row>, inside: boolean) => steady.focus(inside)]
])('while somebody %s the list', (_how, enter) => {
	test('content changes in place, and is no news', () => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives('abc');
		expect(list.seen).toEqual({ order: 'abc', news: 0, texts: 'new' });
	});

	test('rows stay where they are; who left keeps standing, marked', () => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives('ca');
		expect(list.seen).toEqual({ order: 'abc', news: 2, texts: 'new,old' });
		expect(['a', 'b', 'c'].filter((id) => list.steady.hasLeft(id))).toEqual(['b']);
	});

	test.each([
		['one enters', 'xabc', 1],
		['one enters a full page, and the last falls off', 'xab', 1],
		['one leaves', 'ac', 1],
		['one moves from the end to the head', 'cab', 1],
		['two enter and one moves', 'xyacb', 3]
	])('%s: counted as people would', (_what, next, news) => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives(next);
		expect(list.seen).toMatchObject({ order: 'abc', news });
	});

	test('news is counted against what is on the screen, however often it arrives', () => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives('xabc');
		list.arrives('yxabc');
		expect(list.seen).toMatchObject({ order: 'abc', news: 2 });
		list.arrives('abc');
		expect(list.seen).toMatchObject({ order: 'abc', news: 0 });
	});

	test('shown when asked for, or when they leave', () => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives('xabc');
		list.steady.show();
		expect(list.seen).toMatchObject({ order: 'xabc', news: 0 });
		list.arrives('yxabc');
		expect(list.seen).toMatchObject({ order: 'xabc', news: 1 });
		enter(list.steady, false);
		expect(list.seen).toMatchObject({ order: 'yxabc', news: 0 });
	});

	test('another list is shown at once', () => {
		const list = screen('abc');
		enter(list.steady, true);
		list.arrives('xyz', 'new', 'closed=all');
		expect(list.seen).toMatchObject({ order: 'xyz', news: 0 });
	});
});
