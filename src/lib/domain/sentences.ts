/**
 * Every refusal and note as people read it: one table of all codes (its rows are in `sayings-*.ts`), a sentence that says
 * what stands in the way and what to do, and a headline of a few big words for the floor. Pure text; phone, desk and
 * server say the same.
 */
import type { CommandName } from './commands.ts';
import {
	cartonStatusLabel,
	commandLabel,
	fieldLabel,
	partyLabel,
	roleLabel,
	shipmentStatusLabel,
	stepLabel,
	thingLabel,
	unusableLabel,
	type Locale
} from './labels.ts';
import type { NamedThing, Party, UnusableKind } from './refuse.ts';
import type { Rejection, RejectionCode } from './rejections.ts';
import { CARTON_STATUSES, type CartonStatus, type Role, type ShipmentStatus, type TrackingStep } from './rows.ts';
import { CARTON_SAYINGS } from './sayings-cartons.ts';
import { NOTE_SAYINGS } from './sayings-notes.ts';
import { SHIPMENT_SAYINGS } from './sayings-shipments.ts';

/** Headline and sentence, as templates. */
type Phrases = readonly [headline: string, sentence: string];

export interface Saying {
	/** The rule that the code stands for. */
	rule: string;
	fr: Phrases;
	en: Phrases;
}

/** Every code with its rule and its words. */
export const SAYINGS: Record<RejectionCode, Saying> = { ...NOTE_SAYINGS, ...CARTON_SAYINGS, ...SHIPMENT_SAYINGS };

/** What stands in for a parameter that an older or newer side did not send. */
const UNKNOWN = '–';
const DEFAULT_ZONE = 'Europe/Paris';

/** What the worker or the desk reads. `timeZone`: the site's, for times. An unknown code (a newer server's) is shown as it is. */
export function sentence(rejection: Rejection, locale: Locale, timeZone: string = DEFAULT_ZONE): string {
	const saying = SAYINGS[rejection.code] as Saying | undefined;
	return saying ? fill(saying[locale][1], rejection, locale, timeZone) : rejection.code;
}

/** Two to four words, big on the floor. */
export function headline(rejection: Rejection, locale: Locale): string {
	const saying = SAYINGS[rejection.code] as Saying | undefined;
	return saying ? fill(saying[locale][0], rejection, locale, DEFAULT_ZONE) : rejection.code;
}

/** The id of the rule behind a code. */
export const ruleOf = (code: RejectionCode): string => SAYINGS[code].rule;

const PLACEHOLDER = /\{(\w+)(?:\|(\w+))?\}/g;

function fill(template: string, { params }: Rejection, locale: Locale, timeZone: string): string {
	const known = (name: string): boolean => params[name] !== undefined && params[name] !== '';
	const kept = template.replace(/\[([^\]]*)\]/g, (_all, part: string) =>
		[...part.matchAll(PLACEHOLDER)].every(([, name = '']) => known(name)) ? part : ''
	);
	return kept.replace(PLACEHOLDER, (_all, name: string, filter: string | undefined) => {
		const value = params[name];
		if (filter === 'reference') return value ? String(value) : PENDING[locale];
		if (value === undefined || value === '') return UNKNOWN;
		return filter ? (FILTERS[filter]?.(String(value), locale, timeZone) ?? String(value)) : String(value);
	});
}

/** A shipment that the server has not numbered yet (R2). */
const PENDING: Record<Locale, string> = { fr: '(n° en attente)', en: '(no. pending)' };

type Filter = (value: string, locale: Locale, timeZone: string) => string;

const each =
	(label: (value: string, locale: Locale) => string): Filter =>
	(value, locale) =>
		value
			.split(',')
			.map((one) => label(one, locale))
			.join(', ');

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The site's day and minute. Making a format costs more than the rest of a sentence, so each is made once. */
const time: Filter = (value, locale, timeZone) => {
	const at = Date.parse(value);
	if (Number.isNaN(at)) return value;
	const key = `${locale} ${timeZone}`;
	const clock =
		clocks.get(key) ??
		new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', { dateStyle: 'short', timeStyle: 'short', timeZone });
	clocks.set(key, clock);
	return clock.format(at);
};

const plural = (value: string, one: string, many: string): string => `${value} ${value === '1' ? one : many}`;

/** What a template's `{param|filter}` does to a value. */
export const FILTERS: Record<string, Filter> = {
	time,
	reference: (value) => value,
	carton: (value, locale) => cartonStatusLabel(value as CartonStatus, locale),
	shipment: (value, locale) => shipmentStatusLabel(value as ShipmentStatus, locale),
	step: (value, locale) => stepLabel(value as TrackingStep, locale),
	steps: each((step, locale) => stepLabel(step as TrackingStep, locale)),
	role: (value, locale) => roleLabel(value as Role, locale),
	party: (value, locale) => partyLabel(value as Party, locale),
	parties: each((party, locale) => partyLabel(party as Party, locale)),
	thing: (value, locale) => thingLabel(value as NamedThing, locale),
	unusable: (value, locale) => unusableLabel(value as UnusableKind, locale),
	field: fieldLabel,
	/** A value of `stale_base`: a carton's status is a word of the rule book, the rest reads as it is. */
	value: (value, locale) =>
		(CARTON_STATUSES as readonly string[]).includes(value) ? cartonStatusLabel(value as CartonStatus, locale) : value,
	command: (value, locale) => commandLabel(value as CommandName, locale),
	cartons: (value, locale) => (locale === 'fr' ? `${value} colis` : plural(value, 'carton', 'cartons')),
	lines: (value, locale) => (locale === 'fr' ? plural(value, 'ligne', 'lignes') : plural(value, 'line', 'lines'))
};
