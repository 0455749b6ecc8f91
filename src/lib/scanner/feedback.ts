/**
 * Lets a worker hear and feel what became of a scan. Plays only what this phone has; a phone that stays silent has not
 * been touched yet (browsers allow sound after a tap) or has lent its speaker to a call.
 */
import { TONES, VIBRATIONS, type Answer } from './tones.ts';

/** What the browser gives; null: this phone has none. */
export interface FeedbackDevices {
	openAudio: (() => AudioContext) | null;
	vibrate: ((pattern: number[]) => boolean) | null;
}

export function browserFeedback(target: Window & typeof globalThis): FeedbackDevices {
	return {
		openAudio: 'AudioContext' in target ? () => new target.AudioContext({ latencyHint: 'interactive' }) : null,
		vibrate: 'vibrate' in target.navigator ? (pattern) => target.navigator.vibrate(pattern) : null
	};
}

const EDGE_SECONDS = 0.006;

export class Feedback {
	readonly canVibrate: boolean;
	readonly canSound: boolean;
	#devices: FeedbackDevices;
	#audio: AudioContext | null = null;
	#output: GainNode | null = null;
	/** What still sounds: a new answer cuts the old one short, or two scans in a row would blur. */
	#sounding: OscillatorNode[] = [];
	#volume = 0.8;

	constructor(devices: FeedbackDevices) {
		this.#devices = devices;
		this.canSound = devices.openAudio !== null;
		this.canVibrate = devices.vibrate !== null;
	}

	/** 0 … 1. */
	get volume(): number {
		return this.#volume;
	}

	set volume(volume: number) {
		this.#volume = Math.min(1, Math.max(0, volume));
		if (this.#output) this.#output.gain.value = loudness(this.#volume);
	}

	/** Can a tone be heard now? `false` until the first tap, and while a call has the speaker. */
	get unlocked(): boolean {
		return this.#audio?.state === 'running';
	}

	/**
	 * Call it in every tap and key press: opens the sound the first time, and again after iOS has `interrupted` it. Costs nothing
	 * when it is open. Resolves to whether tones can be heard.
	 */
	async unlock(): Promise<boolean> {
		if (!this.#devices.openAudio) return false;
		if (this.#audio?.state === 'closed') this.#audio = null;
		if (!this.#audio) {
			this.#audio = this.#devices.openAudio();
			this.#output = this.#audio.createGain();
			this.#output.gain.value = loudness(this.#volume);
			this.#output.connect(this.#audio.destination);
		}
		if (this.#audio.state !== 'running') {
			try {
				await this.#audio.resume();
			} catch {
				// Refused outside a tap, or the speaker is taken: the next tap asks again.
				return false;
			}
		}
		return this.unlocked;
	}

	/** Never throws and never waits: a scan is not held up by its sound. */
	play(answer: Answer): void {
		this.#devices.vibrate?.([...VIBRATIONS[answer]]);
		if (!this.#audio || !this.#output || this.#audio.state !== 'running') return;
		for (const oscillator of this.#sounding) oscillator.stop();
		this.#sounding = scheduleTone(this.#audio, this.#output, answer, this.#audio.currentTime);
	}

	close(): void {
		void this.#audio?.close();
		this.#audio = null;
		this.#output = null;
		this.#sounding = [];
	}
}

/** Puts the notes of an answer on an audio clock, beginning at `start` seconds. */
export function scheduleTone(
	audio: BaseAudioContext,
	output: AudioNode,
	answer: Answer,
	start: number
): OscillatorNode[] {
	return TONES[answer].map((note) => {
		const oscillator = audio.createOscillator();
		const envelope = audio.createGain();
		const from = start + note.from / 1000;
		const until = from + note.length / 1000;
		oscillator.type = note.shape;
		oscillator.frequency.value = note.pitch;
		// Without soft edges every note clicks, and the click is what one hears of a short one.
		envelope.gain.setValueAtTime(0, from);
		envelope.gain.linearRampToValueAtTime(1, from + EDGE_SECONDS);
		envelope.gain.setValueAtTime(1, until - EDGE_SECONDS);
		envelope.gain.linearRampToValueAtTime(0, until);
		oscillator.connect(envelope).connect(output);
		oscillator.start(from);
		oscillator.stop(until);
		return oscillator;
	});
}

/** Ears hear ratios: half the slider is a quarter of the amplitude. */
function loudness(volume: number): number {
	return volume * volume;
}
