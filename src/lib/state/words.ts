/**
 * Words and times for people that more than one screen says: commands, waits, ages, clock times in the site's zone.
 */
import type { Mode } from '#lib/domain/codes.ts';
import type { CommandName } from '#lib/domain/commands.ts';
import { commandLabel, modeLabel } from '#lib/domain/labels.ts';
import { maintenanceState, type MaintenanceWindow } from '#lib/domain/maintenance.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { WaitReason } from '#lib/sync/client.ts';

/** What a person did, as an infinitive: "Étiqueter". */
export const commandWord = (name: CommandName): string => commandLabel(name, getLocale());

/** A mode as it is called on its card. */
export const modeWord = (mode: Mode): string => modeLabel(mode, getLocale());

const WAITS = {
	offline: m.floor_waits_offline,
	captive_portal: m.floor_waits_captive_portal,
	device_unknown: m.floor_waits_device_unknown,
	device_revoked: m.floor_waits_device_revoked,
	upgrade_required: m.floor_waits_upgrade_required,
	newer_client: m.floor_waits_newer_client,
	busy: m.floor_waits_busy,
	storage_full: m.floor_waits_storage_full,
	healing: m.floor_waits_healing,
	server_error: m.floor_waits_server_error
} as const satisfies Record<WaitReason, () => string>;

/** Why the queue waits, as a sentence. */
export const waitWords = (reason: WaitReason): string => WAITS[reason]();

/** What the status bar says of a maintenance, if it says anything; `now` in ms since 1970. */
export function maintenanceWords(window: MaintenanceWindow | null, timeZone: string, now: number): string | null {
	const state = maintenanceState(window, now);
	if (state === 'none' || !window) return null;
	return state === 'on' ? m.jobs_floor_on() : m.jobs_floor_planned({ time: timeWords(window.from, timeZone, now) });
}

const MINUTE = 60_000;

/** How long ago: "14 min", "2 h", "3 j"; null under a minute. `now` in ms since 1970. */
export function ageWords(iso: string, now: number): string | null {
	const minutes = Math.floor((now - Date.parse(iso)) / MINUTE);
	if (minutes < 1) return null;
	if (minutes < 60) return m.floor_age_minutes({ count: minutes });
	if (minutes < 48 * 60) return m.floor_age_hours({ count: Math.floor(minutes / 60) });
	return m.floor_age_days({ count: Math.floor(minutes / (24 * 60)) });
}

/** [T4] When, in the site's zone: "11:38" today, else "22 nov. 11:38". */
export function timeWords(iso: string, timeZone: string, now: number): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return '';
	const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
	const today = day.format(date) === day.format(now);
	// A warehouse reads 17:30, in English too.
	return new Intl.DateTimeFormat(getLocale() === 'en' ? 'en-GB' : getLocale(), {
		timeZone,
		hour: '2-digit',
		minute: '2-digit',
		...(today ? {} : { day: 'numeric', month: 'short' })
	}).format(date);
}

/** An expiry date as it stands on boxes: "03/2027" for the whole month's end, else "12/03/2027". */
export function expiryWords(expiresOn: string): string {
	const [year = '', month = '', day = ''] = expiresOn.split('-');
	const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	return Number(day) === lastDay ? `${month}/${year}` : `${day}/${month}/${year}`;
}

/** Grams as a worker reads them: "8,2 kg", "340 g". */
export function weightWords(grams: number): string {
	if (grams < 1000) return `${grams} g`;
	return `${new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 1 }).format(grams / 1000)} kg`;
}
