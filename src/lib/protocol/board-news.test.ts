import { expect, test } from 'vitest';
import { boardAfter, type BoardNews } from './board-news.ts';

interface Row {
	id: string;
	status: string;
}
const totals = { now: '2026-03-02T08:00:00.000Z', total: 2, cartons: 8, late: 0, pages: 1 };
const news = (ids: string[], ...rows: [id: string, status: string][]): BoardNews<Row> => ({
	...totals,
	ids,
	rows: rows.map(([id, status]) => ({ id, status }))
});

test('rows that were not told again stay as they were; order and membership are the newest', () => {
	const first = boardAfter(null, news(['a', 'b'], ['a', 'planned'], ['b', 'planned']));
	const second = boardAfter(first, { ...news(['c', 'a'], ['c', 'planned'], ['a', 'shipped']), total: 3 });
	expect(second.rows).toEqual([
		{ id: 'c', status: 'planned' },
		{ id: 'a', status: 'shipped' }
	]);
	expect(second.total).toBe(3);
	expect(boardAfter(second, news(['a', 'c'])).rows.map(({ id }) => id)).toEqual(['a', 'c']);
});
