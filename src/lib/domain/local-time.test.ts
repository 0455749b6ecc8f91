import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localMinute, minuteBegins, typedInstant } from './local-time.ts';

const PARIS = 'Europe/Paris';

describe('a typed minute', () => {
	test('[T4] is read in the site’s time zone, summer and winter', () => {
		expect(minuteBegins('2026-11-22T09:30', PARIS)).toBe('2026-11-22T08:30:00.000Z');
		expect(minuteBegins('2026-07-01T09:30', PARIS)).toBe('2026-07-01T07:30:00.000Z');
		expect(minuteBegins('2026-11-22T09:30', 'Africa/Niamey')).toBe('2026-11-22T08:30:00.000Z');
		expect(localMinute('2026-11-22T08:30:42.123Z', PARIS)).toBe('2026-11-22T09:30');
	});

	test('[T4] comes back as it was typed, whatever the zone', () => {
		const zones = fc.constantFrom(PARIS, 'UTC', 'Indian/Antananarivo', 'America/St_Johns', 'Asia/Kathmandu');
		const minutes = fc.date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true });
		fc.assert(
			fc.property(minutes, zones, (date, zone) => {
				const local = localMinute(date.toISOString(), zone);
				const begins = minuteBegins(local, zone)!;
				// Twice a year a local minute is two instants: either is right.
				expect(localMinute(begins, zone)).toBe(local);
			})
		);
	}, 30_000);

	test('[T4] the minute of the former step stands for that step’s instant, an earlier one does not', () => {
		const earliest = '2026-11-22T08:30:42.123Z';
		expect(typedInstant('2026-11-22T09:30', PARIS, earliest)).toBe(earliest);
		expect(typedInstant('2026-11-22T09:31', PARIS, earliest)).toBe('2026-11-22T08:31:00.000Z');
		expect(typedInstant('2026-11-22T09:29', PARIS, earliest)).toBe('2026-11-22T08:29:00.000Z');
	});

	test('[T4] anything else is no minute', () => {
		for (const text of ['', 'demain', '2026-11-22', '2026-13-40T09:30', '2026-11-22T25:00'])
			expect(minuteBegins(text, PARIS), text).toBeNull();
	});
});
