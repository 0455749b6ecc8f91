/** What a job is: work that the server does by itself on a schedule, or when somebody asks for it. jobs.ts lists them all. */
import type { ServerWorld } from '#lib/server/server-world.ts';

export interface JobOptions {
	/** Count what would be done and do nothing. */
	dryRun: boolean;
	/** Aborts when the run is cancelled or the server stops: end at the next place where nothing is half done. */
	signal: AbortSignal;
}

export interface JobResult {
	/** What was done, by what it is called: `{ removed: 12 }`. */
	counts: Record<string, number>;
	/** One sentence for an operator; ids and sizes, no content. */
	note?: string;
}

export interface Job {
	/** Stable: settings, commands and metrics call it so. */
	name: string;
	/** Cron, five fields, in the site's time zone; `JOB_SCHEDULES` may say otherwise. */
	schedule: string;
	/** @throws JobFailed for what was foreseen */
	run(world: ServerWorld, options: JobOptions): Promise<JobResult>;
}

/** A run that went wrong in a way that has a code; code and message are kept and shown, so they hold no content. */
export class JobFailed extends Error {
	override readonly name = 'JobFailed';
	constructor(
		readonly code: string,
		message: string
	) {
		super(message);
	}
}
