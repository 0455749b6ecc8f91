import { expect, it } from 'vitest';

import { Ladder, LADDER } from './ladder.ts';

function steps(reports: boolean[]): number[] {
	const ladder = new Ladder();
	return reports.map((hit) => {
		ladder.report(hit);
		return LADDER.indexOf(ladder.rung);
	});
}

it('[scanner] every miss climbs one rung, and after the last comes the first', () => {
	expect(steps(LADDER.map(() => false))).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
});

it('[scanner] a rung that hits is kept, through two shaken frames', () => {
	expect(steps([false, false, true, true, false, false, true, false, false, false])).toEqual([
		1, 2, 2, 2, 2, 2, 2, 2, 2, 3
	]);
});

it('[scanner] a restart begins at the cheapest rung', () => {
	const ladder = new Ladder();
	ladder.report(false);
	ladder.restart();
	expect(ladder.rung).toBe(LADDER[0]);
});

it('[scanner] a round looks at every eighth of a turn between the axes, at the whole frame, and at light on dark', () => {
	expect([...new Set(LADDER.map((rung) => rung.turn))].sort((a, b) => a - b)).toEqual([0, 22.5, 45, 67.5]);
	expect(LADDER.some((rung) => rung.area === 'frame')).toBe(true);
	expect(LADDER.some((rung) => rung.inverted)).toBe(true);
});
