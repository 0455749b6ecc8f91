/** The dashboard: its figures by name, what each says in words, and the lines of its table. */
import type { Locator, Page } from '@playwright/test';

export class DashboardPage {
	constructor(readonly page: Page) {}

	figure(title: string): Locator {
		return this.page.getByRole('figure', { name: title });
	}

	/** A line of a figure's table. */
	line(figure: string, label: string): Locator {
		return this.figure(figure)
			.getByRole('row')
			.filter({ has: this.page.getByRole('link', { name: label, exact: true }) });
	}

	/** The number at a line's end. */
	async count(figure: string, label: string): Promise<number> {
		return Number((await this.line(figure, label).getByRole('cell').last().innerText()).replace(/\D/g, ''));
	}
}
