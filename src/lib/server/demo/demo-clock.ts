/** "Three days ago at 06:40, at the site" as an instant: what makes the demo's past recent on whatever day it is made. */
import { localDate } from '#lib/domain/week.ts';
import type { When } from './demo-stories.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export class DemoClock {
	readonly #wall: Intl.DateTimeFormat;

	constructor(
		readonly now: Date,
		readonly timeZone: string
	) {
		const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
		this.#wall = new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts });
	}

	/** Milliseconds since 1970, never later than now. */
	at(when: When): number {
		if ('minutesAgo' in when) return this.now.getTime() - when.minutesAgo * MINUTE_MS;
		const [daysAgo, time] = when;
		return Math.min(this.#instant(`${this.day(-daysAgo)}T${time}:00Z`), this.now.getTime());
	}

	/** The site's date, so many days from today: `YYYY-MM-DD`. */
	day(days: number): string {
		const today = Date.parse(`${localDate(this.now.toISOString(), this.timeZone)}T00:00:00Z`);
		return new Date(today + days * DAY_MS).toISOString().slice(0, 10);
	}

	/** What a clock on the wall shows, read as if it were UTC, less what that zone is ahead. */
	#instant(asUtc: string): number {
		const wanted = Date.parse(asUtc);
		const shown = Date.parse(`${this.#wall.format(wanted).replace(' ', 'T')}:00Z`);
		return wanted - (shown - wanted);
	}
}
