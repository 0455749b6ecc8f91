/**
 * The dashboard's address: which days, which destination. Everything in it may be typed by hand, so nothing in it can fail:
 * what makes no sense gives a visible warning and the period or filter that stands without it (as B1).
 */
import { dayBounds, localDate, parseDay, shiftDay, weekBounds, weekOf } from '#lib/domain/week.ts';

export const PERIODS = ['week', '30d', '90d', 'year'] as const;
export type Period = (typeof PERIODS)[number];
const USUAL: Period = '30d';
/** A year of weeks is what a chart has room for. */
export const MOST_DAYS = 366;

/** Why the days that were asked for are not shown. */
export type WrongSpan = 'no_date' | 'incomplete' | 'reversed' | 'too_long';

export interface DashboardQuery {
	period: Period | 'custom';
	/** Calendar days of the site (`YYYY-MM-DD`), both inclusive. */
	first: string;
	last: string;
	/** The same as instants: ISO UTC, `until` exclusive. */
	from: string;
	until: string;
	/** As asked for: whether there is such a destination is the database's to say. */
	destinationId: string | null;
	wrongPeriod: string | null;
	wrongSpan: WrongSpan | null;
	/** What was typed, so that a form shows it again. */
	typed: { from: string; to: string };
}

/** Days that are typed go before a period that is named. `now`: ISO. */
export function dashboardQuery(params: URLSearchParams, now: string, siteTimeZone: string): DashboardQuery {
	const asked = (name: string) => (params.get(name) ?? '').trim();
	const named = asked('period');
	const known = PERIODS.find((period) => period === named);
	const period = known ?? USUAL;
	const typed = { from: asked('from').slice(0, 20), to: asked('to').slice(0, 20) };
	const wrongSpan = spanFault(typed);
	const isCustom = wrongSpan === null && typed.from !== '';
	const today = localDate(now, siteTimeZone);
	const [first, last] = isCustom ? [typed.from, typed.to] : [firstDay(period, today, siteTimeZone), today];
	return {
		period: isCustom ? 'custom' : period,
		...{ first, last },
		...dayBounds(first, last, siteTimeZone),
		destinationId: asked('destination').slice(0, 80) || null,
		wrongPeriod: named === '' || known !== undefined ? null : named.slice(0, 20),
		wrongSpan,
		typed
	};
}

/** Periods end today; a week begins on its Monday. */
function firstDay(period: Period, today: string, siteTimeZone: string): string {
	switch (period) {
		case 'week': {
			const { from } = weekBounds(weekOf(dayBounds(today, today, siteTimeZone).from, siteTimeZone), siteTimeZone);
			return localDate(from, siteTimeZone);
		}
		case '30d':
			return shiftDay(today, -29);
		case '90d':
			return shiftDay(today, -89);
		case 'year':
			return `${today.slice(0, 4)}-01-01`;
	}
}

function spanFault({ from, to }: { from: string; to: string }): WrongSpan | null {
	if (from === '' && to === '') return null;
	if ((from !== '' && parseDay(from) === null) || (to !== '' && parseDay(to) === null)) return 'no_date';
	if (from === '' || to === '') return 'incomplete';
	if (from > to) return 'reversed';
	return shiftDay(from, MOST_DAYS) <= to ? 'too_long' : null;
}
