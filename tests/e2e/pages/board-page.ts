/** The tracking board by keyboard, and what stands beside it. */
import { expect, type Locator, type Page } from '@playwright/test';

export class BoardPage {
	constructor(readonly page: Page) {}

	get drawer(): Locator {
		return this.page.getByTestId('drawer');
	}

	get rows(): Locator {
		return this.page.getByTestId('board-row');
	}

	async references(): Promise<string[]> {
		return this.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-reference') ?? ''));
	}

	/** Presses one key after the other, as a hand does. */
	async press(...keys: string[]): Promise<void> {
		for (const key of keys) await this.page.keyboard.press(key);
	}

	/** The row that has the focus. */
	async expectAt(reference: string): Promise<void> {
		await expect(this.page.locator(`[data-row-link]:focus`)).toHaveText(reference);
	}

	/** Types into the field that has the focus. */
	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text);
	}
}
