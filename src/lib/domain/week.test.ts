import { describe, expect, it } from 'vitest';
import {
	dayBounds,
	formatWeek,
	localDate,
	localYear,
	parseDay,
	parseWeek,
	shiftDay,
	shiftWeek,
	weekBounds,
	weekOf
} from './week.ts';

const PARIS = 'Europe/Paris';

describe('ISO weeks', () => {
	it('[B1] both spellings, two digits, a week that exists', () => {
		expect(parseWeek('2026-W47')).toEqual({ year: 2026, week: 47 });
		expect(parseWeek(' 2026-47 ')).toEqual({ year: 2026, week: 47 });
		expect(parseWeek('2026-w01')).toEqual({ year: 2026, week: 1 });
		expect(parseWeek('2026-W53')).toEqual({ year: 2026, week: 53 });
		for (const text of [
			'2025-W53',
			'2026-W54',
			'2026-W00',
			'2026-W7',
			'2026-W047',
			'26-W07',
			'2026W07',
			'',
			'x',
			'2026-W4a',
			'1969-W01'
		])
			expect(parseWeek(text), text).toBe(null);
	});

	it('[B1] Monday to Sunday in the site’s time zone, summer time included', () => {
		expect(weekBounds({ year: 2026, week: 47 }, PARIS)).toEqual({
			from: '2026-11-15T23:00:00.000Z',
			until: '2026-11-22T23:00:00.000Z'
		});
		expect(weekBounds({ year: 2026, week: 13 }, PARIS)).toEqual({
			from: '2026-03-22T23:00:00.000Z',
			until: '2026-03-29T22:00:00.000Z'
		});
		expect(weekBounds({ year: 2026, week: 43 }, PARIS)).toEqual({
			from: '2026-10-18T22:00:00.000Z',
			until: '2026-10-25T23:00:00.000Z'
		});
		expect(weekBounds({ year: 2026, week: 1 }, 'UTC')).toEqual({
			from: '2025-12-29T00:00:00.000Z',
			until: '2026-01-05T00:00:00.000Z'
		});
		expect(weekBounds({ year: 2026, week: 10 }, 'Asia/Kathmandu').from).toBe('2026-03-01T18:15:00.000Z');
	});

	it('[B1] where clocks skip midnight, the day begins when it has a first instant', () => {
		// Teheran on 22 March 2021 and Asunción on 1 October 1990, Mondays both, went from 23:59:59 to 01:00.
		expect(weekBounds({ year: 2021, week: 12 }, 'Asia/Tehran').from).toBe('2021-03-21T20:30:00.000Z');
		expect(weekBounds({ year: 1990, week: 40 }, 'America/Asuncion').from).toBe('1990-10-01T04:00:00.000Z');
		expect(localDate(weekBounds({ year: 1995, week: 1 }, 'Pacific/Kiritimati').from, 'Pacific/Kiritimati')).toBe(
			'1995-01-02'
		);
	});

	it('[B1] every instant lies in the bounds of its own week', () => {
		for (const zone of [PARIS, 'UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'])
			for (let hour = 0; hour < 24 * 400; hour += 101) {
				const at = new Date(Date.UTC(2025, 11, 20) + hour * 3_600_000).toISOString();
				const week = weekOf(at, zone);
				const { from, until } = weekBounds(week, zone);
				expect(from <= at && at < until, `${at} ${zone} ${formatWeek(week)}`).toBe(true);
				expect(parseWeek(formatWeek(week))).toEqual(week);
			}
	});

	it('[B1] steps over the end of a year', () => {
		expect(shiftWeek({ year: 2026, week: 53 }, 1)).toEqual({ year: 2027, week: 1 });
		expect(shiftWeek({ year: 2027, week: 1 }, -1)).toEqual({ year: 2026, week: 53 });
		expect(shiftWeek({ year: 2026, week: 10 }, -20)).toEqual({ year: 2025, week: 42 });
	});

	it('[R1] the local year and day of an instant', () => {
		expect(localYear('2026-12-31T23:30:00.000Z', PARIS)).toBe(2027);
		expect(localYear('2026-12-31T22:30:00.000Z', PARIS)).toBe(2026);
		expect(localDate('2026-12-31T23:30:00.000Z', PARIS)).toBe('2027-01-01');
		expect(() => localYear('2026-12-31T23:30:00.000Z', 'Nowhere/City')).toThrow(RangeError);
	});
});

describe('local days', () => {
	it('[T4] a span of days begins and ends at the site’s midnights, on the days on which clocks change too', () => {
		expect(dayBounds('2026-03-29', '2026-03-29', PARIS)).toEqual({
			from: '2026-03-28T23:00:00.000Z',
			until: '2026-03-29T22:00:00.000Z'
		});
		expect(dayBounds('2026-10-25', '2026-10-26', PARIS)).toEqual({
			from: '2026-10-24T22:00:00.000Z',
			until: '2026-10-26T23:00:00.000Z'
		});
	});

	it('a day that does not exist is no day', () => {
		expect(parseDay(' 2028-02-29 ')).toBe('2028-02-29');
		for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '', 'x', '2026-01-01T00:00', '20260101'])
			expect(parseDay(text), text).toBe(null);
		expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
	});
});
