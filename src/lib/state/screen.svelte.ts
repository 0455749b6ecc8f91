/**
 * What the open screen says about itself in the shared frame: its name, the thing in hand at the right, where back leads.
 * A screen sets it; the frame above the camera shows it.
 */
export interface ScreenWords {
	title: string;
	/** Code or reference in hand, in the code face; empty: none. */
	code: string;
	/** Under it: city, weight, count. */
	detail: string;
	/** Where back leads; null: this is home. */
	back: string | null;
	/** How much room this screen has for the camera's picture: a strip keeps it reading beside a keypad. */
	camera: 'full' | 'strip' | 'none';
}

export class Screen {
	#words = $state.raw<ScreenWords>({ title: '', code: '', detail: '', back: null, camera: 'full' });

	get words(): ScreenWords {
		return this.#words;
	}

	show(words: Pick<ScreenWords, 'title'> & Partial<ScreenWords>): void {
		this.#words = { code: '', detail: '', back: '/scan', camera: 'full', ...words };
	}
}
