/** How a run ended, as it is kept: codes and sentences that were written to be read; never the words of an unforeseen error. */
import type { JobResult } from './job.ts';
import type { Ending, JobRun } from './job-runs.ts';

/** Errors whose sentence was written to be read, and holds no content. */
const FORESEEN = ['JobFailed', 'BackupRefusal', 'StartRefusal', 'TransportError'];

export const isFailure = (state: JobRun['state']): boolean => state === 'failed' || state === 'interrupted';

const cutShort = (isStopping: boolean) => (isStopping ? ('interrupted' as const) : ('cancelled' as const));

/** One that was told to end may have ended early: it says so, with what it did. */
export const endedWell = (
	{ counts, note }: JobResult,
	signal: AbortSignal,
	isStopping: boolean
): Omit<Ending, 'endedAt'> => ({
	state: signal.aborted ? cutShort(isStopping) : 'done',
	counts,
	note: note ?? null,
	errorCode: null,
	errorMessage: null
});

export function endedBadly(error: unknown, signal: AbortSignal, isStopping: boolean): Omit<Ending, 'endedAt'> {
	const isForeseen = error instanceof Error && FORESEEN.includes(error.name);
	const { code, refusal, name } = error as { code?: unknown; refusal?: unknown; name?: unknown };
	const said = [code, refusal, name].find((word) => typeof word === 'string') as string | undefined;
	return {
		state: signal.aborted ? cutShort(isStopping) : 'failed',
		counts: {},
		note: null,
		errorCode: (said ?? 'unknown').slice(0, 60),
		errorMessage: isForeseen ? error.message : 'Nobody foresaw this: the log has it, under this run.'
	};
}
