/**
 * The answer to the last scan or press: what is shown full-bleed, heard, felt and read out. Follows the mutation it became
 * until the server has spoken, and never says "done" before. Runs on the phone; it decides nothing.
 */
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { Rejection } from '#lib/domain/rejections.ts';
import { headline, sentence } from '#lib/domain/sentences.ts';
import type { ScanLogEntry } from '#lib/sync/client.ts';

/** Accepted, late or doubtful, refused, news. */
export type Tone = 'ok' | 'warn' | 'no' | 'info';

export interface AnswerAction {
	label: string;
	run: () => void | Promise<void>;
}

export interface Answer {
	tone: Tone;
	/** One big sentence. */
	headline: string;
	/** What it is about, shown in the code face before the sentence; null when the sentence names it. */
	code: string | null;
	sentence: string;
	/** The mutation that it became; null when it became none. */
	uid: string | null;
	/** Where that mutation stands: null when there is none. */
	fate: ScanLogEntry['fate'] | null;
	/** The one obvious next action: it takes the place of the screen's own big button. */
	next: AnswerAction | null;
	/** A second way out, smaller: *Garder quand même*. */
	other: AnswerAction | null;
}

/** What a phone can give besides light: `scanner/feedback.ts` implements it with tones and vibration. */
export interface AnswerFeedback {
	play: (kind: 'accepted' | 'warning' | 'refused') => void;
}

const FEEDBACK = { ok: 'accepted', info: 'accepted', warn: 'warning', no: 'refused' } as const satisfies Record<
	Tone,
	Parameters<AnswerFeedback['play']>[0]
>;

export class Answers {
	#current = $state.raw<Answer | null>(null);
	/** Counts answers, so that the same words said twice flash and are read out twice. */
	#sequence = $state(0);
	#feedback: AnswerFeedback;
	#timeZone: () => string;

	/** `timeZone`: the site's, in which sentences name times (T4). */
	constructor(feedback: AnswerFeedback, timeZone: () => string) {
		this.#feedback = feedback;
		this.#timeZone = timeZone;
	}

	get current(): Answer | null {
		return this.#current;
	}

	get sequence(): number {
		return this.#sequence;
	}

	/** A refusal or note as the worker reads it. */
	say(rejection: Rejection): string {
		return sentence(rejection, getLocale(), this.#timeZone());
	}

	/** Shows, sounds and shakes at once. What is left out is null. */
	give(answer: Pick<Answer, 'tone' | 'headline' | 'sentence'> & Partial<Answer>): void {
		this.#current = { code: null, uid: null, fate: null, next: null, other: null, ...answer };
		this.#sequence += 1;
		this.#feedback.play(FEEDBACK[answer.tone]);
	}

	/** Sounds and shakes without words: the screen that opens says the rest. */
	acknowledge(tone: Tone): void {
		this.#current = null;
		this.#sequence += 1;
		this.#feedback.play(FEEDBACK[tone]);
	}

	clear(): void {
		this.#current = null;
	}

	/** Called with the scan log after every change of it: a verdict on what is still in view changes the answer (I18). */
	follow(entries: readonly ScanLogEntry[]): void {
		const shown = this.#current;
		if (!shown?.uid) return;
		const entry = entries.find((candidate) => candidate.uid === shown.uid);
		if (!entry || entry.fate === shown.fate) return;
		if (entry.fate === 'rejected' && entry.rejection) {
			this.give({
				tone: 'no',
				headline: headline(entry.rejection, getLocale()),
				code: shown.code,
				sentence: `${m.floor_fate_rejected()} : ${this.say(entry.rejection)}`,
				uid: shown.uid,
				fate: 'rejected'
			});
		} else {
			this.#current = { ...shown, fate: entry.fate };
		}
	}
}
