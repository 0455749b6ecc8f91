/** Starts a worker for each core, gives each its share of the seeds, and adds up what they tell. */
import { fork } from 'node:child_process';
import type { Report, Task } from './worker.ts';

export interface Tally {
	seeds: number;
	violations: Extract<Report, { kind: 'violation' }>[];
	/** How often each kind of trouble was made. */
	injected: Map<string, number>;
	states: Set<string>;
	seconds: number;
}

export interface Game {
	first: number;
	seeds: number;
	steps: number;
	workers: number;
	/** As soon as one worker found something, all stop. */
	stopAtFirst: boolean;
}

/** @throws when a worker dies */
export async function playOnAllCores(
	worker: string,
	{ first, seeds, steps, workers, stopAtFirst }: Game,
	progress: (done: number) => void
): Promise<Tally> {
	const began = performance.now();
	const tally: Tally = { seeds: 0, violations: [], injected: new Map(), states: new Set(), seconds: 0 };
	const running = new Set<ReturnType<typeof fork>>();
	const share = (index: number): Promise<void> =>
		new Promise((resolve, reject) => {
			const count = Math.floor((seeds - index + workers - 1) / workers);
			if (count <= 0) return resolve();
			const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
			running.add(child);
			let isDone = false;
			child.on('message', (report: Report) => {
				if (report.kind === 'done') isDone = true;
				else take(tally, report);
				if (report.kind === 'progress') progress(tally.seeds);
				if (report.kind === 'violation' && stopAtFirst) for (const each of running) each.kill();
			});
			child.once('exit', (code, signal) => {
				running.delete(child);
				if (isDone || (stopAtFirst && tally.violations.length > 0)) resolve();
				else reject(new Error(`A worker ended with ${signal ?? code}.`));
			});
			child.send({ first: first + index, count, stride: workers, steps, stopAtFirst } satisfies Task);
		});
	await Promise.all(Array.from({ length: workers }, (_, index) => share(index)));
	tally.seconds = (performance.now() - began) / 1000;
	return tally;
}

function take(tally: Tally, report: Exclude<Report, { kind: 'done' }>): void {
	if (report.kind === 'violation') {
		tally.violations.push(report);
		return;
	}
	tally.seeds += report.seeds;
	for (const [name, times] of report.injected) tally.injected.set(name, (tally.injected.get(name) ?? 0) + times);
	for (const state of report.states) tally.states.add(state);
}
