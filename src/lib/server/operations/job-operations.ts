/** What `ops jobs` asks of the server. */
import { z } from 'zod';
import { JobFailed } from '#lib/server/jobs/job.ts';
import type { ListedJob } from '#lib/server/jobs/listed-jobs.ts';
import type { JobRun } from '#lib/server/jobs/job-runs.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { recordAudit, type AuditAct } from '#lib/server/access/audit.ts';
import { operation, OperationRefusal, type Outcome } from './operation.ts';

const BY = 'command line';
const nothing = z.object({});

export const JOB_OPERATIONS = {
	'jobs.list': operation(nothing, ({ jobs }) => {
		const listed = jobs.list();
		return Promise.resolve({
			exitCode: 0,
			lines: listed.map(lineOf),
			json: { jobs: listed, runs: jobs.recent().slice(0, 20) }
		});
	}),
	'jobs.run': operation(
		z.object({ name: z.string().min(1).max(60), dryRun: z.boolean() }),
		async (world, { name, dryRun }) => {
			const id = await refusing(() => world.jobs.ask(name, { by: BY, dryRun }));
			await audit(world, 'job.run', name);
			return outcomeOf(await refusing(() => world.jobs.ended(id)));
		}
	),
	'jobs.retry': operation(nothing, async (world) => {
		const asked = await world.jobs.retry(BY);
		for (const { job } of asked) await audit(world, 'job.retry', job);
		const runs = await refusing(() => Promise.all(asked.map(({ id }) => world.jobs.ended(id))));
		return {
			exitCode: runs.every(({ state }) => state === 'done') ? 0 : 1,
			lines: runs.length === 0 ? ['No job failed last.'] : runs.flatMap((run) => outcomeOf(run).lines),
			json: { runs }
		};
	}),
	'jobs.cancel': operation(z.object({ id: z.string().min(1).max(60) }), async (world, { id }) => {
		if (!(await world.jobs.cancel(id))) throw new OperationRefusal('refused', `No run ${id} waits or runs.`);
		await audit(world, 'job.cancel', id);
		return { exitCode: 0, lines: [`${id} is told to end.`], json: { cancelled: id } };
	}),
	'jobs.purge': operation(z.object({ which: z.enum(['failed', 'pending']) }), async (world, { which }) => {
		const purged = await world.jobs.purge(which);
		await audit(world, 'job.purge', which);
		return { exitCode: 0, lines: [`${purged} runs forgotten.`], json: { purged } };
	})
};

const audit = ({ store, clock }: ServerWorld, act: AuditAct, subjectId: string): Promise<void> =>
	store.write((db) =>
		recordAudit(db, { at: clock().toISOString(), actorId: null, act, subjectKind: 'job', subjectId })
	);

async function refusing<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		if (error instanceof JobFailed)
			throw new OperationRefusal(error.code === 'unknown_job' ? 'wrong_use' : 'refused', error.message);
		throw error;
	}
}

function outcomeOf(run: JobRun): Outcome {
	const { id, job, state, counts, note, errorCode, errorMessage, dryRun } = run;
	const counted = Object.entries(counts).map(([what, count]) => `${what}: ${count}`);
	const lines = [
		`${job}${dryRun ? ' (dry run)' : ''}: ${state}${counted.length === 0 ? '' : `, ${counted.join(', ')}`}.`,
		...(note === null ? [] : [note]),
		...(errorCode === null ? [] : [`${errorCode}: ${errorMessage}`])
	];
	return { exitCode: state === 'done' ? 0 : 1, lines, json: { ...run, id } };
}

function lineOf({ name, schedule, nextAt, last, durationMs, failures, pending, running }: ListedJob): string {
	const ended = last === null ? 'never ran' : `${last.state} ${last.endedAt ?? last.startedAt ?? last.askedAt}`;
	const took = durationMs === null ? '' : ` in ${(durationMs / 1000).toFixed(1)} s`;
	const facts = [
		running ? 'running' : `${ended}${took}`,
		nextAt === null ? 'not scheduled' : `next ${nextAt}`,
		...(failures > 0 ? [`${failures} failed in 7 days`] : []),
		...(pending > 0 ? [`${pending} waiting`] : [])
	];
	return `${name.padEnd(14)} ${schedule.padEnd(14)} ${facts.join(', ')}`;
}
