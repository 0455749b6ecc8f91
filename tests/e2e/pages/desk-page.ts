/** The desk as its staff use it: lists that follow the floor, a shipment's page with its next step. */
import { expect, type Locator, type Page } from '@playwright/test';
import { DEMO_PASSWORD } from '../support/server.ts';

export class DeskPage {
	constructor(
		readonly page: Page,
		readonly origin: string
	) {}

	async signIn(login: string): Promise<void> {
		await this.page.goto(`${this.origin}/login`);
		await this.page.getByLabel('Identifiant').fill(login);
		await this.page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
		await this.page.getByRole('button', { name: 'Se connecter' }).click();
		await expect(this.page.getByRole('navigation').first()).toBeVisible();
	}

	async open(path: string): Promise<void> {
		await this.page.goto(this.origin + path);
		await this.live();
	}

	/** The page follows the server. */
	async live(): Promise<void> {
		await expect(this.page.getByTestId('desk-live').first()).toHaveAttribute('data-state', 'live', { timeout: 20_000 });
	}

	/** Creates a shipment with the first choice of every list. @returns its reference */
	async newShipment(): Promise<string> {
		await this.open('/shipments/new');
		for (const field of ['Destination', 'Expéditeur', 'Destinataire', 'Correspondant'])
			await this.page.getByLabel(field, { exact: true }).selectOption({ index: 1 });
		await this.page.getByRole('button', { name: 'Créer l’expédition' }).click();
		await expect(this.page.getByTestId('shipment')).toBeVisible();
		return this.page.getByRole('heading', { level: 1 }).innerText();
	}

	/** A shipment's line in the list or on the board. */
	row(reference: string): Locator {
		return this.page.locator(`[data-testid="board-row"][data-reference="${reference}"]`);
	}

	/** Opens a shipment from the list of shipments. */
	async openShipment(reference: string): Promise<void> {
		await this.open(`/shipments?search=${reference}`);
		await this.row(reference).getByRole('link').first().click();
		await expect(this.page.getByRole('heading', { level: 1, name: reference })).toBeVisible();
	}

	/** Records a step on the open shipment. */
	async record(step: string): Promise<void> {
		await this.page.getByRole('radio', { name: new RegExp(`^${step}`) }).check();
		await this.page.getByRole('button', { name: `Enregistrer : ${step}` }).click();
		await expect(this.page.locator('[data-notice="ok"]').first()).toBeVisible();
	}

	/** Opens a dispute on the open shipment. */
	async dispute(reason: string): Promise<void> {
		await this.page.locator('#dispute summary').click();
		await this.page.locator('#dispute').getByLabel('Motif').fill(reason);
		await this.page.locator('#dispute').getByRole('button').click();
		await expect(this.page.getByText(reason).first()).toBeVisible();
	}

	/** Takes a device out of service. */
	async revoke(deviceId: string): Promise<void> {
		await this.open(`/admin/devices/${deviceId}`);
		await this.page.getByLabel('Motif').fill('perdu à l’aéroport');
		await this.page.getByRole('button', { name: 'Révoquer cet appareil' }).click();
		await expect(this.page.getByText('L’appareil est révoqué.')).toBeVisible();
	}

	/** A refusal about this code in the office's inbox. */
	refusal(code: string): Locator {
		return this.page.locator(`[data-testid="refusal"][data-about~="${code}"]`);
	}

	/** Settles it with a note on what was done. */
	async settle(code: string, note: string): Promise<void> {
		await this.refusal(code).getByLabel('Ce qui a été fait').fill(note);
		await this.refusal(code).getByRole('button', { name: 'Réglé' }).click();
	}
}
