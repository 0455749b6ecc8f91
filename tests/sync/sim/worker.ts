/** Plays seeds in a process of its own and tells the parent what came of them. Started by `main.ts`, bundled. */
import { beginning, play } from './run.ts';
import { scriptOf } from './script.ts';
import { shorten } from './shorten.ts';

/** What the parent asks for: `count` seeds from `first` on, every `stride`-th. */
export interface Task {
	first: number;
	count: number;
	stride: number;
	steps: number;
	/** Stop at the first broken promise. */
	stopAtFirst: boolean;
}

export type Report =
	| { kind: 'progress'; seeds: number; injected: [string, number][]; states: string[] }
	| { kind: 'violation'; seed: number; violations: string[]; shortest: string[]; found: string[] }
	| { kind: 'done' };

const REPORT_EVERY = 20;
const tell = (report: Report): boolean => process.send!(report);

process.once('message', (task: Task) => {
	void work(task).then(() => {
		tell({ kind: 'done' });
		process.disconnect();
	});
});

async function work({ first, count, stride, steps, stopAtFirst }: Task): Promise<void> {
	const begin = await beginning();
	const injected = new Map<string, number>();
	const states = new Set<string>();
	let since = 0;
	const flush = () => {
		tell({ kind: 'progress', seeds: since, injected: [...injected], states: [...states] });
		injected.clear();
		states.clear();
		since = 0;
	};
	for (let i = 0; i < count; i++) {
		const seed = first + i * stride;
		const script = scriptOf(seed, steps);
		const outcome = await play(begin, seed, script);
		for (const [name, times] of outcome.injected) injected.set(name, (injected.get(name) ?? 0) + times);
		for (const state of outcome.states) states.add(state);
		since++;
		if (outcome.violations.length > 0) {
			flush();
			const { shortest, found } = await shorten(begin, seed, script, outcome.violations);
			tell({ kind: 'violation', seed, violations: outcome.violations, shortest, found });
			if (stopAtFirst) return;
		} else if (since >= REPORT_EVERY) flush();
	}
	flush();
}
