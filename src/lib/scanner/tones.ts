/**
 * What each answer sounds and feels like, as a table. The three differ in pitch *and* in rhythm, so that they are told apart
 * in noise, by a tired ear, and through a vibrating glove.
 */

export type Answer = 'accepted' | 'warning' | 'refused';

export interface Note {
	/** Hertz. */
	pitch: number;
	/** Milliseconds from the answer. */
	from: number;
	/** Milliseconds. */
	length: number;
	shape: OscillatorType;
}

/** Accepted rises, warning repeats, refused falls and rasps. Nothing under 300 Hz: a phone's speaker has no bass. */
export const TONES: Record<Answer, readonly Note[]> = {
	accepted: [
		{ pitch: 1047, from: 0, length: 70, shape: 'sine' },
		{ pitch: 1568, from: 75, length: 110, shape: 'sine' }
	],
	warning: [
		{ pitch: 740, from: 0, length: 110, shape: 'triangle' },
		{ pitch: 740, from: 190, length: 110, shape: 'triangle' }
	],
	refused: [
		{ pitch: 440, from: 0, length: 160, shape: 'square' },
		{ pitch: 349, from: 200, length: 160, shape: 'square' },
		{ pitch: 311, from: 400, length: 280, shape: 'square' }
	]
};

/** `navigator.vibrate` patterns: on, off, on, … in milliseconds. */
export const VIBRATIONS: Record<Answer, readonly number[]> = {
	accepted: [60],
	warning: [70, 90, 70],
	refused: [180, 80, 180, 80, 320]
};
