/** A vehicle is loaded by two people at once, and the boarding is recorded late, without network. */
import { expect, test } from './support/setup.ts';

const FIRST = 'LOAD-0001';
const SECOND = 'LOAD-0002';

test('[C15, T4] two phones load one shipment and see the same marks; the boarding is recorded offline for an earlier time', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(240_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const { floor: one, phone } = await newPhone('operator');
	const { floor: two } = await newPhone('operator');
	for (const code of [FIRST, SECOND]) {
		await one.packCarton(code, 'Compresses');
		await one.assign(reference, code);
	}
	await one.label(reference, FIRST, 'Étiqueté');
	await one.label(reference, SECOND, 'PRÊT');
	await one.expectPending(0);
	await desk.openShipment(reference);
	await desk.record('Planning OK');
	await desk.record('Planifié');

	await test.step('each phone marks a carton; each sees both marks', async () => {
		for (const [floor, code, other] of [
			[one, FIRST, SECOND],
			[two, SECOND, FIRST]
		] as const) {
			await floor.open('/scan/load');
			await expect(floor.shipment(reference)).toBeVisible({ timeout: 20_000 });
			await floor.scan(reference);
			await expect(floor.carton(code)).toBeVisible();
			await floor.scan(code);
			if (floor === one) await floor.expectAnswer('ok', 'Chargé');
			if (floor === one) await expect(floor.carton(other)).toBeVisible();
		}
		await two.expectAnswer('ok', 'TOUT EST CHARGÉ');
		await one.press(/^Chargés/);
		await expect(one.page.getByTestId('loaded')).toHaveCount(2, { timeout: 20_000 });
		await one.scan(SECOND);
		await one.expectAnswer('warn', 'Déjà chargé');
	});

	await test.step('a mark comes off, and is missing on the other phone', async () => {
		await one.press(`Décharger ${SECOND}`);
		await one.expectAnswer('info', 'Déchargé');
		await expect(two.page.getByRole('button', { name: 'Manquants 1' })).toBeVisible({ timeout: 20_000 });
		await two.press('Embarquer sans eux');
		await expect(two.page.getByText(SECOND)).toBeVisible();
		// The same code counts again only when it was away from the trigger for a moment.
		await expect(async () => {
			await one.scan(SECOND);
			await expect(one.page.getByTestId('answer')).toContainText('TOUT EST CHARGÉ', { timeout: 1000 });
		}).toPass({ timeout: 20_000 });
		await one.expectPending(0);
	});

	await test.step('offline: boarding OK, recorded for an earlier time; one before the planning is refused', async () => {
		await phone.context.setOffline(true);
		await one.expectOffline();
		await one.press('Embarquement OK');
		await expect(one.page.getByRole('radio', { name: /^Embarquement OK/ })).toBeChecked();
		await one.press('Plus tôt');
		const at = one.page.getByLabel('Date et heure');
		const now = await at.inputValue();
		await at.fill(`2020-01-01${now.slice(10)}`);
		const record = one.page.getByRole('button', { name: 'Enregistrer : Embarquement OK' });
		await expect(record).toBeDisabled();
		await expect(one.page.getByText('La date doit être entre')).toBeVisible();
		await at.fill(now);
		await one.page.getByLabel('Nom').fill('Awa');
		await record.click();
		await one.expectAnswer('ok', 'Embarquement OK');
		await one.expectPending(1);
		await phone.context.setOffline(false);
		await one.expectPending(0);
		await one.expectRejected(0);
	});

	await test.step('the board has it, and this phone remembers who recorded it', async () => {
		await desk.open('/scan/shipments-tracking');
		await expect(desk.row(reference)).toHaveAttribute('data-status', 'shipped');
		await one.open('/scan/step');
		await one.scan(reference);
		await expect(one.page.getByLabel('Nom')).toHaveValue('Awa');
	});
});
