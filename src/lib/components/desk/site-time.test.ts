import { expect, test } from 'vitest';
import { calendarDay, daySpan, fullTime, moment, stampDay, stampTime, type SiteClock } from './site-time.ts';

const fr: SiteClock = { timeZone: 'Europe/Paris', locale: 'fr', now: '2026-11-22T09:00:00.000Z' };
const en: SiteClock = { ...fr, locale: 'en' };

test('[T4] times are the site’s, across its clock changes', () => {
	expect(stampTime(fr, '2026-10-25T00:30:00.000Z')).toBe('02:30');
	expect(stampTime(fr, '2026-10-25T01:30:00.000Z')).toBe('02:30');
	expect(stampTime(fr, '2026-03-29T01:00:00.000Z')).toBe('03:00');
	expect(stampTime({ ...fr, timeZone: 'America/Cayenne' }, '2026-11-22T02:05:00.000Z')).toBe('23:05');
	expect(stampTime(fr, '2026-11-21T23:00:00.000Z')).toBe('00:00');
});

test('[T4] a stamp’s day is as short as it can be without being mistaken', () => {
	expect(stampDay(fr, '2026-11-16T08:12:00.000Z')).toBe('lun. 16');
	expect(stampDay(en, '2026-11-16T08:12:00.000Z')).toBe('Mon 16');
	expect(stampDay(fr, '2026-10-02T08:12:00.000Z')).toBe('2 oct.');
	expect(stampDay(fr, '2025-11-16T08:12:00.000Z')).toBe('16 nov. 25');
	// The last minutes of a year belong to the site's year, not to UTC's.
	expect(stampDay({ ...fr, now: '2026-12-31T23:30:00.000Z' }, '2026-06-01T08:00:00.000Z')).toBe('1 juin 26');
});

test('a date without time is the same day everywhere', () => {
	expect(calendarDay({ ...fr, timeZone: 'Pacific/Kiritimati' }, '2026-12-12')).toBe('sam. 12 déc. 2026');
	expect(calendarDay({ ...fr, timeZone: 'Pacific/Pago_Pago' }, '2026-12-12')).toBe('sam. 12 déc. 2026');
});

test('[B1] a week reads from its Monday to its Sunday', () => {
	expect(daySpan(fr, '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z')).toMatch(/^16.22 novembre$/);
	expect(daySpan(en, '2026-11-29T23:00:00.000Z', '2026-12-06T23:00:00.000Z')).toMatch(/^30 November.+6 December$/);
});

test('lists and titles say the whole', () => {
	expect(moment(fr, '2026-11-16T08:12:00.000Z')).toBe('16 nov. 2026, 09:12');
	expect(fullTime(fr, '2026-11-16T08:12:00.000Z')).toMatch(/^lundi 16 novembre 2026 à 09:12$/);
});
