/**
 * `ops notices KIND`: queues what is new of a kind of notice, each once however often it is run. With `--dry-run` it prints
 * the messages, beside a running server too, and queues nothing.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { localDate } from '#lib/domain/week.ts';
import { readSettings, type Settings } from '#lib/server/config.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import { customMails, readAudience, type Among } from '#lib/server/notices/custom-notices.ts';
import { dailyMails } from '#lib/server/notices/daily-notices.ts';
import { lateMails } from '#lib/server/notices/late-notices.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { customForm } from '#lib/server/notices/notice-forms.ts';
import { freshMails, queueAll } from '#lib/server/notices/queue-job.ts';
import { statusNowMails } from '#lib/server/notices/status-notices.ts';
import { createServerWorld } from '#lib/server/server-world.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import { WrongUse, type OpsCommand, type Outcome, type Values } from '../command.ts';

const KINDS = ['status', 'late', 'daily', 'custom'] as const;

export const notices: OpsCommand = {
	takes: [{ word: 'KIND', about: 'status, late, daily or custom' }],
	options: {
		'dry-run': { type: 'boolean', about: 'print the messages and queue nothing' },
		shipment: { type: 'string', about: 'status: its reference; custom: to those who follow it' },
		destination: { type: 'string', about: 'custom: to those who follow it, by IATA code' },
		subject: { type: 'string', about: 'custom: one line' },
		text: { type: 'string', about: 'custom: the message' }
	},
	run: async (values, [word]) => {
		const kind = KINDS.find((known) => known === word);
		if (kind === undefined) throw new WrongUse(`There is no notice "${word}": ${KINDS.join(', ')}.`);
		const settings = readSettings();
		if (!existsSync(settings.databaseFile))
			throw new StartRefusal('missing', settings.databaseFile, 'there is no database.', 'Make it with ops migrate.');
		const isDry = values['dry-run'] === true;
		return isDry ? print(kind, settings, values) : queue(kind, settings, values);
	}
};

type Kind = (typeof KINDS)[number];

async function print(kind: Kind, settings: Settings, values: Values): Promise<Outcome> {
	const reader = openReadClient(settings.databaseFile);
	try {
		const mails = await freshMails(reader, await compose(kind, reader, settings, values, new Date()));
		const messages = mails.map(({ to, locale, subject, text }) => ({ to, locale, subject, text }));
		return {
			exitCode: 0,
			lines: [
				...messages.map(({ to, subject, text }) => `To: ${to}\nSubject: ${subject}\n\n${text}\n`),
				`${mails.length} would be queued; nothing was.`
			],
			json: { kind, queued: 0, messages }
		};
	} finally {
		await reader.$disconnect();
	}
}

/** @throws StartRefusal while a server holds the database */
async function queue(kind: Kind, settings: Settings, values: Values): Promise<Outcome> {
	const world = await createServerWorld(settings);
	try {
		const now = world.clock();
		const mails = await compose(kind, world.reader, settings, values, now);
		const queued = await queueAll(world.store, mails, settings, now);
		const before = mails.length - queued;
		return {
			exitCode: 0,
			lines: [`${queued} queued${before > 0 ? `, ${before} had been before` : ''}.`],
			json: { kind, queued, before }
		};
	} finally {
		await world.close();
	}
}

async function compose(kind: Kind, reader: ReadClient, settings: Settings, values: Values, now: Date): Promise<Mail[]> {
	switch (kind) {
		case 'status':
			return statusNowMails(reader, await shipmentOf(reader, values), settings, now);
		case 'late':
			return lateMails(reader, settings, now);
		case 'daily':
			return dailyMails(reader, settings, now);
		case 'custom':
			return composeCustom(reader, settings, values, now);
	}
}

/** The same text to the same people is the same message for a day of the site. */
async function composeCustom(reader: ReadClient, settings: Settings, values: Values, now: Date): Promise<Mail[]> {
	const among = await amongOf(reader, values);
	const audience = await readAudience(reader, among);
	const { subject = '', text = '' } = values;
	const recipients = audience.people.map(({ subscriber }) => subscriber);
	const parsed = customForm.safeParse({ recipients: ['all'], subject, text });
	if (!parsed.success) {
		const { path, message } = parsed.error.issues[0]!;
		throw new WrongUse(`--${String(path[0])}: ${message}`);
	}
	const day = localDate(now.toISOString(), settings.siteTimeZone);
	const uid = createHash('sha256')
		.update(JSON.stringify([day, among, parsed.data.subject, parsed.data.text]))
		.digest('hex');
	return customMails(audience, new Set(recipients), { ...parsed.data, uid, personId: null }, settings);
}

async function amongOf(reader: ReadClient, values: Values): Promise<Among> {
	const { shipment, destination } = values;
	if ((shipment === undefined) === (destination === undefined))
		throw new WrongUse('Say to whom: --shipment REFERENCE or --destination IATA.');
	if (shipment !== undefined) return { shipmentId: await shipmentOf(reader, values) };
	const found = await reader.destination.findFirst({ where: { iata: String(destination).toUpperCase() } });
	if (found === null) throw new WrongUse(`There is no destination "${destination}".`);
	return { destinationId: found.id };
}

async function shipmentOf(reader: ReadClient, { shipment }: Values): Promise<string> {
	if (typeof shipment !== 'string') throw new WrongUse('Say which: --shipment REFERENCE.');
	const id = await findShipmentId(reader, shipment);
	if (id === null) throw new WrongUse(`There is no shipment "${shipment}".`);
	return id;
}
