import { expect, test } from 'vitest';
import { boardQuery, boardRowsSearch } from './board-query.ts';

const query = (address: string) => boardQuery(new URLSearchParams(address));

test.each(['2026-W54', '2025-W53', '2026-W00', '2026-W7', '2026W07', '26-W07', 'semaine', '2026-W47; DROP TABLE'])(
	'[B1] %s is no week: it is named in the warning and filters nothing',
	(text) => {
		expect(query(new URLSearchParams({ planned_week: text }).toString())).toMatchObject({
			week: null,
			invalidWeek: text.slice(0, 20)
		});
	}
);

test.each(['2026-W47', '2026-47', ' 2026-w47 '])('[B1] %s is week 47', (text) => {
	expect(query(new URLSearchParams({ planned_week: text }).toString())).toMatchObject({
		week: { year: 2026, week: 47 },
		invalidWeek: null
	});
});

test('[B1] no week asked for is no warning', () => {
	expect(query('planned_week=')).toMatchObject({ week: null, invalidWeek: null });
});

test.each([
	['', 'exclude'],
	['closed=exclude', 'exclude'],
	['closed=ALL', 'exclude'],
	['closed=all', 'all']
])('[B2] "%s" reads %s', (address, closed) => {
	expect(query(address).closed).toBe(closed);
});

test.each(['0', '-1', '1.5', 'x', '1e9', ''])('page %s is the first', (page) => {
	expect(query(`page=${page}`).page).toBe(1);
});

test('what chooses the rows stays when one of them is opened, and no filter is left out of it', () => {
	const search = (address: string) => boardRowsSearch(new URLSearchParams(address));
	expect(search('page=2&open=x&destination=d')).toBe(search('page=2&destination=d'));
	for (const filter of [
		'planned_week=2026-W09',
		'closed=all',
		'late=only',
		'destination=d',
		'q=x',
		'sort=cartons',
		'page=2'
	])
		expect(boardQuery(new URLSearchParams(search(filter)))).toEqual(query(filter));
	expect(search(`q=${'é'.repeat(4_000)}`).length).toBe(2_000);
});
