/** A manager makes a shipment on the floor, without network: it takes cartons at once and is numbered later. */
import { expect, test } from './support/setup.ts';

const CARTON = 'DRAFT-0001';
const UNNUMBERED = 'n° en attente';

test('[S4, R2] a draft made offline takes a carton, is numbered on the way back, and its alias opens it', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const { floor, phone } = await newPhone('manager');
	const { page } = floor;
	await floor.packCarton(CARTON, 'Compresses');
	await floor.expectPending(0);

	await test.step('an empty list says why, and the destination alone is enough', async () => {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.open('/scan/assign');
		await floor.press('Nouvelle expédition');
		await expect(page.getByRole('button', { name: 'Créer l’expédition' })).toBeDisabled();
		await expect(page.getByLabel('Destinataire', { exact: true })).toHaveAccessibleDescription(
			'Choisissez d’abord la destination.'
		);
		await page.getByLabel('Destination', { exact: true }).selectOption({ index: 1 });
		await expect(page.getByLabel('Destinataire', { exact: true })).toHaveAccessibleDescription(
			'Choisissez d’abord l’expéditeur.'
		);
		await page.getByLabel('Notes').fill('Palette du fond');
		await floor.press('Créer l’expédition');
		await floor.expectAnswer('ok', 'Expédition créée');
		await expect(page.getByRole('main')).toContainText(UNNUMBERED);
	});

	await test.step('a carton goes into it before it has a number', async () => {
		await floor.scan(CARTON);
		await floor.expectAnswer('ok', 'Affecté');
		await floor.open('/scan/assign');
		await expect(page.getByRole('button').filter({ hasText: UNNUMBERED })).toContainText('1 colis');
		await floor.expectPending(2);
	});

	const desk = await newDesk('manager');
	const reference = await test.step('back in reach it is numbered, and the desk sees it with its carton', async () => {
		await phone.context.setOffline(false);
		await floor.expectPending(0);
		await expect(page.getByRole('button').filter({ hasText: UNNUMBERED })).toHaveCount(0);
		await desk.open('/shipments');
		const newest = desk.page.getByTestId('board-row').first();
		await expect(newest).toHaveAttribute('data-status', 'picking');
		const given = (await newest.getAttribute('data-reference'))!;
		expect(given).toMatch(/^26\d{4}$/);
		await desk.openShipment(given);
		await expect(desk.page.getByTestId('carton')).toHaveAttribute('data-code', CARTON);
		await expect(desk.page.getByText('Palette du fond')).toBeVisible();
		return given;
	});

	await test.step('typed on the phone, its temporary reference opens it', async () => {
		const alias = (await desk.page.getByTestId('shipment').innerText()).match(/EXP-TEMP-\d+/)![0];
		await floor.open('/scan');
		await floor.scan(alias);
		await expect(page.getByRole('heading', { level: 2, name: reference })).toBeVisible();
	});
});

test('[§9] an operator reads which role a new shipment needs', async ({ newPhone }) => {
	const { floor } = await newPhone('operator');
	await floor.open('/scan/assign');
	await floor.page.getByRole('link', { name: 'Nouvelle expédition' }).click();
	await expect(floor.page.getByRole('button', { name: 'Créer l’expédition' })).toBeDisabled();
	await expect(floor.page.getByText(/Il faut le rôle/)).toBeVisible();
});
