import { redirect } from '@sveltejs/kit';
import { loginAddress, managersOnly } from '#lib/server/desk/desk.ts';
import { dailyMails } from '#lib/server/notices/daily-notices.ts';
import { lateMails } from '#lib/server/notices/late-notices.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { freshMails } from '#lib/server/notices/queue-job.ts';
import { error } from '../../expected-error.server.ts';
import type { PageServerLoad } from './$types';

const SHOWN = 20;

/** What the jobs would queue now; reading it queues nothing. */
export const load: PageServerLoad = async ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const refusal = managersOnly(locals.person.role);
	if (refusal !== null) error(403, refusal);
	const { reader, clock, settings } = locals.world;
	const now = clock();
	const [late, daily] = [await lateMails(reader, settings, now), await dailyMails(reader, settings, now)];
	return { late: shown(await freshMails(reader, late)), daily: shown(await freshMails(reader, daily)) };
};

const shown = (mails: readonly Mail[]) => ({
	mails: mails.slice(0, SHOWN).map(({ key, to, locale, subject, text }) => ({ key, to, locale, subject, text })),
	more: Math.max(0, mails.length - SHOWN)
});
