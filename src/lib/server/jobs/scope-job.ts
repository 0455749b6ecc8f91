/** [sync §1] Nightly: shipments that were closed more than 30 days ago leave the phones, with their cartons. */
import type { Job } from './job.ts';

export const scopeJob: Job = {
	name: 'scope',
	schedule: '15 3 * * *',
	run: async ({ store, clock }, { dryRun }) => ({
		counts: { shipments: await store.leaveScope(clock(), { dryRun }) }
	})
};
