/**
 * [T4] A minute as a person types it at the site, and the instant that it is. Knows time zones through Intl only.
 */
import { offsetAt } from './week.ts';

const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** `YYYY-MM-DDTHH:mm` of an instant (ISO text) in the site's time zone. */
export function localMinute(at: string, timeZone: string): string {
	const instant = Date.parse(at);
	return new Date(instant + offsetAt(instant, timeZone)).toISOString().slice(0, 16);
}

/**
 * The instant (ISO UTC with milliseconds) at which a local minute begins; null for text that is no minute. Of a minute that
 * comes twice a year it is one of the two, of one that clocks skip the instant an hour beside it.
 */
export function minuteBegins(local: string, timeZone: string): string | null {
	if (!MINUTE.test(local)) return null;
	const wanted = Date.parse(`${local}:00Z`);
	if (Number.isNaN(wanted)) return null;
	// The offset at the result itself counts; a second look settles days on which it changes.
	let instant = wanted - offsetAt(wanted, timeZone);
	instant = wanted - offsetAt(instant, timeZone);
	return new Date(instant).toISOString();
}

/**
 * [T4] The instant that a typed minute stands for, when it must not precede `earliest`: people type no seconds, so the
 * minute in which the former step happened stands for that very instant. Null for text that is no minute.
 */
export function typedInstant(local: string, timeZone: string, earliest: string): string | null {
	const begins = minuteBegins(local, timeZone);
	return begins !== null && begins < earliest && localMinute(earliest, timeZone) === local ? earliest : begins;
}
