import { describe, expect, test } from 'vitest';
import { outlived, type Kept } from './retention.ts';

/** A Monday. */
const NOW = new Date('2026-06-15T12:00:00.000Z');
const DAY_MS = 86_400_000;
const madeOn = (day: string, good = true): Kept => ({ name: day, madeAt: `${day.padEnd(13, 'T02')}:00:00.000Z`, good });
const good = (...days: string[]): Kept[] => days.map((day) => madeOn(day));
const remaining = (backups: readonly Kept[]): string[] => {
	const gone = new Set(outlived(backups, NOW));
	return backups.map(({ name }) => name).filter((name) => !gone.has(name));
};
/** One a day, `count` of them, until `until`. */
const nights = (count: number, until = '2026-06-15'): Kept[] =>
	Array.from({ length: count }, (_, i) => {
		const at = new Date(Date.parse(`${until}T02:00:00.000Z`) - (count - 1 - i) * DAY_MS);
		return madeOn(at.toISOString().slice(0, 10));
	});

describe('what is kept of the backups', () => {
	test.for<[string, Kept[], string[]]>([
		['nothing of nothing', [], []],
		[
			'all of the last 24 hours, and the last of each day before',
			good('2026-06-13T08', '2026-06-13T09', '2026-06-14T13', '2026-06-14T14', '2026-06-15T01', '2026-06-15T02'),
			['2026-06-13T09', '2026-06-14T13', '2026-06-14T14', '2026-06-15T01', '2026-06-15T02']
		],
		[
			'after seven days the Sundays of four weeks, and the last of the month before',
			nights(30),
			[
				...['2026-05-31', '2026-06-07', '2026-06-09', '2026-06-10', '2026-06-11'],
				...['2026-06-12', '2026-06-13', '2026-06-14', '2026-06-15']
			]
		],
		[
			'one of each month, twelve of them',
			good('2025-05-31', '2025-06-30', '2025-07-01', '2025-07-31', '2025-08-31', '2025-09-30', '2025-10-31').concat(
				good('2025-11-30', '2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'),
				nights(8)
			),
			[
				...['2025-07-31', '2025-08-31', '2025-09-30', '2025-10-31', '2025-11-30', '2025-12-31', '2026-01-31'],
				...['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-09', '2026-06-10', '2026-06-11'],
				...['2026-06-12', '2026-06-13', '2026-06-14', '2026-06-15']
			]
		],
		['the last good one, however old', good('2019-01-01'), ['2019-01-01']],
		[
			'a damaged one takes no place',
			[...nights(6, '2026-06-14'), madeOn('2026-06-15', false)],
			['2026-06-09', '2026-06-10', '2026-06-11', '2026-06-12', '2026-06-13', '2026-06-14', '2026-06-15']
		],
		['a damaged one goes after seven days', [madeOn('2026-06-01', false), madeOn('2026-06-15')], ['2026-06-15']],
		[
			'damaged ones stay while no good one is newer',
			[madeOn('2024-01-01'), madeOn('2025-01-01', false)],
			['2024-01-01', '2025-01-01']
		]
	])('%s', ([, backups, expected]) => expect(remaining(backups)).toEqual(expected));

	test('a backup each night for two years leaves a week of days, a month of weeks, a year of months', () => {
		let backups: Kept[] = [];
		for (const next of nights(730)) {
			backups.push(next);
			const gone = new Set(outlived(backups, new Date(Date.parse(next.madeAt) + 60_000)));
			expect(gone).not.toContain(next.name);
			backups = backups.filter(({ name }) => !gone.has(name));
		}
		expect(backups.slice(-7)).toEqual(nights(7));
		const months = new Set(backups.map(({ name }) => name.slice(0, 7)));
		expect(months.size).toBe(12);
		expect(backups.length).toBeLessThanOrEqual(7 + 4 + 12);
	});
});
