/** What the forms of /admin/integrations send, checked; what is wrong is said in the reader's language. */
import { localDate } from '#lib/domain/week.ts';
import { m } from '#lib/paraglide/messages.js';
import { EVENT_TYPES, type EventType } from './event-types.ts';
import { isScope, type Scope } from './scopes.ts';
import type { AddressRefusal } from './webhook-address.ts';

type No = { ok: false; why: string };
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 3_600_000;

const words = (sent: FormData, name: string): string[] => sent.getAll(name).map(String);
const nameIn = (sent: FormData): string =>
	String(sent.get('name') ?? '')
		.trim()
		.slice(0, 80);

/** A key ends with the day that was typed, at the site. */
export function keyForm(
	sent: FormData,
	now: Date,
	siteTimeZone: string
): No | { ok: true; key: { name: string; scopes: Scope[]; expiresAt: string | null } } {
	const name = nameIn(sent);
	const scopes = words(sent, 'scopes').filter(isScope);
	const until = String(sent.get('until') ?? '');
	if (name === '') return { ok: false, why: m.integrations_name_missing() };
	if (scopes.length === 0) return { ok: false, why: m.integrations_scopes_missing() };
	if (until === '') return { ok: true, key: { name, scopes, expiresAt: null } };
	const end = DAY.test(until) ? endOfDay(until, siteTimeZone) : null;
	if (end === null || end <= now.getTime()) return { ok: false, why: m.integrations_until_past() };
	return { ok: true, key: { name, scopes, expiresAt: new Date(end).toISOString() } };
}

/** The first instant at which the site's date is a later one; null for a day that there is not. */
function endOfDay(day: string, siteTimeZone: string): number | null {
	const noon = Date.parse(`${day}T12:00:00.000Z`);
	if (Number.isNaN(noon)) return null;
	let at = noon - DAY_MS;
	while (localDate(new Date(at).toISOString(), siteTimeZone) <= day) at += 900_000;
	return at;
}

export function webhookForm(
	sent: FormData
): No | { ok: true; webhook: { name: string; url: string; events: EventType[] } } {
	const name = nameIn(sent);
	const events = words(sent, 'events');
	const known = EVENT_TYPES.filter((type) => events.includes(type));
	if (name === '') return { ok: false, why: m.integrations_name_missing() };
	if (known.length === 0) return { ok: false, why: m.integrations_events_missing() };
	const url = String(sent.get('url') ?? '').trim();
	if (url.length > 500) return { ok: false, why: m.integrations_url_not_an_address() };
	return { ok: true, webhook: { name, url, events: known } };
}

const REFUSALS: Record<AddressRefusal, () => string> = {
	not_an_address: m.integrations_url_not_an_address,
	https_only: m.integrations_url_https_only,
	credentials: m.integrations_url_credentials,
	not_public: m.integrations_url_not_public,
	name_unknown: m.integrations_url_not_an_address
};

export const whyRefused = (why: AddressRefusal): string => REFUSALS[why]();
