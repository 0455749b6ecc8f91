/** Nightly: the write-ahead log goes home, the planner's statistics are renewed, and the feed's head is marked for compaction. */
import { markFeed } from '#lib/server/store/compact.ts';
import type { Job } from './job.ts';

export const upkeepJob: Job = {
	name: 'upkeep',
	schedule: '30 3 * * *',
	run: async ({ store, clock }, { dryRun }) => {
		const { bytes, freeBytes } = store.size();
		if (dryRun) return { counts: { bytes, freeBytes } };
		await store.write((db) => markFeed(db, clock().toISOString()));
		return { counts: { bytes, freeBytes, ...store.upkeep() } };
	}
};
