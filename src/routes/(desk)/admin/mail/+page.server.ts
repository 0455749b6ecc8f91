import { fail, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { recordAudit } from '#lib/server/access/audit.ts';
import { mailQueueJob } from '#lib/server/jobs/mail-jobs.ts';
import { actOnMail, type MailAct } from '#lib/server/mail/mail-acts.ts';
import { mailWay } from '#lib/server/mail/open-transport.ts';
import { mailsIn, oldestPending } from '#lib/server/mail/queue-state.ts';
import { mailFigures } from '#lib/server/mail-figures.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Messages of one list; the acts for all reach those beyond it, too. */
const SHOWN = 50;

export const load: PageServerLoad = (event) => {
	event.depends('escale:mail');
	const { world } = adminOnly(event);
	const { states, overdueSeconds } = mailFigures(world);
	return {
		way: mailWay(world),
		states,
		isLate: overdueSeconds > LATE_SECONDS,
		shown: SHOWN,
		...world.store.read((db) => ({
			oldest: oldestPending(db),
			failed: mailsIn(db, 'failed', SHOWN),
			held: mailsIn(db, 'held', SHOWN)
		}))
	};
};

/** As health counts it. */
const LATE_SECONDS = 900;

const said = (kind: 'ok' | 'note', text: string) => ({ answer: { kind, text } });

/** @param done what is said of so many messages */
const acting = (act: MailAct, done: (count: number) => string) => async (event: RequestEvent) => {
	const { world, person } = adminOnly(event);
	const form = await event.request.formData();
	const id = String(form.get('id') ?? '').slice(0, 80);
	if (id === '' && act === 'discard' && form.get('sure') !== 'yes')
		return fail(400, { answer: { kind: 'no' as const, text: m.mail_admin_needs_sure() } });
	const count = await actOnMail(world.store, act, id === '' ? null : id, person.personId, world.clock());
	return count === 0 ? said('note', m.mail_admin_nothing()) : said('ok', done(count));
};

export const actions: Actions = {
	/** In the background: a mail server may be slow to answer. */
	process: async (event) => {
		const { world, person } = adminOnly(event);
		await world.jobs.ask(mailQueueJob.name, { by: person.personId, dryRun: false });
		const at = world.clock().toISOString();
		await world.store.write((db) =>
			recordAudit(db, { at, actorId: person.personId, act: 'mail.process', subjectKind: 'mail', subjectId: 'all' })
		);
		return said('ok', m.mail_admin_processing());
	},
	retry: acting('retry', (count) => m.mail_admin_retried({ count })),
	release: acting('release', (count) => m.mail_admin_released({ count })),
	discard: acting('discard', (count) => m.mail_admin_discarded({ count }))
};
