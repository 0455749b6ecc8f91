/**
 * Runs jobs when they are due or asked for, each never twice at once, and keeps a record of every run. What is asked for
 * while the same job runs waits for its turn; what is only due then is left out. Time comes from the world's clock and `tick`,
 * so that a test needs no waiting.
 */
import type { ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { JobFailed, type Job } from './job.ts';
import { endedBadly, endedWell, isFailure } from './job-ending.ts';
import {
	cancelPending,
	dueSince,
	findRun,
	insertRun,
	latestRuns,
	markEnded,
	markInterrupted,
	markStarted,
	nextPending,
	purgeRuns,
	recentRuns,
	type Ending,
	type JobRun
} from './job-runs.ts';
import { listJobs, type ListedJob } from './listed-jobs.ts';
import { schedulesOf } from './schedules.ts';
import { Timetable } from './timetable.ts';

/** The clock is looked at this often, in milliseconds. */
const TICK_MS = 1_000;
/** What a stopping server waits for its jobs, in milliseconds: then they count as interrupted. */
const STOPPING_MS = 10_000;
const RECENT = 100;

interface Running {
	id: string;
	abort: AbortController;
	ended: Promise<void>;
}

export class JobRunner {
	readonly #world: () => ServerWorld;
	readonly #jobs: readonly Job[];
	readonly #timetable: Timetable;
	readonly #running = new Map<string, Running>();
	readonly #waiting = new Map<string, () => void>();
	#settled: Promise<void> | null = null;
	#lastIdMs = 0;
	#timer: NodeJS.Timeout | null = null;
	#isStopping = false;

	/** @throws SettingRefusal when JOB_SCHEDULES cannot be followed */
	constructor(
		world: () => ServerWorld,
		jobs: readonly Job[],
		settings: Pick<ServerWorld['settings'], 'jobSchedules' | 'siteTimeZone'>
	) {
		this.#world = world;
		this.#jobs = jobs;
		this.#timetable = new Timetable(schedulesOf(jobs, settings.jobSchedules, settings.siteTimeZone));
	}

	/** The web server alone: from here on jobs run by themselves. What fell due while the server was down runs now, once. */
	async start(): Promise<void> {
		await this.#settle();
		const { store, clock } = this.#world();
		const last = new Map(store.read(dueSince).map(({ job, since }) => [job, new Date(since)]));
		this.#timetable.plan(clock(), last);
		this.#timer = setInterval(() => this.#tickSafely(), TICK_MS);
		this.#timer.unref();
	}

	/** Does this process run jobs by itself? The web server does, a command does not. */
	get isStarted(): boolean {
		return this.#timer !== null && !this.#isStopping;
	}

	/** Starts what is due. @returns after what it started was recorded as started */
	async tick(): Promise<void> {
		for (const name of this.#timetable.takeDue(this.#world().clock()))
			if (!this.#running.has(name)) await this.ask(name, { by: 'schedule', dryRun: false });
	}

	/** @returns the run's id; it starts now, or after the run of the same job that is under way. @throws JobFailed `unknown_job` */
	async ask(name: string, { by, dryRun }: { by: string; dryRun: boolean }): Promise<string> {
		this.#jobNamed(name);
		await this.#settle();
		const { store, clock } = this.#world();
		const id = this.#newId();
		await store.write((db) => insertRun(db, { id, job: name, askedBy: by, askedAt: clock().toISOString(), dryRun }));
		await this.#startPending();
		return id;
	}

	/** Asks for it and waits for its end. @throws JobFailed `unknown_job`, `purged`, `stopping` */
	async run(name: string, how: { by: string; dryRun: boolean }): Promise<JobRun> {
		return this.ended(await this.ask(name, how));
	}

	/** The run once it is over. @throws JobFailed `purged`, `stopping` */
	async ended(id: string): Promise<JobRun> {
		for (;;) {
			const run = this.find(id);
			if (run === null) throw new JobFailed('purged', 'The run was purged.');
			if (run.state !== 'pending' && run.state !== 'running') return run;
			if (this.#isStopping) throw new JobFailed('stopping', 'The server is stopping.');
			const under = [...this.#running.values()].find((one) => one.id === id);
			await (under?.ended ?? new Promise<void>((resolve) => this.#waiting.set(id, resolve)));
		}
	}

	/** @returns false when there is nothing to cancel: it has ended, or there is no such run */
	async cancel(id: string): Promise<boolean> {
		const running = [...this.#running.values()].find((one) => one.id === id);
		if (running !== undefined) {
			running.abort.abort();
			return true;
		}
		const { store, clock } = this.#world();
		const isCancelled = await store.write((db) => cancelPending(db, id, clock().toISOString()));
		this.#wake();
		return isCancelled;
	}

	/** Asks once for each job whose newest run failed or was cut off. */
	async retry(by: string): Promise<{ job: string; id: string }[]> {
		await this.#settle();
		const failed = this.#world()
			.store.read(latestRuns)
			.filter(({ job, state }) => isFailure(state) && this.#timetable.has(job));
		const asked: { job: string; id: string }[] = [];
		for (const { job } of failed) asked.push({ job, id: await this.ask(job, { by, dryRun: false }) });
		return asked;
	}

	/** Forgets failed runs, or those that wait. @returns how many */
	async purge(which: 'failed' | 'pending'): Promise<number> {
		await this.#settle();
		const states = which === 'failed' ? (['failed', 'interrupted'] as const) : (['pending'] as const);
		const purged = await this.#world().store.write((db) => purgeRuns(db, states));
		this.#wake();
		return purged;
	}

	find(id: string): JobRun | null {
		return this.#world().store.read((db) => findRun(db, id));
	}

	recent(): JobRun[] {
		return this.#world().store.read((db) => recentRuns(db, RECENT));
	}

	list(): ListedJob[] {
		const { store, clock } = this.#world();
		const isRunning = (name: string) => this.#running.has(name);
		return store.read((db) => listJobs(db, this.#timetable, isRunning, clock()));
	}

	/** Starts nothing more, tells what runs to end, and waits for it a while. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		if (this.#timer !== null) clearInterval(this.#timer);
		for (const { abort } of this.#running.values()) abort.abort();
		let giveUp: NodeJS.Timeout | undefined;
		const tooLong = new Promise<void>((resolve) => (giveUp = setTimeout(resolve, STOPPING_MS)));
		await Promise.race([Promise.all([...this.#running.values()].map(({ ended }) => ended)), tooLong]);
		clearTimeout(giveUp);
		this.#wake();
	}

	/** Runs are ordered by their ids, also those of one millisecond. */
	#newId(): string {
		this.#lastIdMs = Math.max(Date.now(), this.#lastIdMs + 1);
		return newUuid(this.#lastIdMs);
	}

	#jobNamed(name: string): Job {
		const job = this.#jobs.find((one) => one.name === name);
		if (job !== undefined) return job;
		const known = this.#jobs.map((one) => one.name).join(', ');
		throw new JobFailed('unknown_job', `There is no job "${name.slice(0, 40)}". There are: ${known}.`);
	}

	#settle(): Promise<void> {
		const { store, clock, log } = this.#world();
		return (this.#settled ??= store
			.write((db) => markInterrupted(db, clock().toISOString()))
			.then((cutOff) => {
				if (cutOff > 0) log.warn({ event: 'jobs_interrupted', runs: cutOff });
			}));
	}

	#tickSafely(): void {
		if (this.#isStopping) return;
		this.tick().catch((error: unknown) => this.#world().log.error({ event: 'jobs_tick_failed', err: error }));
	}

	async #startPending(): Promise<void> {
		const { store, clock } = this.#world();
		while (!this.#isStopping) {
			const run = store.read((db) => nextPending(db, [...this.#running.keys()]));
			if (run === null) return;
			const job = this.#jobs.find(({ name }) => name === run.job);
			const abort = new AbortController();
			let over!: () => void;
			const ended = new Promise<void>((resolve) => (over = resolve));
			// Taken before the first wait: the next caller sees that it runs.
			this.#running.set(run.job, { id: run.id, abort, ended });
			const isMine = await store.write((db) => markStarted(db, run.id, clock().toISOString()));
			if (isMine) void this.#carryOut(run, job, abort.signal).finally(() => this.#release(run.job, over));
			else this.#release(run.job, over);
			this.#wake();
		}
	}

	#release(job: string, over: () => void): void {
		this.#running.delete(job);
		over();
		this.#startPending().catch((error: unknown) => this.#world().log.error({ event: 'jobs_start_failed', err: error }));
	}

	async #carryOut(run: JobRun, job: Job | undefined, signal: AbortSignal): Promise<void> {
		const world = this.#world();
		let ending: Omit<Ending, 'endedAt'>;
		try {
			if (job === undefined) throw new JobFailed('unknown_job', 'This program has no such job any more.');
			ending = endedWell(await job.run(world, { dryRun: run.dryRun, signal }), signal, this.#isStopping);
		} catch (error) {
			ending = endedBadly(error, signal, this.#isStopping);
			if (ending.state === 'failed') world.log.error({ event: 'job_failed', job: run.job, run: run.id, err: error });
		}
		const endedAt = world.clock().toISOString();
		try {
			await world.store.write((db) => markEnded(db, run.id, { ...ending, endedAt }));
		} catch (error) {
			// Its record stays `running`, and the next start calls it interrupted.
			world.log.error({ event: 'job_not_recorded', job: run.job, run: run.id, err: error });
		}
		world.metrics.task(run.job, ending.state);
		world.log.debug({ event: 'job', job: run.job, run: run.id, state: ending.state, ...ending.counts });
	}

	/** Whoever waits for a run's turn looks again. */
	#wake(): void {
		for (const [id, resolve] of [...this.#waiting]) {
			this.#waiting.delete(id);
			resolve();
		}
	}
}
