/** What somebody else changed while a form was open, said beside the field. */
import { isSame } from '#lib/domain/saved-fields.ts';
import type { FieldStamps } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { fullTime, type SiteClock } from './site-time.ts';

export interface FormHistory<V> {
	/** What the fields read when the form was made, and what they read now. */
	before: V;
	now: V;
	changed: FieldStamps | undefined;
	clock: SiteClock;
}

/** Undefined: nobody touched it. `read`: how its value reads now. */
export function newsOf<V extends object>(
	field: keyof V & string,
	values: V,
	{ before, now, changed, clock }: FormHistory<V>,
	read: string
): string | undefined {
	if (isSame(before[field], now[field])) return undefined;
	const stamp = changed?.[field];
	const value = read === '' ? m.desk_none() : read;
	if (stamp === undefined) return m.contacts_changed({ value });
	const who = { by: stamp.by, time: fullTime(clock, stamp.at) };
	return isSame(values[field], now[field]) ? m.contacts_followed(who) : m.contacts_changed_by({ ...who, value });
}

/** The newest change of all fields; null where nothing was changed since it was made. */
export function lastChange(changed: FieldStamps | undefined): { by: string; at: string } | null {
	const stamps = Object.values(changed ?? {}).sort((a, b) => (a.at < b.at ? -1 : 1));
	return stamps.at(-1) ?? null;
}
