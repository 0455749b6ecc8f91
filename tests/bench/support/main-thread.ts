/** How long the tasks of a page's main thread take, as Chromium's own trace has them: those under 50 ms too. */
import type { Page } from 'playwright';

interface TraceEvent {
	name: string;
	pid: number;
	tid: number;
	/** Microseconds. */
	dur?: number;
	args: { name?: string };
}

/** Begins to record. @returns ends it, and says what the tasks took, in milliseconds */
export async function mainThreadTasks(page: Page): Promise<() => Promise<number[]>> {
	const session = await page.context().newCDPSession(page);
	const events: TraceEvent[] = [];
	session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
	await session.send('Tracing.start', {
		traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline'] }
	});
	return async () => {
		const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
		await session.send('Tracing.end');
		await complete;
		await session.detach();
		const main = new Set(
			events
				.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
				.map(({ pid, tid }) => `${pid}.${tid}`)
		);
		return events
			.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid}.${tid}`))
			.map(({ dur = 0 }) => dur / 1000);
	};
}
