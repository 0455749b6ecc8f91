/** What a worker cannot do goes to the office, from a phone without network, and is settled there. */
import { expect, test } from './support/setup.ts';

const CARTON = 'OFFICE-0001';

test('[§11] a refusal is handed over offline, counted at the desk as it arrives, and settled with a note', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const { floor, phone } = await newPhone('operator');
	await floor.packCarton(CARTON, 'Compresses');
	await floor.assign(reference, CARTON);
	await floor.expectPending(0);

	await test.step('the shipment is disputed while the phone is away: its scan is refused', async () => {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.label(reference, CARTON, 'PRÊT');
		await desk.openShipment(reference);
		await desk.dispute('Palette mouillée');
		await phone.context.setOffline(false);
		await floor.expectRejected(1);
	});

	await test.step('offline again, the worker hands it over with a word', async () => {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.open('/scan/todo');
		await floor.handOver(CARTON, 'Le carton est sec');
		await floor.expectRejected(0);
		await expect(floor.page.getByTestId('handed-over')).toHaveAttribute('data-fate', 'queued');
	});

	await test.step('the desk sees it arrive, in words, and settles it', async () => {
		await desk.open('/refusals');
		await expect(desk.refusal(CARTON)).toHaveCount(0);
		await phone.context.setOffline(false);
		await expect(desk.refusal(CARTON)).toBeVisible({ timeout: 20_000 });
		await expect(desk.page.getByText('1 refus à régler')).toBeAttached();
		await expect(desk.refusal(CARTON)).toContainText(`Étiqueter ${CARTON} ${reference}`);
		await expect(desk.refusal(CARTON)).toContainText('Palette mouillée');
		await expect(desk.refusal(CARTON)).toContainText('Le carton est sec');
		await desk.settle(CARTON, '');
		await expect(desk.refusal(CARTON).getByText('Dites ce qui a été fait.')).toBeVisible();
		await desk.settle(CARTON, 'Vérifié, litige levé');
		await expect(desk.refusal(CARTON)).toHaveAttribute('data-settled', 'true');
		await expect(desk.refusal(CARTON)).toContainText('Vérifié, litige levé');
		await expect(desk.page.getByText('1 refus à régler')).toHaveCount(0);
	});

	await test.step('the phone reads what was done, and keeps it until somebody here has read it', async () => {
		const settled = floor.page.getByTestId('settled');
		await expect(settled).toContainText('Vérifié, litige levé', { timeout: 20_000 });
		await expect(settled).toContainText(/Réglé par .+/);
		await floor.open('/scan');
		await floor.page.getByRole('link', { name: 'Le bureau a réglé 1 refus' }).click();
		await settled.getByRole('button', { name: 'Lu' }).click();
		await expect(settled).toHaveCount(0);
		await floor.open('/scan/todo');
		await expect(floor.page.getByText('Rien à traiter')).toBeVisible();
		await expect(floor.page.getByTestId('handed-over')).toHaveCount(0);
	});
});
