import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { JobFailed, type Job, type JobResult } from './job.ts';
import { JobRunner } from './job-runner.ts';

let server: TestServer;
let runner: JobRunner;
/** Each run of `sweep` waits here until the test ends it. */
let open: { end: (result: JobResult) => void; fail: (error: Error) => void; signal: AbortSignal; dryRun: boolean }[];

const sweep: Job = {
	name: 'sweep',
	// In winter 02:30 UTC is 03:30 at the site.
	schedule: '30 3 * * *',
	run: (_world, { dryRun, signal }) =>
		new Promise((end, fail) => {
			open.push({ end, fail, signal, dryRun });
			signal.addEventListener('abort', () => end({ counts: { swept: 1 } }));
		})
};
const other: Job = { name: 'other', schedule: 'off', run: () => Promise.resolve({ counts: { done: 1 } }) };

const HOUR = 3_600_000;
const AT_HAND = { by: 'command line', dryRun: false };

const newRunner = (jobSchedules: Record<string, string> = {}) =>
	new JobRunner(() => server.world, [sweep, other], { jobSchedules, siteTimeZone: 'Europe/Paris' });

const states = () => server.rows<{ state: string }>(`SELECT state FROM job_run ORDER BY id`).map(({ state }) => state);

/** Until what a run's end causes has been written. */
const settled = async (): Promise<void> => {
	for (let turn = 0; turn < 5; turn++) await server.world.store.write(() => undefined);
};

beforeEach(async () => {
	server = await openServer();
	open = [];
	runner = newRunner();
});
afterEach(async () => {
	await runner.stop();
	await server.close();
});

test('a job runs when it is due at the site, once, and says when it will again', async () => {
	await runner.start();
	await runner.tick();
	expect(open).toHaveLength(0);
	expect(runner.list()[0]).toMatchObject({ name: 'sweep', nextAt: '2026-03-03T02:30:00.000Z', last: null });
	server.advance(18.5 * HOUR);
	await runner.tick();
	await runner.tick();
	expect(open).toHaveLength(1);
	server.advance(1_500);
	open[0]!.end({ counts: { swept: 3 }, note: 'Swept.' });
	await settled();
	expect(runner.list()[0]).toMatchObject({
		nextAt: '2026-03-04T02:30:00.000Z',
		durationMs: 1_500,
		running: false,
		failures: 0,
		last: { state: 'done', askedBy: 'schedule', counts: { swept: 3 }, note: 'Swept.' }
	});
});

test('never twice at once: what is asked for waits, what is due is left out', async () => {
	await runner.start();
	const first = runner.run('sweep', AT_HAND);
	await settled();
	const second = runner.run('sweep', { by: 'command line', dryRun: true });
	await settled();
	server.advance(19 * HOUR);
	await runner.tick();
	expect(open).toHaveLength(1);
	expect(states()).toEqual(['running', 'pending']);
	open[0]!.end({ counts: { swept: 1 } });
	expect(await first).toMatchObject({ state: 'done', dryRun: false });
	await settled();
	expect(open[1]).toMatchObject({ dryRun: true });
	open[1]!.end({ counts: {} });
	expect(await second).toMatchObject({ state: 'done', dryRun: true });
	// A rehearsal is no run that counts.
	expect(runner.list()[0]!.last).toMatchObject({ dryRun: false });
});

test('what was due while the server was down runs at its start; what had run does not', async () => {
	const first = runner.run('sweep', AT_HAND);
	await settled();
	open[0]!.end({ counts: {} });
	await first;
	server.advance(10 * HOUR);
	await runner.start();
	await runner.tick();
	expect(open).toHaveLength(1);
	await runner.stop();
	server.advance(20 * HOUR);
	runner = newRunner();
	await runner.start();
	await runner.tick();
	expect(open).toHaveLength(2);
});

test('a failure is recorded with its code, without the words of an error that nobody foresaw, and retried once', async () => {
	const first = runner.run('sweep', AT_HAND);
	await settled();
	open[0]!.fail(new JobFailed('disk_full', '3 MB are free.'));
	expect(await first).toMatchObject({ state: 'failed', errorCode: 'disk_full', errorMessage: '3 MB are free.' });
	const second = runner.run('sweep', AT_HAND);
	await settled();
	open[1]!.fail(new TypeError('no address of m.dupont@example.org'));
	expect(await second).toMatchObject({ state: 'failed', errorCode: 'TypeError' });
	expect(server.rows(`SELECT * FROM job_run WHERE error_message LIKE '%dupont%'`)).toEqual([]);
	expect(runner.list()[0]).toMatchObject({ failures: 2 });
	expect(await runner.retry('command line')).toMatchObject([{ job: 'sweep' }]);
	await settled();
	open[2]!.end({ counts: {} });
	await settled();
	expect(await runner.retry('command line')).toEqual([]);
	expect(await runner.purge('failed')).toBe(2);
	expect(states()).toEqual(['done']);
});

test('a run is cancelled while it waits and while it runs', async () => {
	const first = runner.run('sweep', AT_HAND);
	await settled();
	const waiting = await runner.ask('sweep', AT_HAND);
	expect(await runner.cancel(waiting)).toBe(true);
	const [running] = runner.recent().filter(({ state }) => state === 'running');
	expect(await runner.cancel(running!.id)).toBe(true);
	expect(await first).toMatchObject({ state: 'cancelled', counts: { swept: 1 } });
	expect(states()).toEqual(['cancelled', 'cancelled']);
	expect(await runner.cancel(waiting)).toBe(false);
	expect(await runner.cancel('nothing')).toBe(false);
});

test('what waits can be purged; whoever waits for it hears so', async () => {
	const first = runner.run('sweep', AT_HAND);
	await settled();
	const second = runner.run('sweep', AT_HAND);
	await settled();
	expect(await runner.purge('pending')).toBe(1);
	await expect(second).rejects.toMatchObject({ code: 'purged' });
	open[0]!.end({ counts: {} });
	await first;
	expect(open).toHaveLength(1);
});

test('a run that a crash cut off is marked so at the next start, and runs again, once', async () => {
	await runner.start();
	server.advance(19 * HOUR);
	await runner.tick();
	expect(states()).toEqual(['running']);
	// The process is gone; its record says `running`.
	const crashed = runner;
	runner = newRunner();
	await runner.start();
	expect(states()).toEqual(['interrupted']);
	await runner.tick();
	expect(states()).toEqual(['interrupted', 'running']);
	const crashedAgain = runner;
	runner = newRunner();
	await runner.start();
	await runner.tick();
	expect(states()).toEqual(['interrupted', 'interrupted']);
	await Promise.all([crashed.stop(), crashedAgain.stop()]);
});

test('stopping tells a run to end and records it as interrupted', async () => {
	void runner.ask('sweep', AT_HAND);
	await settled();
	await runner.stop();
	expect(states()).toEqual(['interrupted']);
	expect(open[0]!.signal.aborted).toBe(true);
});

test('a clock that was set back does not keep a job waiting for days', async () => {
	await runner.start();
	server.advance(400 * 24 * HOUR);
	await runner.tick();
	open[0]!.end({ counts: {} });
	await settled();
	server.advance(-399 * 24 * HOUR);
	await runner.tick();
	expect(runner.list()[0]!.nextAt).toBe('2026-03-04T02:30:00.000Z');
});

test('schedules are settings: another time, none; a job or a time that does not exist stops the start', async () => {
	runner = newRunner({ sweep: 'off', other: '*/5 * * * *' });
	await runner.start();
	expect(runner.list()).toMatchObject([
		{ name: 'sweep', schedule: 'off', nextAt: null },
		{ name: 'other', schedule: '*/5 * * * *', nextAt: '2026-03-02T08:05:00.000Z' }
	]);
	expect(() => newRunner({ swep: 'off' })).toThrow(/JOB_SCHEDULES: there is no job "swep".*sweep, other/);
	expect(() => newRunner({ sweep: '99 * * * *' })).toThrow(/JOB_SCHEDULES: .*is no schedule/);
	await expect(runner.ask('swep', AT_HAND)).rejects.toMatchObject({ code: 'unknown_job' });
});
