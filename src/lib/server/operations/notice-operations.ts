/** What `ops notices` asks of the server: messages of a kind are composed, and queued or shown. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { localDate } from '#lib/domain/week.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { customMails, readAudience, type Among } from '#lib/server/notices/custom-notices.ts';
import { dailyMails } from '#lib/server/notices/daily-notices.ts';
import { lateMails } from '#lib/server/notices/late-notices.ts';
import { customForm } from '#lib/server/notices/notice-forms.ts';
import { freshMails, queueAll } from '#lib/server/notices/queue-job.ts';
import { statusNowMails } from '#lib/server/notices/status-notices.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { operation, OperationRefusal } from './operation.ts';

const asked = z.object({
	kind: z.enum(['status', 'late', 'daily', 'custom']),
	shipment: z.string().max(80).optional(),
	destination: z.string().max(80).optional(),
	subject: z.string().max(1_000).default(''),
	text: z.string().max(40_000).default(''),
	dryRun: z.boolean()
});
type Asked = z.infer<typeof asked>;

export const NOTICE_OPERATIONS = {
	/** Each message once, however often it is asked for; `dryRun` shows what is new. */
	'notices.queue': operation(asked, async (world, args) => {
		const { kind } = args;
		const { store, reader, settings } = world;
		const now = world.clock();
		const mails = await compose(world, args, now);
		if (!args.dryRun) {
			const queued = await queueAll(store, mails, settings, now);
			const before = mails.length - queued;
			const line = `${queued} queued${before > 0 ? `, ${before} had been before` : ''}.`;
			return { exitCode: 0, lines: [line], json: { kind, queued, before } };
		}
		const messages = (await freshMails(reader, mails)).map(({ to, locale, subject, text }) => ({
			...{ to, locale, subject, text }
		}));
		const lines = messages.map(({ to, subject, text }) => `To: ${to}\nSubject: ${subject}\n\n${text}\n`);
		lines.push(`${messages.length} would be queued; nothing was.`);
		return { exitCode: 0, lines, json: { kind, queued: 0, messages } };
	})
};

async function compose(world: ServerWorld, args: Asked, now: Date): Promise<Mail[]> {
	const { reader, settings } = world;
	switch (args.kind) {
		case 'status':
			return statusNowMails(reader, await shipmentOf(world, args), settings, now);
		case 'late':
			return lateMails(reader, settings, now);
		case 'daily':
			return dailyMails(reader, settings, now);
		case 'custom':
			return composeCustom(world, args, now);
	}
}

/** The same text to the same people is the same message for a day of the site. */
async function composeCustom(world: ServerWorld, args: Asked, now: Date): Promise<Mail[]> {
	const { reader, settings } = world;
	const among = await amongOf(world, args);
	const audience = await readAudience(reader, among);
	const recipients = audience.people.map(({ subscriber }) => subscriber);
	const parsed = customForm.safeParse({ recipients: ['all'], subject: args.subject, text: args.text });
	if (!parsed.success) {
		const { path, message } = parsed.error.issues[0]!;
		throw wrongUse(`--${String(path[0])}: ${message}`);
	}
	const day = localDate(now.toISOString(), settings.siteTimeZone);
	const uid = createHash('sha256')
		.update(JSON.stringify([day, among, parsed.data.subject, parsed.data.text]))
		.digest('hex');
	return customMails(audience, new Set(recipients), { ...parsed.data, uid, personId: null }, settings);
}

async function amongOf(world: ServerWorld, args: Asked): Promise<Among> {
	const { shipment, destination } = args;
	if ((shipment === undefined) === (destination === undefined))
		throw wrongUse('Say to whom: --shipment REFERENCE or --destination IATA.');
	if (shipment !== undefined) return { shipmentId: await shipmentOf(world, args) };
	const found = await world.reader.destination.findFirst({ where: { iata: destination!.toUpperCase() } });
	if (found === null) throw wrongUse(`There is no destination "${destination}".`);
	return { destinationId: found.id };
}

async function shipmentOf({ reader }: ServerWorld, { shipment }: Asked): Promise<string> {
	if (shipment === undefined) throw wrongUse('Say which: --shipment REFERENCE.');
	const id = await findShipmentId(reader, shipment);
	if (id === null) throw wrongUse(`There is no shipment "${shipment}".`);
	return id;
}

const wrongUse = (message: string): OperationRefusal => new OperationRefusal('wrong_use', message);
