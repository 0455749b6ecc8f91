/**
 * What counts as read. The engine reports what it believes to see in a frame; a wrong read is worse than none, so each
 * family of codes has to prove itself: scan lines that agree, frames that agree, check digits that hold. Pure: one call per
 * frame, nothing but what was seen.
 */
import { endsWithMod10, gtin14, isGtin } from '#lib/domain/check-digits.ts';
import { parseGs1 } from '#lib/domain/gs1.ts';
import { GS1_SYMBOLOGIES, textForMeaning } from './aim.ts';
import type { CodeFamily, Sighting } from './decode-messages.ts';

export interface Accepted {
	sighting: Sighting;
	/** A GTIN that no known product has: seen three times, and still to be confirmed by the worker. */
	unsure: boolean;
}

interface Rule {
	/** May this text be such a code at all? */
	wellFormed: (sighting: Sighting) => boolean;
	minLines: number;
	/** Frames that must agree: with lines enough, with fewer, and from an engine that does not count lines. */
	frames: { enough: number; fewer: number; uncounted: number };
}

const CODE39_MIN_LENGTH = 4;
const NEVER = Infinity;
const always = (): boolean => true;

const RULES: Record<CodeFamily, Rule> = {
	// Reed–Solomon has already decided; what such a code says wrongly is the label's fault, and is refused with a reason later.
	qr: { wellFormed: always, minLines: 0, frames: { enough: 1, fewer: 1, uncounted: 1 } },
	datamatrix: { wellFormed: always, minLines: 0, frames: { enough: 1, fewer: 1, uncounted: 1 } },
	code128: { wellFormed: gs1Holds, minLines: 3, frames: { enough: 1, fewer: 2, uncounted: 2 } },
	// For a GTIN that we know. A wrong one with a valid check digit was seen in several frames in a row.
	retail: { wellFormed: (seen) => isGtin(seen.text), minLines: 6, frames: { enough: 1, fewer: NEVER, uncounted: 2 } },
	itf: {
		wellFormed: (seen) => seen.text.length === 14 && endsWithMod10(seen.text),
		minLines: 4,
		frames: { enough: 2, fewer: NEVER, uncounted: 3 }
	},
	code39: {
		wellFormed: (seen) => seen.text.length >= CODE39_MIN_LENGTH,
		minLines: 4,
		frames: { enough: 2, fewer: NEVER, uncounted: 3 }
	}
};

/** A well-formed code with lines enough. If not, a harder look at the next frame is worth more than the same again. */
export function isStrong(seen: Sighting): boolean {
	const { wellFormed, minLines } = RULES[seen.family];
	return seen.lineCount !== null && seen.lineCount >= minLines && wellFormed(seen);
}

const UNKNOWN_GTIN_FRAMES = 3;
/** Frames of a family that are remembered, and for how many frames without any of it. */
const WINDOW = 4;
const FORGET_AFTER_FRAMES = 12;

export class Acceptance {
	#isKnownGtin: (gtin14: string) => boolean;
	#history: Partial<Record<CodeFamily, { frames: ReadonlySet<string>[]; silent: number }>> = {};

	/** `isKnownGtin` gets 14 digits. */
	constructor(isKnownGtin: (gtin14: string) => boolean) {
		this.#isKnownGtin = isKnownGtin;
	}

	/** All codes of one frame, an empty frame included; returns those that count as read, in the given order. */
	frame(sightings: readonly Sighting[]): Accepted[] {
		const wellFormed = sightings.filter((seen) => RULES[seen.family].wellFormed(seen) && framesNeeded(seen) < NEVER);
		for (const family of Object.keys(RULES) as CodeFamily[]) {
			this.#remember(family, new Set(wellFormed.filter((seen) => seen.family === family).map((seen) => seen.text)));
		}
		return wellFormed.flatMap((sighting) => this.#judge(sighting));
	}

	/** Another camera, another lens: what was seen before proves nothing. */
	restart(): void {
		this.#history = {};
	}

	#remember(family: CodeFamily, texts: ReadonlySet<string>): void {
		const history = this.#history[family];
		if (texts.size === 0) {
			// Most rungs of the ladder see nothing; that is no disagreement.
			if (history && ++history.silent > FORGET_AFTER_FRAMES) delete this.#history[family];
			return;
		}
		this.#history[family] = { frames: [...(history?.frames ?? []), texts].slice(-WINDOW), silent: 0 };
	}

	#judge(sighting: Sighting): Accepted[] {
		const { family, text } = sighting;
		const agreeing = (this.#history[family]?.frames ?? []).filter((texts) => texts.has(text)).length;
		if (family === 'retail' && !this.#isKnownGtin(gtin14(text) ?? text)) {
			return agreeing >= UNKNOWN_GTIN_FRAMES ? [{ sighting, unsure: true }] : [];
		}
		return agreeing >= framesNeeded(sighting) ? [{ sighting, unsure: false }] : [];
	}
}

function framesNeeded(seen: Sighting): number {
	const { frames } = RULES[seen.family];
	if (seen.lineCount === null) return frames.uncounted;
	return isStrong(seen) ? frames.enough : frames.fewer;
}

/** A GS1 code whose elements do not hold is a misreading, or a label that must not be believed. */
function gs1Holds(seen: Sighting): boolean {
	if (seen.symbology === null || !GS1_SYMBOLOGIES.has(seen.symbology)) return true;
	return parseGs1(textForMeaning(seen)).kind === 'elements';
}
