/**
 * Times as the site reads them: whatever zone the browser is in, the desk speaks the warehouse's (T4). Formatters are made
 * once per zone and language, since a board asks hundreds of times.
 */
export interface SiteClock {
	/** IANA name, `SITE_TIME_ZONE`. */
	timeZone: string;
	/** The interface's language: `fr`, `en`. */
	locale: string;
	/** ISO; the server's time of the last reading, so that server and browser write the same words. */
	now: string;
}

const FORMATS = {
	weekday: { weekday: 'short', day: 'numeric' },
	day: { day: 'numeric', month: 'short' },
	dayYear: { day: 'numeric', month: 'short', year: '2-digit' },
	time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
	full: {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23'
	},
	moment: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
	dayFull: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
	dayMonth: { day: 'numeric', month: 'long' },
	year: { year: 'numeric' }
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(name: keyof typeof FORMATS, clock: SiteClock): Intl.DateTimeFormat {
	const key = `${name}|${clock.timeZone}|${clock.locale}`;
	let formatter = formatters.get(key);
	if (formatter === undefined) {
		// British English reads the day first and 24 hours, as the French pages do.
		const language = clock.locale === 'en' ? 'en-GB' : clock.locale;
		formatter = new Intl.DateTimeFormat(language, { ...FORMATS[name], timeZone: clock.timeZone });
		formatters.set(key, formatter);
	}
	return formatter;
}

const format = (name: keyof typeof FORMATS, clock: SiteClock, iso: string): string =>
	formatterOf(name, clock).format(new Date(iso));

const DAY_MS = 86_400_000;

/** The day of a stamp, as short as it can be without being mistaken: `lun. 16`, `16 nov.`, `16 nov. 24`. */
export function stampDay(clock: SiteClock, iso: string): string {
	const age = Date.parse(clock.now) - Date.parse(iso);
	if (Math.abs(age) < 14 * DAY_MS) return format('weekday', clock, iso);
	return format(format('year', clock, iso) === format('year', clock, clock.now) ? 'day' : 'dayYear', clock, iso);
}

export const stampTime = (clock: SiteClock, iso: string): string => format('time', clock, iso);

/** `lundi 16 novembre 2026 à 09:12`, for titles. */
export const fullTime = (clock: SiteClock, iso: string): string => format('full', clock, iso);

/** `16 nov. 2026, 09:12`, for lists. */
export const moment = (clock: SiteClock, iso: string): string => format('moment', clock, iso);

/** A date without time (`YYYY-MM-DD`) is the same day everywhere. */
export const calendarDay = (clock: SiteClock, date: string): string =>
	format('dayFull', { ...clock, timeZone: 'UTC' }, `${date}T12:00:00Z`);

/** `16–22 novembre`: the days from an instant until another, which is no longer part of them. */
export const daySpan = (clock: SiteClock, from: string, until: string): string =>
	formatterOf('dayMonth', clock).formatRange(new Date(from), new Date(Date.parse(until) - 1));
