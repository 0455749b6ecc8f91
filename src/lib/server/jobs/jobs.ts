/** Every job of the server. */
import type { Job } from './job.ts';
import { scopeJob } from './scope-job.ts';
import { sizeSampleJob } from './size-sample-job.ts';
import { webhookJob } from './webhook-job.ts';

export const JOBS: readonly Job[] = [scopeJob, sizeSampleJob, webhookJob];
