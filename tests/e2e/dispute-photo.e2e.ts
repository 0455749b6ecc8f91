/** A dispute with a photo, opened where there is no network, on a phone that is killed before it finds one. */
import { FloorPage } from './pages/floor-page.ts';
import { expect, test } from './support/setup.ts';

/** A red rectangle of 64 × 48 pixels. */
const PICTURE = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAIAAAAuKetIAAAAQ0lEQVR42u3PQQkAAAgEsItw/RMZywp+hcEKLNO+FgEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGBqwVM5+CX2kVZMAAAAABJRU5ErkJggg==',
	'base64'
);

test('[D1, I16] a photo survives the kill of its phone and stands at the dispute on the desk', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const { phone } = await newPhone('operator');
	// A phone that was used before: Chromium writes cookies to disk when it is closed, or every half minute.
	await phone.close();
	const floor = new FloorPage(await phone.open(), server.origin);
	const shipment = await test.step('without a server: a photo, then the dispute', async () => {
		await floor.open('/scan/dispute');
		await expect(floor.shipment(reference)).toBeVisible({ timeout: 20_000 });
		await server.kill();
		await floor.expectOffline();
		await floor.scan(reference);
		await expect(floor.page).toHaveURL(/\/scan\/dispute\/.+/);
		await floor.addPhoto(PICTURE);
		await expect(floor.photos).toHaveAttribute('data-fate', 'draft');
		await floor.press('Colis abîmé');
		await floor.press('Ouvrir le litige');
		await floor.expectAnswer('warn', 'Litige ouvert');
		await expect(floor.photos).toHaveAttribute('data-fate', 'waiting');
		return new URL(floor.page.url()).pathname;
	});

	await phone.kill();
	const reopened = new FloorPage(await phone.open(), server.origin);
	await test.step('opened again, still without a server, it waits', async () => {
		await reopened.open(shipment);
		await expect(reopened.photos).toHaveAttribute('data-fate', 'waiting');
		await expect(reopened.photos.getByRole('img')).toBeVisible();
	});

	await test.step('back in reach it is sent, and the desk sees it at the dispute', async () => {
		await server.restart();
		await reopened.expectPending(0);
		await expect(reopened.photos).toHaveAttribute('data-fate', 'sent', { timeout: 60_000 });
		await desk.openShipment(reference);
		const photo = desk.page.getByTestId('dispute-photo').getByRole('img', { name: /^Photo du litige, / });
		await expect(photo).toBeVisible();
		expect(await photo.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(64);
		const address = await photo.getAttribute('src');
		const answer = await desk.page.request.get(server.origin + address);
		expect(answer.headers()).toMatchObject({
			'content-type': 'image/jpeg',
			'x-content-type-options': 'nosniff',
			'content-disposition': expect.stringMatching(/^inline; filename=/),
			'cache-control': expect.stringMatching(/^private/)
		});
	});
});

test('[D1, §11] the photo of a refused dispute goes to the office with it', async ({ newPhone, newDesk }) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const { floor, phone } = await newPhone('operator');
	await floor.open('/scan/dispute');
	await expect(floor.shipment(reference)).toBeVisible({ timeout: 20_000 });

	await test.step('the office archives the shipment while the phone disputes it without network', async () => {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.scan(reference);
		await floor.addPhoto(PICTURE);
		await floor.press('Colis abîmé');
		await floor.press('Ouvrir le litige');
		await expect(floor.photos).toHaveAttribute('data-fate', 'waiting');
		await desk.openShipment(reference);
		await desk.page.getByRole('button', { name: 'Archiver' }).click();
		await expect(desk.page.getByText(/^Archivée · /)).toBeVisible();
	});

	await test.step('refused, it is kept in À traiter with its photo', async () => {
		await phone.context.setOffline(false);
		await floor.expectRejected(1);
		await floor.open('/scan/todo');
		await expect(floor.photos).toHaveAttribute('data-fate', 'held');
	});

	await test.step('handed over, both stand in the office’s inbox, which was open already', async () => {
		await desk.open('/refusals');
		await floor.handOver(reference, 'Voir la photo');
		await expect(desk.refusal(reference)).toContainText('Voir la photo', { timeout: 20_000 });
		const photo = desk.refusal(reference).getByTestId('dispute-photo').getByRole('img');
		await expect(photo).toBeVisible({ timeout: 60_000 });
		expect(await photo.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(64);
	});
});
