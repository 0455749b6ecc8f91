/**
 * [B1] ISO weeks, Monday to Sunday in the site's time zone. Knows time zones through Intl only.
 */

export interface IsoWeek {
	year: number;
	week: number;
}

const DAY_MS = 86_400_000;

/** Monday of ISO week 1: the week that holds 4 January. As a UTC day in ms. */
function firstMonday(year: number): number {
	const fourth = Date.UTC(year, 0, 4);
	return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

const weeksIn = (year: number): number => Math.round((firstMonday(year + 1) - firstMonday(year)) / (7 * DAY_MS));

/** [B1] `2026-W47` or `2026-47`; null for anything else, a week that the year does not have included. */
export function parseWeek(text: string): IsoWeek | null {
	const match = /^(\d{4})-[Ww]?(\d{2})$/.exec(text.trim());
	if (!match) return null;
	const [year, week] = [Number(match[1]), Number(match[2])];
	return year >= 1970 && week >= 1 && week <= weeksIn(year) ? { year, week } : null;
}

export const formatWeek = ({ year, week }: IsoWeek): string => `${year}-W${String(week).padStart(2, '0')}`;

/** The week before (-1), after (1)… */
export function shiftWeek(from: IsoWeek, weeks: number): IsoWeek {
	return weekOfDay(firstMonday(from.year) + (from.week - 1 + weeks) * 7 * DAY_MS);
}

/** `day`: a UTC day in ms. */
function weekOfDay(day: number): IsoWeek {
	const thursday = new Date(day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * DAY_MS);
	const year = thursday.getUTCFullYear();
	return { year, week: Math.floor((thursday.getTime() - firstMonday(year)) / (7 * DAY_MS)) + 1 };
}

/** The ISO week of an instant (ISO text), in the site's time zone. */
export const weekOf = (at: string, timeZone: string): IsoWeek => weekOfDay(dayOf(Date.parse(at), timeZone));

/** [B1] From Monday 00:00 until the next Monday 00:00 (exclusive) in the site's time zone, as ISO UTC with milliseconds. */
export function weekBounds({ year, week }: IsoWeek, timeZone: string): { from: string; until: string } {
	const monday = firstMonday(year) + (week - 1) * 7 * DAY_MS;
	return { from: midnight(monday, timeZone), until: midnight(monday + 7 * DAY_MS, timeZone) };
}

/** [R1] The local year of an instant (ISO text): a reference counts within it. */
export const localYear = (at: string, timeZone: string): number =>
	new Date(dayOf(Date.parse(at), timeZone)).getUTCFullYear();

/** The local calendar day (`YYYY-MM-DD`) of an instant (ISO text). */
export const localDate = (at: string, timeZone: string): string =>
	new Date(dayOf(Date.parse(at), timeZone)).toISOString().slice(0, 10);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar day (`YYYY-MM-DD`) that exists; null for anything else. */
export function parseDay(text: string): string | null {
	const day = text.trim();
	if (!DAY.test(day)) return null;
	const at = Date.parse(`${day}T00:00:00Z`);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? day : null;
}

/** The calendar day (`YYYY-MM-DD`) so many days after another. */
export const shiftDay = (day: string, days: number): string =>
	new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** From the beginning of a local day (`YYYY-MM-DD`) to the end of another, exclusive, as ISO UTC with milliseconds. */
export const dayBounds = (first: string, last: string, timeZone: string): { from: string; until: string } => ({
	from: midnight(Date.parse(`${first}T00:00:00Z`), timeZone),
	until: midnight(Date.parse(`${last}T00:00:00Z`) + DAY_MS, timeZone)
});

/** The instant at which a local day begins. Where clocks skip midnight, the first instant that the day has. */
function midnight(day: number, timeZone: string): string {
	// The offset at the result itself counts; a second look settles days on which it changes.
	let instant = day - offsetAt(day, timeZone);
	instant = day - offsetAt(instant, timeZone);
	while (dayOf(instant, timeZone) < day) instant += 30 * 60_000;
	return new Date(instant).toISOString();
}

const dayOf = (instant: number, timeZone: string): number =>
	Math.floor((instant + offsetAt(instant, timeZone)) / DAY_MS) * DAY_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Local time minus UTC at an instant (ms since 1970), in ms. @throws RangeError on an unknown time zone. */
export function offsetAt(instant: number, timeZone: string): number {
	let format = formats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric'
		});
		formats.set(timeZone, format);
	}
	const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
	for (const part of format.formatToParts(instant)) parts[part.type] = Number(part.value);
	const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
