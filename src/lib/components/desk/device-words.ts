/** What the fleet page and a device's own page there say of a phone: its troubles, each with what to do about it. */
import type { DeviceFacts, DeviceTrouble } from '#lib/domain/device-trouble.ts';
import { m } from '#lib/paraglide/messages.js';

export const TROUBLE_NAMES = {
	unconfirmed: m.fleet_trouble_unconfirmed,
	lost: m.fleet_trouble_lost,
	stuck: m.fleet_trouble_stuck,
	salvaged: m.fleet_trouble_salvaged,
	mismatch: m.fleet_trouble_mismatch,
	refused: m.fleet_trouble_refused,
	full: m.fleet_trouble_full,
	clock: m.fleet_trouble_clock,
	not_kept: m.fleet_trouble_not_kept,
	old: m.fleet_trouble_old
} as const satisfies Record<DeviceTrouble, () => string>;

export const TROUBLE_ADVICE = {
	unconfirmed: m.fleet_do_unconfirmed,
	lost: m.fleet_do_lost,
	stuck: m.fleet_do_stuck,
	salvaged: m.fleet_do_salvaged,
	mismatch: m.fleet_do_mismatch,
	refused: m.fleet_do_refused,
	full: m.fleet_do_full,
	clock: m.fleet_do_clock,
	not_kept: m.fleet_do_not_kept,
	old: m.fleet_do_old
} as const satisfies Record<DeviceTrouble, () => string>;

/** With its number, where it has one. */
export function troubleTag(trouble: DeviceTrouble, device: DeviceFacts): string {
	if (trouble === 'lost') return m.fleet_tag_lost({ count: device.lostScans });
	if (trouble === 'salvaged') return m.people_salvaged_count({ count: device.salvaged });
	if (trouble === 'refused') return m.fleet_tag_refused({ count: device.refused });
	if (trouble === 'full') return m.fleet_tag_full({ megabytes: device.freeMb ?? 0 });
	if (trouble === 'clock') return clockWords(device.clockLate ?? 0);
	return TROUBLE_NAMES[trouble]();
}

/** @param late in seconds; negative: early */
export const clockWords = (late: number): string =>
	late < 0 ? m.fleet_tag_clock_early({ time: spanWords(-late) }) : m.fleet_tag_clock_late({ time: spanWords(late) });

function spanWords(seconds: number): string {
	const minutes = Math.round(seconds / 60);
	if (minutes < 90) return m.fleet_span_minutes({ count: minutes });
	if (minutes < 48 * 60) return m.fleet_span_hours({ count: Math.round(minutes / 60) });
	return m.fleet_span_days({ count: Math.round(minutes / (24 * 60)) });
}
