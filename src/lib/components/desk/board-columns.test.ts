import { expect, test } from 'vitest';
import { BOARD_COLUMNS, boardGrid, shownColumns, sortAddress } from './board-columns.ts';

const shown = (query: string) => [...shownColumns(new URLSearchParams(query))];

test('[ux] the address chooses columns; what it does not know is not chosen, and nothing chosen is all', () => {
	expect(shown('cols=parties&cols=planned')).toEqual(['parties', 'planned']);
	expect(shown('cols=planned&cols=nothing')).toEqual(['planned']);
	for (const query of ['', 'cols=', 'cols=nothing']) expect(shown(query)).toEqual([...BOARD_COLUMNS]);
});

test('[ux] head and rows have a place for each column that is shown', () => {
	expect(boardGrid(new Set(BOARD_COLUMNS))).toBe(
		'28px 146px 72px minmax(150px, 1fr) repeat(5, minmax(66px, 98px)) 280px'
	);
	expect(boardGrid(new Set(['parties']), true)).toBe('100px minmax(150px, 1fr) 150px');
	expect(boardGrid(new Set(['planned']))).toBe('28px 146px repeat(1, minmax(66px, 98px)) minmax(280px, 1fr)');
});

test('[ux] a column sorts the way one expects first, and turns round when pressed again', () => {
	const opened = { sort: 'planned', down: true };
	expect(sortAddress('planned', opened)).toBe('planned');
	expect(sortAddress('planned', { sort: 'planned', down: false })).toBeNull();
	expect(sortAddress('reference', opened)).toBe('reference');
	expect(sortAddress('reference', { sort: 'reference', down: false })).toBe('-reference');
	expect(sortAddress('cartons', opened)).toBe('-cartons');
});
