/** The public tracking page, as somebody far away with a telephone and no script sees it. */
import { expect, type Page } from '@playwright/test';

export class TrackingPage {
	constructor(readonly page: Page) {}

	/** @returns the status of the answer */
	async open(link: string): Promise<number> {
		const response = await this.page.goto(link);
		return response!.status();
	}

	async expectHeading(text: string | RegExp): Promise<void> {
		await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(text);
	}

	/** What the page says of a stop. */
	stop(name: string) {
		return this.page.getByRole('listitem').filter({ hasText: name });
	}

	/** Fills in the reception form and sends it. */
	async receive(name: string, organisation: string, submit: string): Promise<void> {
		await this.page.getByLabel('Votre nom').fill(name);
		await this.page.getByLabel('Votre organisation').fill(organisation);
		await this.page.getByRole('button', { name: submit }).click();
	}
}
