/**
 * What an admin, or whoever sits at the server, does about maintenance: the change, its line in the audit log and the mails
 * about it are one write; open pages and phones are told after it.
 */
import type { Locale } from '#lib/domain/labels.ts';
import { maintenanceState, type MaintenanceWindow } from '#lib/domain/maintenance.ts';
import { m } from '#lib/paraglide/messages.js';
import { recordAudit, type AuditAct } from '#lib/server/access/audit.ts';
import { customMails, readAudience } from '#lib/server/notices/custom-notices.ts';
import { queueMails, type Mail } from '#lib/server/mail/mail-queue.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { writeNote, writeWindow } from './maintenance.ts';

/** Who does it: a person's id, or null at the command line. `mail`: people with an address are written to. */
export interface By {
	actorId: string | null;
	mail: boolean;
}

/** What cannot be planned: `over` ends in the past, `backwards` ends before it begins. */
export type PlanFault = 'over' | 'backwards';

export function planFault({ from, until }: MaintenanceWindow, now: Date): PlanFault | null {
	if (until !== null && Date.parse(until) <= Date.parse(from)) return 'backwards';
	return until !== null && Date.parse(until) <= now.getTime() ? 'over' : null;
}

/** Announces a window; a former plan gives way to it. @returns how many messages were queued */
export const planMaintenance = (world: ServerWorld, window: MaintenanceWindow, by: By): Promise<number> =>
	change(world, window, 'maintenance.plan', by);

/** Begins now: the planned window early, or one without an end. */
export const beginMaintenance = (
	world: ServerWorld,
	given: Partial<Pick<MaintenanceWindow, 'until' | 'message'>>,
	by: By
): Promise<number> => {
	const { window } = world.maintenance;
	const from = world.clock().toISOString();
	const until = given.until ?? window?.until ?? null;
	return change(world, { from, until, message: given.message ?? window?.message ?? '' }, 'maintenance.on', by);
};

/** Ends it, or takes the plan back. */
export const endMaintenance = (world: ServerWorld, by: By): Promise<number> =>
	change(world, null, 'maintenance.off', by);

/** The last incident note of /status; an empty one takes it away. */
export async function noteIncident(world: ServerWorld, text: string, actorId: string | null): Promise<void> {
	const at = world.clock().toISOString();
	await world.store.write((db) => {
		writeNote(db, text, at);
		audit(db, at, actorId, 'maintenance.note');
	});
	world.maintenance.changed();
}

async function change(
	world: ServerWorld,
	window: MaintenanceWindow | null,
	act: AuditAct,
	{ actorId, mail }: By
): Promise<number> {
	const at = world.clock().toISOString();
	const mails = mail ? await mailsAbout(world, window, actorId) : [];
	const queued = await world.store.write((db) => {
		writeWindow(db, window);
		audit(db, at, actorId, act);
		return queueMails(db, mails, world.settings, at);
	});
	world.maintenance.changed();
	world.store.events.announce('maintenance', 'everybody');
	return queued;
}

const audit = (db: Database, at: string, actorId: string | null, act: AuditAct): void =>
	recordAudit(db, { at, actorId, act, subjectKind: 'maintenance', subjectId: 'window' });

/** To each active person with an address, in their language. */
async function mailsAbout(
	world: ServerWorld,
	window: MaintenanceWindow | null,
	personId: string | null
): Promise<Mail[]> {
	const audience = await readAudience(world.reader, 'colleagues');
	const uid = newUuid();
	return (['fr', 'en'] as const).flatMap((locale) => {
		const chosen = new Set(audience.people.filter((one) => one.locale === locale).map((one) => one.subscriber));
		return customMails(audience, chosen, { uid, personId, ...wordsOf(world, window, locale) }, world.settings);
	});
}

function wordsOf({ settings, clock }: ServerWorld, window: MaintenanceWindow | null, locale: Locale) {
	if (window === null)
		return {
			subject: m.jobs_mail_over_subject({}, { locale }),
			text: m.jobs_mail_over_text({}, { locale })
		};
	const time = timeIn(settings.siteTimeZone, locale);
	const isOn = maintenanceState(window, clock().getTime()) === 'on';
	const what =
		window.until === null
			? m.jobs_mail_from({ from: time(window.from) }, { locale })
			: m.jobs_mail_from_until({ from: time(window.from), until: time(window.until) }, { locale });
	return {
		subject: isOn
			? m.jobs_mail_on_subject({}, { locale })
			: m.jobs_mail_plan_subject({ from: time(window.from) }, { locale }),
		text: [what, window.message, m.jobs_mail_meaning({}, { locale })].filter((part) => part !== '').join('\n\n')
	};
}

const timeIn = (timeZone: string, locale: Locale) => (iso: string) =>
	new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
		timeZone,
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		hour: '2-digit',
		minute: '2-digit'
	}).format(new Date(iso));
