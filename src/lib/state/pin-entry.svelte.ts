/**
 * A PIN being typed: digits, the answer to it, and how long to wait. Loaded when a badge is scanned; asks the replica, which
 * asks the server or remembers, and hands the phone over through the program.
 */
import { LONGEST_PIN, SHORTEST_PIN } from '#lib/domain/badge.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Operator, Switched } from '#lib/sync/client.ts';
import type { AskedPin } from './floor.ts';
import type { FloorApp } from './floor-app.svelte.ts';

const REFUSALS = {
	unknown: m.operators_unknown_here,
	shift_over: m.operators_shift_over_here,
	clock: m.operators_clock,
	forgotten: m.operators_forgotten,
	device_unknown: m.operators_device_unknown,
	device_revoked: m.operators_device_revoked,
	busy: m.operators_busy
} as const satisfies Record<Extract<Switched, { why: string }>['why'], () => string>;

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

export class PinEntry {
	readonly #app: FloorApp;
	#digits = $state('');
	#isBusy = $state(false);
	#trouble = $state<string | null>(null);
	/** Seconds until the next try; 0: now. */
	#wait = $state(0);
	#timer: ReturnType<typeof setInterval> | undefined;

	constructor(app: FloorApp) {
		this.#app = app;
	}

	get length(): number {
		return this.#digits.length;
	}

	get isBusy(): boolean {
		return this.#isBusy;
	}

	get isLocked(): boolean {
		return this.#isBusy || this.#wait > 0;
	}

	get canSubmit(): boolean {
		return !this.isLocked && this.#digits.length >= SHORTEST_PIN;
	}

	/** What went wrong, or how long to wait. */
	get trouble(): string | null {
		return this.#wait > 0 ? m.operators_wait({ time: clock(this.#wait) }) : this.#trouble;
	}

	press(digit: string): void {
		if (this.isLocked || this.#digits.length >= LONGEST_PIN) return;
		this.#digits += digit;
		this.#trouble = null;
	}

	erase(): void {
		if (!this.isLocked) this.#digits = this.#digits.slice(0, -1);
	}

	/** Another badge, or the pad is put away. */
	reset(): void {
		clearInterval(this.#timer);
		this.#digits = '';
		this.#trouble = null;
		this.#wait = 0;
	}

	async submit(asked: AskedPin): Promise<void> {
		if (!this.canSubmit) return;
		const pin = this.#digits;
		this.#isBusy = true;
		this.#digits = '';
		try {
			this.#take(await this.#switchTo({ badgeCode: asked.badgeCode, pin }));
		} catch (error) {
			console.error(error);
			this.#fail(m.operators_failed());
		} finally {
			this.#isBusy = false;
		}
	}

	async #switchTo(badge: { badgeCode: string; pin: string }): Promise<Switched> {
		const { client, status, session } = this.#app;
		const badges = await client.badges();
		const isOffline = status.connection === 'offline';
		// Offline as far as we know, and nothing remembered: the server may be back, and nobody else can tell.
		const ask = !isOffline || !(await badges.offline()).some(({ badgeCode }) => badgeCode === badge.badgeCode);
		return badges.switchTo(badge, { ask, leaving: () => session.oweEnd(true) });
	}

	#take(switched: Switched): void {
		switch (switched.kind) {
			case 'switched':
				return this.#hand(switched.operator, switched.how);
			case 'wrong':
				return this.#fail(
					switched.left === null ? m.operators_wrong() : m.operators_wrong_left({ count: switched.left })
				);
			case 'wait':
				this.#count(switched.seconds);
				return this.#fail(null);
			case 'inactive':
				return this.#fail(m.operators_inactive());
			case 'needs_network':
			case 'refused':
				return this.#fail(REFUSALS[switched.why]());
		}
	}

	#hand({ name }: Operator, how: 'online' | 'offline'): void {
		// The server has ended the former session itself, and the one that it opened must stand.
		if (how === 'online') this.#app.session.oweEnd(false);
		this.#app.choices.clear();
		this.#app.answers.give({
			tone: 'ok',
			headline: m.operators_now({ name }),
			sentence: how === 'online' ? m.operators_now_online() : m.operators_now_offline()
		});
		this.#app.cancelPin();
	}

	/** Heard and felt as every refusal is. */
	#fail(trouble: string | null): void {
		this.#trouble = trouble;
		this.#app.answers.acknowledge('no');
	}

	#count(seconds: number): void {
		const until = Date.now() + seconds * 1000;
		this.#wait = seconds;
		clearInterval(this.#timer);
		this.#timer = setInterval(() => {
			this.#wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
			if (this.#wait === 0) clearInterval(this.#timer);
		}, 500);
	}
}
