/** From a draft without parties to a closed case and beyond, with the phone and the desk side by side. */
import { expect, test } from './support/setup.ts';
import type { DeskPage } from './pages/desk-page.ts';
import type { FloorPage } from './pages/floor-page.ts';

const LIFE = 'LIFE-0001';

/** A step recorded on the phone; resolves when it was answered. */
async function stepOnPhone(floor: FloorPage, reference: string, step: string): Promise<void> {
	await floor.open('/scan/step');
	await floor.scan(reference);
	await floor.page.getByRole('radio', { name: new RegExp(`^${step}`) }).check();
	await floor.press(`Enregistrer : ${step}`);
	await expect(floor.page.getByTestId('answer')).toHaveAttribute('data-tone', 'ok');
	await floor.expectPending(0);
}

async function disputeOnPhone(floor: FloorPage, reference: string, reason: string): Promise<void> {
	await floor.open('/scan/dispute');
	await floor.scan(reference);
	await floor.press(reason);
	await floor.press('Ouvrir le litige');
	await floor.expectAnswer('warn', 'Litige ouvert');
	await floor.expectPending(0);
}

async function resolve({ page }: DeskPage, comment: string): Promise<void> {
	const dispute = page.getByRole('region', { name: 'Litige en cours' });
	await dispute.getByLabel('Commentaire').fill(comment);
	await dispute.getByRole('button', { name: 'Résoudre le litige' }).click();
	await expect(dispute).toBeHidden();
}

test('[S4, R2, T1, D3, D4, D5, K1] a temporary draft lives to a closed case, is disputed, flies again, closes, and reopens', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(240_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	const { floor } = await newPhone('operator');
	const shipment = page.getByTestId('shipment');
	const title = page.getByRole('heading', { level: 1 });
	let reference = '';

	await test.step('the desk opens a draft that knows only where it goes', async () => {
		await desk.open('/shipments/new');
		await page.getByLabel('Brouillon temporaire').check();
		await page.getByLabel('Destination', { exact: true }).selectOption({ index: 1 });
		await page.getByRole('button', { name: 'Créer l’expédition' }).click();
		await expect(title).toHaveText(/^EXP-TEMP-\d{2}$/);
	});

	await test.step('its first carton numbers it, on both screens', async () => {
		const temporary = await title.innerText();
		await floor.packCarton(LIFE, 'Compresses');
		await floor.assign(temporary, LIFE);
		await expect(title).toHaveText(/^\d{6}$/);
		reference = await title.innerText();
		await floor.label(reference, LIFE, 'PRÊT');
		await expect(shipment).toHaveAttribute('data-status', 'packed');
	});

	await test.step('without its parties it is planned by nobody; with them it is', async () => {
		await expect(page.getByRole('radio', { name: /^Planning OK.*expéditeur/s })).toBeDisabled();
		await page.getByRole('link', { name: 'Modifier' }).click();
		for (const field of ['Expéditeur', 'Destinataire', 'Correspondant'])
			await page.getByLabel(field, { exact: true }).selectOption({ index: 1 });
		await page.getByRole('button', { name: 'Enregistrer' }).click();
		await expect(shipment).toBeVisible();
		await desk.record('Planning OK');
		await desk.record('Planifié');
	});

	await test.step('the quay loads and boards it; then a problem shows', async () => {
		await floor.open('/scan/load');
		await floor.scan(reference);
		await floor.scan(LIFE);
		await floor.expectAnswer('ok', 'TOUT EST CHARGÉ');
		await stepOnPhone(floor, reference, 'Embarquement OK');
		await expect(shipment).toHaveAttribute('data-status', 'shipped');
		await disputeOnPhone(floor, reference, 'Colis abîmé');
		const region = page.getByRole('region', { name: 'Litige en cours' });
		await expect(region).toContainText('Colis abîmé');
		for (const effect of ['« PRÊT »', '1 colis expédié redevient étiqueté', 'cycle 2'])
			await expect(region.getByRole('listitem').filter({ hasText: effect })).toBeVisible();
	});

	await test.step('resolved, it starts a second cycle with its carton labelled', async () => {
		await resolve(desk, 'remballé');
		await expect(shipment).toHaveAttribute('data-status', 'packed');
		await expect(shipment).toContainText('2ᵉ cycle');
		await floor.open('/scan');
		await floor.scan(LIFE);
		await expect(floor.carton(LIFE)).toHaveAttribute('data-status', 'labeled');
	});

	await test.step('[T4] a time before the former step is refused and kept, a late entry has its own', async () => {
		const typed = page.getByLabel('Fait le');
		await typed.fill('2020-01-01T08:00');
		await page.getByRole('button', { name: 'Enregistrer : Planning OK' }).click();
		await expect(page.locator('#step [data-notice="no"]')).toBeVisible();
		await expect(typed).toHaveValue('2020-01-01T08:00');
		const earliest = await typed.getAttribute('min');
		await typed.fill(earliest!);
		await page.getByLabel('Fait par').fill('Équipe du soir');
		await desk.record('Planning OK');
		await expect(typed).toHaveValue('');
	});

	await test.step('[T3] the name that one records under is remembered for the next step', async () => {
		await page.reload();
		await expect(page.getByLabel('Fait par')).toHaveValue('Équipe du soir');
	});

	await test.step('it flies again, arrives, and its case is closed', async () => {
		for (const step of ['Planifié', 'Embarquement OK', 'Reçu à l’escale'] as const) await desk.record(step);
		await expect(page.getByRole('button', { name: 'Clore le dossier' })).toBeDisabled();
		await stepOnPhone(floor, reference, 'Reçu par le destinataire');
		await expect(shipment).toHaveAttribute('data-status', 'delivered');
		await page.getByRole('button', { name: 'Clore le dossier' }).click();
		await expect(shipment).toContainText('Clos ·');
	});

	await test.step('a dispute reopens the closed case', async () => {
		await disputeOnPhone(floor, reference, 'Contenu différent');
		await expect(page.getByRole('region', { name: 'Litige en cours' })).toContainText('Contenu différent');
		await expect(shipment).not.toContainText('Clos ·');
		await resolve(desk, 'liste corrigée');
		await expect(shipment).toContainText('3ᵉ cycle');
		await expect(shipment).toHaveAttribute('data-status', 'packed');
	});
	await floor.expectRejected(0);
});
