/** Every job of the server. */
import { backupJob } from './backup-job.ts';
import { compactJob } from './compact-job.ts';
import type { Job } from './job.ts';
import { dailySummaryJob, lateNoticesJob, mailQueueJob } from './mail-jobs.ts';
import { pruneJob } from './prune-job.ts';
import { scopeJob } from './scope-job.ts';
import { sizeSampleJob } from './size-sample-job.ts';
import { upkeepJob } from './upkeep-job.ts';
import { webhookJob } from './webhook-job.ts';

export const JOBS: readonly Job[] = [
	backupJob,
	scopeJob,
	upkeepJob,
	pruneJob,
	compactJob,
	sizeSampleJob,
	webhookJob,
	mailQueueJob,
	lateNoticesJob,
	dailySummaryJob
];
