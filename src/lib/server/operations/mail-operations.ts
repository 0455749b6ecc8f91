/** What `ops email-queue` and `ops process-email-queue` ask of the server. */
import { z } from 'zod';
import { recordAudit } from '#lib/server/access/audit.ts';
import { processQueue } from '#lib/server/mail/deliver.ts';
import { actOnMail } from '#lib/server/mail/mail-acts.ts';
import { mailWay, openTransport, type MailWay } from '#lib/server/mail/open-transport.ts';
import { lastFailures, oldestPending, type QueuedMail } from '#lib/server/mail/queue-state.ts';
import { mailFigures } from '#lib/server/mail-figures.ts';
import { operation } from './operation.ts';

const WAYS: Record<MailWay, string> = {
	smtp: 'by SMTP',
	brevo: 'by Brevo',
	log: 'to the log: nothing is sent',
	staging: 'to the log: this database is a staging copy'
};

const SHOWN_FAILURES = 10;
/** As health counts it. */
const LATE_SECONDS = 900;

export const MAIL_OPERATIONS = {
	'mail.queue': operation(z.object({}), (world) => {
		const { states, overdueSeconds } = mailFigures(world);
		const { oldest, failures } = world.store.read((db) => ({
			...{ oldest: oldestPending(db), failures: lastFailures(db, SHOWN_FAILURES) }
		}));
		const way = mailWay(world);
		return Promise.resolve({
			exitCode: states.failed > 0 || overdueSeconds > LATE_SECONDS ? 1 : 0,
			lines: [
				`Mail goes ${WAYS[way]}.`,
				listed(states),
				oldest === null ? 'Nothing is pending.' : `Oldest pending: ${line(oldest)}, due ${oldest.dueAt}`,
				...failures.map((one) => `Failed ${one.endedAt}: ${line(one)}`),
				...(states.failed > 0 ? ['Try them again: npm run -s ops -- process-email-queue --include-failed'] : []),
				...(states.held > 0
					? ['Held by a restore: npm run -s ops -- email-queue --release-held, or --discard-held']
					: [])
			],
			json: { delivery: way === 'staging' ? 'log' : way, counts: states, overdueSeconds, oldest, failures }
		});
	}),
	'mail.process': operation(
		z.object({ limit: z.number().int().min(1).max(100_000), includeFailed: z.boolean(), dryRun: z.boolean() }),
		async (world, options) => {
			const counts = await processQueue(world, openTransport(world), { ...options, signal: world.stopping });
			if (!options.dryRun)
				await world.store.write((db) =>
					recordAudit(db, {
						...{ at: world.clock().toISOString(), actorId: null, act: 'mail.process' },
						...{ subjectKind: 'mail', subjectId: 'all', detail: { ...counts } }
					})
				);
			return {
				exitCode: counts.failed > 0 ? 1 : 0,
				lines: [...(options.dryRun ? ['Nothing was sent.'] : []), listed(counts)],
				json: { dryRun: options.dryRun, ...counts }
			};
		}
	),
	'mail.act': operation(z.object({ act: z.enum(['release', 'discard']) }), async ({ store, clock }, { act }) => {
		const messages = await actOnMail(store, act, null, null, clock());
		return {
			exitCode: 0,
			lines: [`${messages} held messages ${act === 'release' ? 'are due now' : 'were discarded'}.`],
			json: { [act === 'release' ? 'released' : 'discarded']: messages }
		};
	})
};

const line = ({ id, kind, attempts, reason }: QueuedMail): string =>
	`${id} ${kind}, ${attempts} attempts${reason === null ? '' : `, ${reason}`}`;

const listed = (counts: object): string =>
	Object.entries(counts)
		.map(([name, count]) => `${name}: ${count}`)
		.join(', ');
