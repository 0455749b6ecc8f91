/**
 * [I29] Weekly: history older than RETENTION_DAYS leaves the change feed, and the disk gets back what that frees where it pays.
 * Writing the file anew stands in everybody's way, so beside people at work it is done only while it is quick.
 */
import { compactFeed } from '#lib/server/store/compact.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Job, JobOptions, JobResult } from './job.ts';

const DAY_MS = 86_400_000;
/** It pays when so much of the file is free. */
const FREE_SHARE = 0.25;
const FREE_BYTES = 4_000_000;
/** Written anew in well under a second. */
const QUICK_BYTES = 50_000_000;

/** @param mayBlock nobody works: the server is stopped, or in a maintenance window */
export async function compact(
	{ store, clock, settings }: Pick<ServerWorld, 'store' | 'clock' | 'settings'>,
	options: JobOptions,
	mayBlock: boolean
): Promise<JobResult> {
	const before = new Date(clock().getTime() - settings.retentionDays * DAY_MS).toISOString();
	const { floorSeq, changes } = await compactFeed(store, before, options);
	const { bytes, freeBytes } = store.size();
	const pays = freeBytes >= FREE_BYTES && freeBytes >= bytes * FREE_SHARE;
	const isFree = mayBlock || bytes <= QUICK_BYTES;
	if (pays && isFree && !options.dryRun && !options.signal.aborted) store.vacuum();
	const note = !pays
		? `The file stays as it is: ${freeBytes} of ${bytes} bytes are free.`
		: isFree
			? undefined
			: 'Writing the file anew would pay: do it in a maintenance window, or with the server stopped.';
	const after = store.size().bytes;
	return {
		counts: { changes, floorSeq, bytesBefore: bytes, bytesAfter: after },
		...(note === undefined ? {} : { note })
	};
}

export const compactJob: Job = {
	name: 'compact',
	schedule: '0 4 * * 0',
	run: (world, options) => compact(world, options, !world.jobs.isStarted || world.maintenance.state === 'on')
};
