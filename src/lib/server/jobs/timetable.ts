/** When each job runs by itself next. What came due several times meanwhile is due once. */
import type { Schedule } from './schedules.ts';

export class Timetable {
	readonly #schedules: ReadonlyMap<string, Schedule>;
	readonly #next = new Map<string, Date>();
	/** When what is due was asked for last. */
	#lastMs = 0;

	constructor(schedules: ReadonlyMap<string, Schedule>) {
		this.#schedules = schedules;
	}

	get names(): string[] {
		return [...this.#schedules.keys()];
	}

	has(name: string): boolean {
		return this.#schedules.has(name);
	}

	/** As it is written. */
	textOf(name: string): string {
		return this.#schedules.get(name)!.text;
	}

	/** Null: never. */
	nextAt(name: string, now: Date): Date | null {
		return this.#next.get(name) ?? this.#schedules.get(name)!.after(now);
	}

	/** Plans every job anew: from when it ran last, or from now where that is not known or lies in the future. */
	plan(now: Date, last: ReadonlyMap<string, Date>): void {
		this.#next.clear();
		for (const name of this.names) {
			const since = last.get(name) ?? now;
			this.#planOne(name, since > now ? now : since);
		}
	}

	/** The jobs that are due. Each is planned anew when it is taken: what cannot be started now stays due. */
	*takeDue(now: Date): Generator<string> {
		// The clock was set back: what was planned by the former one may be days away.
		if (now.getTime() < this.#lastMs) this.plan(now, new Map());
		this.#lastMs = now.getTime();
		const due = [...this.#next].filter(([, at]) => at <= now).map(([name]) => name);
		for (const name of due) {
			this.#planOne(name, now);
			yield name;
		}
	}

	#planOne(name: string, since: Date): void {
		const at = this.#schedules.get(name)?.after(since) ?? null;
		if (at === null) this.#next.delete(name);
		else this.#next.set(name, at);
	}
}
