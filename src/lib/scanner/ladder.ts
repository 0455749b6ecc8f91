/**
 * Which way to look at the next frame. No single setting reads everything, and all of them on one frame would take too long;
 * so each frame gets one rung, and a rung that hits is kept. Pure.
 */

export interface Rung {
	/** Only the middle of the picture, where the reticle is, or all of it. */
	area: 'reticle' | 'frame';
	/** By how much the picture is turned before reading, degrees. The engine itself looks at 0, 90, 180 and 270. */
	turn: 0 | 22.5 | 45 | 67.5;
	harder: boolean;
	/** Light bars on a dark ground. */
	inverted: boolean;
}

const FAST = { harder: false, inverted: false } as const;

/** Cheap and likely first; the frame that costs most comes once in a round. */
export const LADDER: readonly Rung[] = [
	{ area: 'reticle', turn: 0, ...FAST },
	{ area: 'reticle', turn: 0, harder: true, inverted: false },
	{ area: 'reticle', turn: 45, ...FAST },
	{ area: 'frame', turn: 0, ...FAST },
	{ area: 'reticle', turn: 22.5, ...FAST },
	{ area: 'reticle', turn: 0, harder: true, inverted: false },
	{ area: 'reticle', turn: 67.5, ...FAST },
	{ area: 'frame', turn: 0, harder: true, inverted: true }
];

/** The part of the picture that the reticle shows: .8 of its width, .6 of its height, in the middle. */
export const RETICLE = { width: 0.8, height: 0.6 } as const;

/** A code that was there a moment ago is worth a second look the same way: hands shake. */
const MISSES_BEFORE_MOVING = 2;

export class Ladder {
	#step = 0;
	#missesLeft = 0;

	get rung(): Rung {
		return LADDER[this.#step] ?? LADDER[0]!;
	}

	/** Did the current rung find a code well enough? The next frame may get another one. */
	report(hit: boolean): void {
		if (hit) {
			this.#missesLeft = MISSES_BEFORE_MOVING;
		} else if (this.#missesLeft > 0) {
			this.#missesLeft -= 1;
		} else {
			this.#step = (this.#step + 1) % LADDER.length;
		}
	}

	/** Back to the first rung: another camera, another lens. */
	restart(): void {
		this.#step = 0;
		this.#missesLeft = 0;
	}
}
