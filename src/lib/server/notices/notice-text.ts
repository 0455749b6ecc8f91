/**
 * [operations, Mail] What each notice says, in both languages: reference, destination, status and times in the site's zone.
 * No party, no actor, no reason: those are people's (T5). Pure; nothing is read or queued here.
 */
import { shipmentStatusLabel, stepLabel, type Locale } from '#lib/domain/labels.ts';
import type { BoardAlert } from '#lib/domain/progress.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import { TRACKING_STEPS, type ShipmentRow, type ShipmentStatus, type TrackingStep } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Waiting } from '#lib/server/desk/dashboard.ts';
import { siteWallTime } from '#lib/server/export/sheet.ts';
import { writeLetter, type Letter, type Written } from '#lib/server/mail/letter.ts';

/** What a day brought in one scope, and what waits at its end. */
export interface DaySection {
	/** `ABJ Abidjan`; null: all destinations. */
	destination: string | null;
	created: number;
	steps: Record<TrackingStep, number>;
	waiting: Record<Waiting, number>;
}

export type Notice =
	| { kind: 'status'; shipment: ShipmentRow; from: ShipmentStatus; at: string }
	/** The status that a shipment has, told again. */
	| { kind: 'status_now'; shipment: ShipmentRow; at: string }
	| { kind: 'late'; shipment: ShipmentRow; alert: BoardAlert; since: string }
	/** `day`: `YYYY-MM-DD` at the site. */
	| { kind: 'daily'; day: string; sections: readonly DaySection[] }
	/** `shipment`: what it is about, if it is about one. */
	| { kind: 'custom'; subject: string; text: string; shipment: ShipmentRow | null };

export interface Reading {
	locale: Locale;
	/** Somebody with an account is led to the desk, everybody else to the tracking page. */
	isColleague: boolean;
	/** Ends all notices to the address. */
	unsubscribeToken: string;
}

/** Where links lead, and in whose time people read. */
export interface NoticeSettings {
	/** Without a slash at its end. */
	origin: string;
	siteTimeZone: string;
}

export function writeNotice(notice: Notice, reading: Reading, settings: NoticeSettings): Written {
	const { locale, isColleague, unsubscribeToken } = reading;
	const footer = isColleague
		? { text: m.notices_mail_footer({}, { locale }), href: `${settings.origin}/notices/mine` }
		: {
				text: m.notices_mail_footer_address({}, { locale }),
				href: `${settings.origin}/unsubscribe/${unsubscribeToken}`
			};
	return writeLetter({ ...letterOf(notice, reading, settings), footer }, locale);
}

function letterOf(notice: Notice, reading: Reading, settings: NoticeSettings): Omit<Letter, 'footer'> {
	const { locale } = reading;
	const time = (at: string) => `${siteWallTime(at, settings.siteTimeZone)} (${settings.siteTimeZone})`;
	const fact = (name: string, value: string) => ({ name, value });
	const status = (of: ShipmentStatus) => shipmentStatusLabel(of, locale);
	switch (notice.kind) {
		case 'status':
		case 'status_now': {
			const { shipment, at } = notice;
			const headline = m.notices_mail_status(
				{ reference: referenceOf(shipment), status: status(shipment.status) },
				{ locale }
			);
			const before = notice.kind === 'status' ? [fact(m.notices_mail_before({}, { locale }), status(notice.from))] : [];
			return {
				subject: `${headline} · ${shipment.destinationIata} ${shipment.destinationCity}`,
				headline,
				facts: [...placeOf(shipment, locale), ...before, fact(m.notices_mail_at({}, { locale }), time(at))],
				paragraphs: [],
				link: linkOf(shipment, reading, settings)
			};
		}
		case 'late': {
			const { shipment, alert, since } = notice;
			const headline = lateWords(alert, referenceOf(shipment), locale);
			return {
				subject: `${headline} · ${shipment.destinationIata} ${shipment.destinationCity}`,
				headline,
				facts: [
					...placeOf(shipment, locale),
					fact(m.notices_mail_status_name({}, { locale }), status(shipment.status)),
					fact(m.notices_mail_since({}, { locale }), time(since))
				],
				paragraphs: [],
				link: linkOf(shipment, reading, settings)
			};
		}
		case 'daily': {
			const headline = m.notices_mail_daily({ day: notice.day }, { locale });
			return {
				...{ subject: headline, headline, facts: [] },
				paragraphs: notice.sections.map((section) => daySection(section, locale)),
				link: reading.isColleague
					? { name: m.notices_mail_dashboard({}, { locale }), href: `${settings.origin}/dashboard` }
					: null
			};
		}
		case 'custom': {
			const { subject, text, shipment } = notice;
			return {
				...{ subject, headline: subject, paragraphs: text.split(/\n{2,}/) },
				facts: shipment === null ? [] : placeOf(shipment, locale),
				link: shipment === null ? null : linkOf(shipment, reading, settings)
			};
		}
	}
}

const placeOf = (shipment: ShipmentRow, locale: Locale) => [
	{ name: m.notices_mail_shipment({}, { locale }), value: referenceOf(shipment) },
	{
		name: m.notices_mail_destination({}, { locale }),
		value: `${shipment.destinationIata} ${shipment.destinationCity}, ${shipment.destinationCountry}`
	}
];

function linkOf(shipment: ShipmentRow, { locale, isColleague }: Reading, { origin }: NoticeSettings): Letter['link'] {
	if (isColleague) return { name: m.notices_mail_open({}, { locale }), href: `${origin}/shipments/${shipment.id}` };
	if (shipment.trackingToken === null) return null;
	return { name: m.notices_mail_track({}, { locale }), href: `${origin}/track/${shipment.trackingToken}` };
}

/** [B4] */
function lateWords(alert: BoardAlert, reference: string, locale: Locale): string {
	switch (alert) {
		case 'boarding_late':
			return m.notices_mail_boarding_late({ reference }, { locale });
		case 'reception_late':
			return m.notices_mail_reception_late({ reference }, { locale });
		case 'delivery_late':
			return m.notices_mail_delivery_late({ reference }, { locale });
	}
}

function daySection({ destination, created, steps, waiting }: DaySection, locale: Locale): string {
	const line = (name: string, count: number) => `${name}${locale === 'fr' ? ' : ' : ': '}${count}`;
	return [
		destination ?? m.notices_mail_all({}, { locale }),
		line(m.notices_mail_created({}, { locale }), created),
		...TRACKING_STEPS.map((step) => line(stepLabel(step, locale), steps[step])),
		line(m.dashboard_boarding_late({}, { locale }), waiting.boarding_late),
		line(m.dashboard_reception_late({}, { locale }), waiting.reception_late),
		line(m.dashboard_delivery_late({}, { locale }), waiting.delivery_late),
		line(m.dashboard_disputes({}, { locale }), waiting.disputed),
		line(m.dashboard_closables({}, { locale }), waiting.closable)
	].join('\n');
}
