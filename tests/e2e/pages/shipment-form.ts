/** A shipment's form as its manager fills it: the lists in the order of choice, and what an empty one says. */
import { expect, type Locator, type Page } from '@playwright/test';

type List = 'Destination' | 'Expéditeur' | 'Destinataire' | 'Correspondant';

export class ShipmentForm {
	constructor(readonly page: Page) {}

	list(name: List): Locator {
		return this.page.getByLabel(name, { exact: true });
	}

	/** The option whose words contain the text. */
	async choose(name: List, text: string): Promise<void> {
		const option = this.list(name).locator('option', { hasText: text });
		await expect(option).toHaveCount(1);
		await this.list(name).selectOption((await option.getAttribute('value'))!);
	}

	async expectChosen(name: List, text: string): Promise<void> {
		await expect(this.list(name).locator('option:checked')).toContainText(text);
	}

	/** Nobody can be chosen, and the list says why. */
	async expectEmpty(name: List, why: string): Promise<void> {
		await expect(this.list(name).locator('option')).toHaveCount(1);
		await expect(this.list(name)).toHaveAccessibleDescription(why);
	}
}
