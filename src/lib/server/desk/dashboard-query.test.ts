import { describe, expect, test } from 'vitest';
import { dashboardQuery } from './dashboard-query.ts';

const PARIS = 'Europe/Paris';
/** A Wednesday in winter time, a few days after clocks went back. */
const NOW = '2026-10-28T22:30:00.000Z';
const query = (address: string, now = NOW, zone = PARIS) => dashboardQuery(new URLSearchParams(address), now, zone);

describe('the period', () => {
	test.each([
		['period=week', '2026-10-26', '2026-10-28', '2026-10-25T23:00:00.000Z'],
		['', '2026-09-29', '2026-10-28', '2026-09-28T22:00:00.000Z'],
		['period=30d', '2026-09-29', '2026-10-28', '2026-09-28T22:00:00.000Z'],
		['period=90d', '2026-07-31', '2026-10-28', '2026-07-30T22:00:00.000Z'],
		['period=year', '2026-01-01', '2026-10-28', '2025-12-31T23:00:00.000Z'],
		['from=2026-10-25&to=2026-10-25', '2026-10-25', '2026-10-25', '2026-10-24T22:00:00.000Z']
	])('[T4] "%s" reads the site’s days, across the change of clocks', (address, first, last, from) => {
		expect(query(address)).toMatchObject({ first, last, from, wrongPeriod: null, wrongSpan: null });
	});

	test('[T4] today is the site’s: an hour later it is tomorrow in Paris, and still yesterday in Cayenne', () => {
		expect(query('period=week', '2026-10-28T23:30:00.000Z').last).toBe('2026-10-29');
		expect(query('period=week', '2026-10-28T01:30:00.000Z', 'America/Cayenne').last).toBe('2026-10-27');
		expect(query('period=week', '2026-11-01T23:30:00.000Z')).toMatchObject({ first: '2026-11-02', last: '2026-11-02' });
	});

	test('a day of 25 hours ends 25 hours after it began', () => {
		const { from, until } = query('from=2026-10-25&to=2026-10-25');
		expect(Date.parse(until) - Date.parse(from)).toBe(25 * 3_600_000);
	});
});

test.each(['fortnight', '30', 'WEEK', "30d'; DROP TABLE shipment"])(
	'[B1] %s is no period: it is named, and the usual one stands',
	(text) => {
		expect(query(new URLSearchParams({ period: text }).toString())).toMatchObject({
			period: '30d',
			wrongPeriod: text.slice(0, 20)
		});
	}
);

test.each([
	['from=2026-02-30&to=2026-03-01', 'no_date'],
	['from=hier&to=demain', 'no_date'],
	['from=2026-03-01', 'incomplete'],
	['to=2026-03-01', 'incomplete'],
	['from=2026-03-02&to=2026-03-01', 'reversed'],
	['from=2025-01-01&to=2026-01-02', 'too_long'],
	['from=0001-01-01&to=9999-12-31', 'too_long']
])('[B1] "%s" is said to be wrong, and the named period stands', (address, wrongSpan) => {
	expect(query(`${address}&period=week`)).toMatchObject({ period: 'week', first: '2026-10-26', wrongSpan });
});

test('a whole year of days is as long as it gets', () => {
	expect(query('from=2025-01-01&to=2026-01-01')).toMatchObject({ period: 'custom', wrongSpan: null });
});
