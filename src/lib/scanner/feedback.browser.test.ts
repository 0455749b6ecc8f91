import { expect, it } from 'vitest';

import { browserFeedback, Feedback, scheduleTone } from './feedback.ts';
import { TONES, VIBRATIONS, type Answer } from './tones.ts';

const RATE = 44_100;

async function rendered(answer: Answer): Promise<Float32Array> {
	const audio = new OfflineAudioContext(1, RATE, RATE);
	scheduleTone(audio, audio.destination, answer, 0);
	return (await audio.startRendering()).getChannelData(0);
}

/** Rising zero crossings per second between two times in ms. */
function pitchOf(samples: Float32Array, from: number, length: number): number {
	const part = samples.subarray((from / 1000) * RATE, ((from + length) / 1000) * RATE);
	let crossings = 0;
	for (let n = 1; n < part.length; n++) if ((part[n - 1] ?? 0) <= 0 && (part[n] ?? 0) > 0) crossings++;
	return (crossings / length) * 1000;
}

it.each<Answer>(['accepted', 'warning', 'refused'])('[ux] %s sounds as written, then is silent', async (answer) => {
	const samples = await rendered(answer);
	for (const note of TONES[answer]) {
		expect(Math.abs(pitchOf(samples, note.from, note.length) / note.pitch - 1)).toBeLessThan(0.05);
	}
	const end = Math.max(...TONES[answer].map((note) => note.from + note.length));
	expect(Math.max(...samples.subarray((end / 1000) * RATE + 1).map(Math.abs))).toBe(0);
	expect(samples[0]).toBe(0);
});

it('[ux] a phone without sound or vibration says so and plays nothing', async () => {
	const feedback = new Feedback({ openAudio: null, vibrate: null });
	expect([feedback.canSound, feedback.canVibrate, await feedback.unlock()]).toEqual([false, false, false]);
	expect(() => feedback.play('accepted')).not.toThrow();
});

it('[ux] vibrates in the rhythm of the answer, before any sound is unlocked', () => {
	const felt: number[][] = [];
	const feedback = new Feedback({ openAudio: null, vibrate: (pattern) => felt.push(pattern) > 0 });
	feedback.play('refused');
	expect(felt).toEqual([[...VIBRATIONS.refused]]);
});

it('[ux] sound is opened once and closed for good', async () => {
	const opened: AudioContext[] = [];
	const devices = browserFeedback(window);
	const feedback = new Feedback({
		...devices,
		openAudio: () => {
			const audio = new AudioContext();
			opened.push(audio);
			return audio;
		}
	});
	feedback.volume = 3;
	expect(feedback.volume).toBe(1);
	void feedback.unlock();
	void feedback.unlock();
	expect(opened).toHaveLength(1);
	feedback.close();
	expect(feedback.unlocked).toBe(false);
});
