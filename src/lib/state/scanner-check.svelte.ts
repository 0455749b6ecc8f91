/**
 * The scanner's self-test: while it is on, what is scanned or typed is shown as it arrived, and means nothing.
 */
import { Work } from './work.ts';

/** What the page shows to be read. */
export const TEST_CODE = 'ESCALE-TEST';

export class ScannerCheck extends Work {
	protected readonly expects = [];
	#read = $state<string | null>(null);

	/** The last text, as it came; null: none since the test began. */
	get read(): string | null {
		return this.#read;
	}

	forget(): void {
		this.#read = null;
	}

	override scan(text: string): Promise<void> {
		this.#read = text;
		return Promise.resolve();
	}

	protected override act(): Promise<void> {
		return Promise.resolve();
	}
}
