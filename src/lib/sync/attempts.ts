/**
 * One loop of attempts: never two at once, never given up. The push loop and the pull loop are one of these each.
 *
 *   wake('soon'): enqueue, poke, line is back      wake('now'): a person, `online`, visible
 *                      │ (not before a pause that the server asked for)      │
 *                      ▼                                                     ▼
 *   ┌──▶ waiting ── timer ≤ 60 s (≤ 120 s where the server asked) ──▶ attempting ──▶ its Pause ──┐
 *   │                                                                  ▲      │ woken meanwhile   │
 *   │                                                                  └──────┘                   │
 *   └──────────────────────────────────────────────────────────────────────────────────────────┘
 */
import type { Random, Timers } from './ports.ts';

/** What an attempt asks for. `failed` counts up the back-off; `afterMs` of the server is kept, up to two minutes. */
export type Pause = { kind: 'rest'; afterMs: number } | { kind: 'failed' } | { kind: 'asked'; afterMs: number };

export const LONGEST_PAUSE_MS = 60_000;
const LONGEST_ASKED_MS = 120_000;
const FIRST_RETRY_MS = 1000;
/** An enqueue or poke during a back-off brings the next attempt forward, but never makes a storm. */
const SOONEST_AFTER_FAILURE_MS = 2000;

export class Attempts {
	#timers: Timers;
	#random: Random;
	#attempt: () => Promise<Pause>;
	#failures = 0;
	#state: 'stopped' | 'waiting' | 'attempting' = 'stopped';
	#cancelTimer: (() => void) | null = null;
	#woken: 'soon' | 'now' | null = null;
	#pause: Pause['kind'] = 'rest';
	#isHurried = false;
	/** An attempt that ends after a stop says nothing about the next start. */
	#run = 0;

	constructor(timers: Timers, random: Random, attempt: () => Promise<Pause>) {
		this.#timers = timers;
		this.#random = random;
		this.#attempt = attempt;
	}

	start(): void {
		if (this.#state !== 'stopped') return;
		this.#state = 'waiting';
		this.#failures = 0;
		this.#pause = 'rest';
		this.#begin();
	}

	/** An attempt under way ends by itself; nothing follows it. */
	stop(): void {
		this.#state = 'stopped';
		this.#run++;
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		this.#woken = null;
	}

	wake(urgency: 'soon' | 'now'): void {
		if (this.#state === 'attempting') this.#woken = this.#woken === 'now' ? 'now' : urgency;
		else if (this.#state === 'waiting') this.#answerWake(urgency);
	}

	/** Somebody else was answered: what failed need not wait much longer. */
	lineIsBack(): void {
		if (this.#state === 'waiting' && this.#pause === 'failed') this.#answerWake('soon');
	}

	#answerWake(urgency: 'soon' | 'now'): void {
		if (urgency === 'now' || this.#pause === 'rest') this.#begin();
		else if (this.#pause === 'failed' && !this.#isHurried) {
			// Once: wakes that come all the time would put it off for ever.
			this.#isHurried = true;
			this.#schedule(Math.min(this.#delay(), SOONEST_AFTER_FAILURE_MS));
		}
	}

	#begin(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		this.#state = 'attempting';
		this.#isHurried = false;
		this.#woken = null;
		const run = this.#run;
		this.#attempt().then(
			(pause) => this.#rest(pause, run),
			// Storage failed under the attempt: nothing is known to be lost, and it is tried again.
			() => this.#rest({ kind: 'failed' }, run)
		);
	}

	#rest(pause: Pause, run: number): void {
		if (run !== this.#run || this.#state === 'stopped') return;
		this.#state = 'waiting';
		this.#pause = pause.kind;
		this.#failures = pause.kind === 'failed' ? this.#failures + 1 : 0;
		if (pause.kind === 'failed') this.#schedule(this.#delay());
		else if (pause.kind === 'asked') this.#schedule(Math.min(pause.afterMs, LONGEST_ASKED_MS));
		else this.#schedule(this.#jittered(Math.min(pause.afterMs, LONGEST_PAUSE_MS)));
		if (this.#woken) this.#answerWake(this.#woken);
	}

	#schedule(ms: number): void {
		this.#cancelTimer?.();
		this.#cancelTimer = this.#timers.after(ms, () => this.#begin());
	}

	/** 1, 2, 4 … 60 s, jittered downwards, so that sixty seconds stay the most (I19). */
	#delay = (): number =>
		this.#jittered(Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10), LONGEST_PAUSE_MS));

	#jittered = (ms: number): number => ms * (0.7 + 0.3 * this.#random.fraction());
}
