/** What webhooks are told goes out soon after each commit; this sends what was to be tried again, and forgets what was done long ago. */
import type { Job } from './job.ts';

export const webhookJob: Job = {
	name: 'webhooks',
	schedule: '* * * * *',
	async run({ webhookSender }, { dryRun }) {
		if (dryRun) return { counts: { due: webhookSender.due() } };
		const { processed, retried, failed } = await webhookSender.run();
		return { counts: { processed, retried, failed, pruned: await webhookSender.prune() } };
	}
};
