/** [operations, Mail] The queue is worked off every minute; notices that no mutation causes are queued by the clock. */
import { processQueue } from '#lib/server/mail/deliver.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { openTransport } from '#lib/server/mail/open-transport.ts';
import { dailyMails } from '#lib/server/notices/daily-notices.ts';
import { lateMails } from '#lib/server/notices/late-notices.ts';
import { freshMails, queueAll } from '#lib/server/notices/queue-job.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Job, JobResult } from './job.ts';

/** Messages of one run: the next one comes a minute later. */
const LIMIT = 100;

export const mailQueueJob: Job = {
	name: 'mail-queue',
	schedule: '* * * * *',
	run: async (world, { dryRun, signal }) => ({
		counts: {
			...(await processQueue(world, openTransport(world), { limit: LIMIT, includeFailed: false, dryRun, signal }))
		}
	})
};

/** [B4] */
export const lateNoticesJob: Job = {
	name: 'late-notices',
	schedule: '10 * * * *',
	run: async (world, { dryRun }) =>
		queueFresh(world, await lateMails(world.reader, world.settings, world.clock()), dryRun)
};

export const dailySummaryJob: Job = {
	name: 'daily-summary',
	schedule: '0 6 * * *',
	run: async (world, { dryRun }) =>
		queueFresh(world, await dailyMails(world.reader, world.settings, world.clock()), dryRun)
};

async function queueFresh(world: ServerWorld, mails: Mail[], dryRun: boolean): Promise<JobResult> {
	const fresh = await freshMails(world.reader, mails);
	if (dryRun) return { counts: { queued: fresh.length } };
	return { counts: { queued: await queueAll(world.store, fresh, world.settings, world.clock()) } };
}
