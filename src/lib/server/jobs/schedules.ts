/** When each job is due: its own schedule, or what the setting JOB_SCHEDULES says instead. Pure but for croner's calendar. */
import { Cron } from 'croner';
import { SettingRefusal } from '#lib/server/config.ts';
import type { Job } from './job.ts';

/** In the setting, instead of a schedule: the job runs only when somebody asks for it. */
const OFF = 'off';

export interface Schedule {
	/** As it is written; `off` for none. */
	text: string;
	/** The first time after this one; null: never. */
	after(time: Date): Date | null;
}

/** @throws SettingRefusal for a job that does not exist and for what is no schedule */
export function schedulesOf(
	jobs: readonly Job[],
	overriding: Readonly<Record<string, string>>,
	timeZone: string
): Map<string, Schedule> {
	const unknown = Object.keys(overriding).find((name) => !jobs.some((job) => job.name === name));
	if (unknown !== undefined)
		refuse(`there is no job "${unknown.slice(0, 40)}". There are: ${jobs.map(({ name }) => name).join(', ')}.`);
	return new Map(jobs.map(({ name, schedule }) => [name, scheduleOf(name, overriding[name] ?? schedule, timeZone)]));
}

function scheduleOf(name: string, text: string, timezone: string): Schedule {
	if (text === OFF) return { text, after: () => null };
	try {
		const cron = new Cron(text, { timezone, paused: true, mode: '5-part' });
		return { text, after: (time) => cron.nextRun(time) };
	} catch {
		return refuse(`"${text.slice(0, 40)}" of ${name} is no schedule (minute hour day month weekday) and not "${OFF}".`);
	}
}

function refuse(reason: string): never {
	throw new SettingRefusal('JOB_SCHEDULES', reason, `'{"backup":"30 1 * * *","compact":"off"}'`);
}
