import { expect, it } from 'vitest';

import { TONES, VIBRATIONS, type Answer } from './tones.ts';

const ANSWERS: Answer[] = ['accepted', 'warning', 'refused'];
const pairs = ANSWERS.flatMap((a, n) => ANSWERS.slice(n + 1).map((b) => [a, b] as const));

it.each(pairs)('[ux] %s and %s differ in pitch and in rhythm', (a, b) => {
	const starts = (answer: Answer) => TONES[answer].map((note) => note.from).join();
	expect(starts(a)).not.toBe(starts(b));
	for (const note of TONES[a]) {
		for (const other of TONES[b]) expect(Math.abs(Math.log2(note.pitch / other.pitch))).toBeGreaterThan(0.25);
	}
});

it.each(pairs)('[ux] %s and %s feel different: another number of pulses', (a, b) => {
	expect(VIBRATIONS[a].length).not.toBe(VIBRATIONS[b].length);
});

it.each(ANSWERS)('[ux] %s is heard at once, on a phone speaker, and is over within a second', (answer) => {
	expect(TONES[answer][0]?.from).toBe(0);
	for (const note of TONES[answer]) {
		expect(note.pitch).toBeGreaterThanOrEqual(300);
		expect(note.pitch).toBeLessThanOrEqual(4000);
		expect(note.from + note.length).toBeLessThan(1000);
	}
});
