/** Notices at the desk: one's own, the queue, and what a manager writes. */
import { expect, type Locator, type Page } from '@playwright/test';

export class NoticesPage {
	constructor(
		readonly page: Page,
		readonly origin: string
	) {}

	async open(path: string): Promise<void> {
		await this.page.goto(this.origin + path);
	}

	async giveAddress(email: string): Promise<void> {
		await this.open('/notices/mine');
		await this.page.getByLabel('Adresse électronique').fill(email);
		await this.page.getByRole('button', { name: 'Enregistrer' }).click();
		await expect(this.page.getByText('Enregistré.')).toBeVisible();
	}

	/** Messages in the queue that say this in their subject. */
	mail(subject: string): Locator {
		return this.page.getByTestId('mail-row').filter({ hasText: subject });
	}

	async write(person: string, subject: string, text: string): Promise<void> {
		await this.page.getByRole('checkbox', { name: new RegExp(`^${person}`) }).check();
		await this.page.getByLabel('Objet').fill(subject);
		await this.page.getByLabel('Message', { exact: true }).fill(text);
	}
}
