/**
 * The floor as a worker uses it: scan, read the answer, press the big button. Journeys speak in these words; roles, names
 * and the stable hooks are here alone.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { DEMO_PASSWORD } from '../support/server.ts';

export type Fate = 'queued' | 'accepted' | 'rejected';

export class FloorPage {
	readonly status: Locator;
	readonly log: Locator;

	constructor(
		readonly page: Page,
		readonly origin: string
	) {
		this.status = page.getByTestId('sync-status');
		this.log = page.getByTestId('scan-log');
	}

	/** Signs in on this phone and waits until the working set is on it. */
	async signIn(login: string): Promise<void> {
		await this.page.goto(`${this.origin}/login?next=/scan`);
		await this.page.getByLabel('Identifiant').fill(login);
		await this.page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
		await this.page.getByRole('button', { name: 'Se connecter' }).click();
		await this.ready();
	}

	/** The floor is on screen with its data; a first start is acknowledged. */
	async ready(): Promise<void> {
		await expect(this.page.getByTestId('scan-input')).toBeVisible({ timeout: 20_000 });
		const understood = this.page.getByRole('button', { name: 'Compris' });
		await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
		if (await understood.isVisible()) await understood.click();
	}

	/** Waits until the shell and its assets are on the phone, so that the app opens without a server. */
	async installed(): Promise<void> {
		await this.page.evaluate(async () => {
			await navigator.serviceWorker.ready;
		});
		await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	}

	async open(path: string): Promise<void> {
		await this.page.goto(this.origin + path);
		await expect(this.page.getByTestId('scan-input')).toBeVisible();
	}

	/** Goes to a screen by a link on this one, as a person does: the program is not loaded anew. */
	async follow(path: string): Promise<void> {
		await this.page.locator(`a[href="${path}"]`).first().click();
		await this.page.waitForURL(this.origin + path);
		await expect(this.page.getByTestId('scan-input')).toBeVisible();
	}

	/** Types a code as a hardware scanner would into the scan field. */
	async scan(code: string): Promise<void> {
		const field = this.page.getByTestId('scan-input');
		await field.fill(code);
		await field.press('Enter');
	}

	/** Pulls the trigger of a hardware scanner that types: keys faster than a person's, wherever the focus is. */
	async trigger(code: string): Promise<void> {
		await this.page.keyboard.type(code);
		await this.page.keyboard.press('Enter');
	}

	async press(name: string | RegExp): Promise<void> {
		await this.page.getByRole('button', { name }).click();
	}

	/** The newest scan of a code in the log. */
	scanOf(code: string): Locator {
		return this.log.locator(`[data-code="${code}"]`).first();
	}

	async expectFate(code: string, fate: Fate): Promise<void> {
		await expect(this.scanOf(code)).toHaveAttribute('data-fate', fate);
	}

	async expectPending(count: number): Promise<void> {
		await expect(this.status).toHaveAttribute('data-pending', String(count), { timeout: 20_000 });
	}

	async expectRejected(count: number): Promise<void> {
		await expect(this.status).toHaveAttribute('data-rejected', String(count), { timeout: 20_000 });
	}

	async expectOffline(): Promise<void> {
		// Without the event stream, which a busy machine may not have opened again, a phone asks every half a minute.
		await expect(this.status).toHaveAttribute('data-state', 'offline', { timeout: 45_000 });
	}

	/** Opens the device's page and compares: phone and server hold the same. */
	async expectSameAsServer(): Promise<void> {
		await this.open('/scan/device');
		await expect(async () => {
			await this.press('Comparer avec le serveur');
			await expect(this.page.getByText('Identique au serveur.')).toBeVisible({ timeout: 3000 });
		}).toPass({ timeout: 90_000 });
	}

	/** A carton as the screen shows it. */
	carton(code: string): Locator {
		return this.page.locator(`[data-testid="carton"][data-code="${code}"]`).first();
	}

	/** A shipment in a list of shipments. */
	shipment(reference: string): Locator {
		return this.page.locator(`[data-testid="shipment"][data-reference="${reference}"]`).first();
	}

	/** The photos of the dispute on the screen. */
	get photos(): Locator {
		return this.page.getByTestId('photo');
	}

	/** Takes a photo with what stands in for the phone's camera. */
	async addPhoto(picture: Buffer): Promise<void> {
		await this.page
			.getByLabel('Prendre une photo')
			.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: picture });
	}

	/** Hands the refusal about this code to the office; À traiter is open. */
	async handOver(code: string, word: string): Promise<void> {
		const card = this.page.locator(`[data-testid="todo"][data-code="${code}"]`);
		await card.getByRole('button', { name: 'Au bureau', exact: true }).click();
		await card.getByLabel(/Un mot pour le bureau/).fill(word);
		await card.getByRole('button', { name: 'Envoyer au bureau' }).click();
		await this.expectAnswer('ok', 'Au bureau');
	}

	/** The sentence that answers the last scan. */
	async expectAnswer(tone: 'ok' | 'warn' | 'no' | 'info', words: string): Promise<void> {
		const answer = this.page.getByTestId('answer');
		await expect(answer).toHaveAttribute('data-tone', tone);
		await expect(answer).toContainText(words);
	}

	/** Takes a product in hand by the beginning of its name; a carton is open for packing. */
	async pickProduct(name: string): Promise<void> {
		await this.page.getByLabel('Chercher un article par son nom').fill(name);
		await this.page
			.getByRole('button', { name: new RegExp(name) })
			.first()
			.click();
	}

	/** A new carton from a free code, with one unit of a product, ready. */
	async packCarton(code: string, product: string): Promise<void> {
		await this.open('/scan/pack');
		await this.scan(code);
		await this.press('Créer ce colis');
		await this.pickProduct(product);
		await this.press('Prêt');
		await this.expectAnswer('ok', 'Prêt');
	}

	/** Scans a badge, wherever one is, and types a PIN on the pad that opens. */
	async showBadge(badge: string, pin: string): Promise<void> {
		await this.scan(badge);
		await this.typePin(pin);
	}

	async typePin(pin: string): Promise<void> {
		const pad = this.page.getByTestId('pin-pad');
		for (const digit of pin) await pad.getByRole('button', { name: digit, exact: true }).click();
		await pad.getByRole('button', { name: 'Valider' }).click();
	}

	/** What the pad says instead of handing the phone over. */
	async expectPinTrouble(words: string): Promise<void> {
		await expect(this.page.getByTestId('pin-trouble')).toContainText(words, { timeout: 20_000 });
	}

	/** The bar and the answer say who works now. */
	async expectHandedTo(name: string): Promise<void> {
		await expect(this.page.getByTestId('answer')).toContainText(`Au tour de ${name}`, { timeout: 20_000 });
		await expect(this.page.getByRole('link', { name: `Au travail : ${name}` })).toBeVisible();
	}

	/** Chooses the shipment in the mode and scans a carton into it; the answer was given when this resolves. */
	async assign(reference: string, code: string): Promise<void> {
		await this.open('/scan/assign');
		await this.scan(reference);
		await this.scan(code);
		await this.expectAnswer('ok', 'Affecté');
	}

	/** Scans the reference of a shipment where one is asked for; its screen is open when this resolves. */
	async openByReference(reference: string): Promise<void> {
		await this.scan(reference);
		await expect(this.page.getByRole('main').getByText(reference, { exact: true }).first()).toBeVisible();
	}

	/** As `assign`. `answer`: the last carton of a shipment announces PRÊT. */
	async label(reference: string, code: string, answer: 'Étiqueté' | 'PRÊT'): Promise<void> {
		await this.open('/scan/label');
		await this.scan(reference);
		await this.scan(code);
		await this.expectAnswer('ok', answer);
	}
}
