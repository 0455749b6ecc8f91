import { describe, expect, it } from 'vitest';

import { Acceptance, isStrong, type Accepted } from './acceptance.ts';
import type { CodeFamily, Sighting } from './decode-messages.ts';

/** GS1's own test numbers. */
const SSCC = '095212340000000013';
const GTIN = '9521234543213';

function seen(
	family: CodeFamily,
	text: string,
	lineCount: number | null = 10,
	symbology: string | null = null
): Sighting {
	return { family, text, lineCount, symbology, position: null };
}

/** Which of these frames (one code each, null: empty) are accepted. */
function acceptedFrames(frames: (Sighting | null)[], known: string[] = []): number[] {
	const acceptance = new Acceptance((gtin14) => known.includes(gtin14));
	return frames.flatMap((frame, n) => (acceptance.frame(frame ? [frame] : []).length > 0 ? [n] : []));
}

function first(frames: Sighting[], known: string[] = []): Accepted | undefined {
	const acceptance = new Acceptance((gtin14) => known.includes(gtin14));
	return frames.flatMap((frame) => acceptance.frame([frame]))[0];
}

describe('what counts as read', () => {
	it.each<CodeFamily>(['qr', 'datamatrix'])('[scanner] %s: at once', (family) => {
		expect(acceptedFrames([seen(family, 'CN-004217-K', 0)])).toEqual([0]);
	});

	it('[scanner] Code 128: three lines at once, fewer need two frames that agree', () => {
		expect(acceptedFrames([seen('code128', 'CN-004217-K', 3)])).toEqual([0]);
		expect(acceptedFrames([seen('code128', 'CN-004217-K', 2)])).toEqual([]);
		expect(acceptedFrames([seen('code128', 'CN-004217-K', 2), seen('code128', 'CN-004217-K', 2)])).toEqual([1]);
		expect(acceptedFrames([seen('code128', 'CN-004217-K', 2), seen('code128', 'CN-004217-X', 2)])).toEqual([]);
	});

	it('[scanner] GS1-128: never with a check digit that does not hold, always without case for plain Code 128', () => {
		const wrong = seen('code128', `00${SSCC.slice(0, -1)}4`, 10, ']C1');
		expect(acceptedFrames([wrong, wrong, wrong, wrong])).toEqual([]);
		expect(acceptedFrames([seen('code128', `00${SSCC}`, 3, ']C1')])).toEqual([0]);
		expect(acceptedFrames([seen('code128', wrong.text, 3, ']C0')])).toEqual([0]);
	});

	it('[scanner] EAN of a known product: six lines at once, fewer never', () => {
		expect(acceptedFrames([seen('retail', GTIN, 6)], [`0${GTIN}`])).toEqual([0]);
		const few = seen('retail', GTIN, 5);
		expect(acceptedFrames([few, few, few, few, few], [`0${GTIN}`])).toEqual([]);
	});

	it('[scanner] EAN of no known product: three of four frames, then ask', () => {
		const misread = seen('retail', '9521234543220');
		const good = seen('retail', GTIN);
		expect(acceptedFrames([good, good])).toEqual([]);
		expect(acceptedFrames([good, misread, good, good])).toEqual([3]);
		expect(acceptedFrames([good, misread, misread, good, misread, good])).toEqual([4]);
		expect(first([good, good, good])).toMatchObject({ unsure: true, sighting: { text: GTIN } });
		expect(first([good], [`0${GTIN}`])).toMatchObject({ unsure: false });
	});

	it('[scanner] a retail code whose check digit is wrong is nothing', () => {
		const wrong = seen('retail', '9521234543214');
		expect(acceptedFrames([wrong, wrong, wrong, wrong], ['09521234543214'])).toEqual([]);
	});

	it('[scanner] ITF: 14 digits, mod 10, four lines, two frames', () => {
		const good = seen('itf', `0${GTIN}`, 4);
		expect(acceptedFrames([good])).toEqual([]);
		expect(acceptedFrames([good, good])).toEqual([1]);
		for (const bad of [
			seen('itf', `0${GTIN}`, 3),
			seen('itf', GTIN),
			seen('itf', '09521234543214'),
			seen('itf', '123456')
		]) {
			expect(acceptedFrames([bad, bad, bad, bad])).toEqual([]);
		}
	});

	it('[scanner] Code 39: four characters, four lines, two frames', () => {
		const good = seen('code39', 'A-01', 4);
		expect(acceptedFrames([good])).toEqual([]);
		expect(acceptedFrames([good, good])).toEqual([1]);
		for (const bad of [seen('code39', 'A-1'), seen('code39', 'A-01', 3)])
			expect(acceptedFrames([bad, bad, bad])).toEqual([]);
	});

	it('[scanner] frames of too few lines do not vouch for each other', () => {
		expect(acceptedFrames([seen('itf', `0${GTIN}`, 1), seen('itf', `0${GTIN}`, 4)])).toEqual([]);
	});

	it('[scanner] an engine that counts no lines needs more frames', () => {
		const frames = (sighting: Sighting, known: string[] = []) =>
			acceptedFrames([sighting, sighting, sighting], known)[0];
		expect(frames(seen('code128', 'CN-004217-K', null))).toBe(1);
		expect(frames(seen('retail', GTIN, null), [`0${GTIN}`])).toBe(1);
		expect(frames(seen('retail', GTIN, null))).toBe(2);
		expect(frames(seen('code39', 'A-01', null))).toBe(2);
		expect(frames(seen('itf', `0${GTIN}`, null))).toBe(2);
	});

	it('[scanner] frames in which the ladder sees nothing do not disagree, for a while', () => {
		const weak = seen('code128', 'CN-004217-K', 2);
		const nothing = (frames: number) => Array.from({ length: frames }, () => null);
		expect(acceptedFrames([weak, ...nothing(12), weak])).toEqual([13]);
		expect(acceptedFrames([weak, ...nothing(13), weak])).toEqual([]);
	});

	it('[scanner] two codes in one frame are judged each for itself', () => {
		const acceptance = new Acceptance(() => false);
		const accepted = acceptance.frame([seen('qr', 'CN-1', 0), seen('code128', 'CN-2', 1)]);
		expect(accepted.map((each) => each.sighting.text)).toEqual(['CN-1']);
	});

	it('[scanner] after a change of lens nothing is remembered', () => {
		const acceptance = new Acceptance(() => false);
		acceptance.frame([seen('code128', 'CN-1', 2)]);
		acceptance.restart();
		expect(acceptance.frame([seen('code128', 'CN-1', 2)])).toEqual([]);
	});

	it('[scanner] a code of too few lines is not strong: the next rung looks harder', () => {
		expect([
			isStrong(seen('retail', GTIN, 5)),
			isStrong(seen('retail', GTIN, 6)),
			isStrong(seen('qr', 'A', 0))
		]).toEqual([false, true, true]);
		expect(isStrong(seen('qr', 'A', null))).toBe(false);
		expect(isStrong(seen('itf', '0952', 20))).toBe(false);
	});
});
