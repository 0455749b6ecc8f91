/** The main job: what a worker does without a server survives everything and reaches the board. */
import { expect, test } from './support/setup.ts';
import { FloorPage } from './pages/floor-page.ts';

const STICKER = 'JOURNEY-0001';
const SECOND = 'JOURNEY-0002';

test('[I16, I17, I18] a carton made, labelled and killed with the browser while the server is dead reaches the board', async ({
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
	let floor = new FloorPage(await phone.open(), server.origin);
	await floor.open('/scan');
	await desk.open('/shipments');
	await expect(desk.row(reference)).toHaveAttribute('data-total', '0');

	await server.kill();
	await floor.expectOffline();

	await test.step('create a carton from a scanned code, pack it, end as ready', async () => {
		await floor.scan(STICKER);
		await floor.press('Créer ce colis');
		await floor.expectAnswer('ok', 'Colis créé');
		await floor.pickProduct('Compresses');
		await floor.press('Ajouter 1');
		await floor.press('Prêt');
		await floor.expectAnswer('ok', 'Prêt');
		await floor.expectPending(3);
	});

	await test.step('assign it and label it', async () => {
		await floor.assign(reference, STICKER);
		await floor.label(reference, STICKER, 'PRÊT');
		await floor.expectPending(5);
	});

	await test.step('a deep link opens with the server dead', async () => {
		await floor.open('/scan');
		await floor.scan(STICKER);
		await expect(floor.carton(STICKER)).toHaveAttribute('data-status', 'labeled');
		await floor.page.reload();
		await expect(floor.carton(STICKER)).toHaveAttribute('data-status', 'labeled');
		await floor.expectPending(5);
	});

	await test.step('SIGKILL right after the beep', async () => {
		await floor.open('/scan');
		await floor.scan(SECOND);
		await floor.press('Créer ce colis');
		await floor.expectAnswer('ok', 'Colis créé');
		await phone.kill();
		floor = new FloorPage(await phone.open(), server.origin);
		await floor.open('/scan');
		await floor.expectPending(6);
		await floor.expectFate(SECOND, 'queued');
		await floor.scan(STICKER);
		await expect(floor.carton(STICKER)).toHaveAttribute('data-status', 'labeled');
	});

	await test.step('the server returns: drained, on the board within a second, the same on both sides', async () => {
		// The desk first: what is measured is the way from the phone to the board, not the desk's own reconnecting.
		await phone.context.setOffline(true);
		await server.restart();
		await desk.live();
		await expect(desk.row(reference)).toHaveAttribute('data-total', '0');
		await phone.context.setOffline(false);
		await floor.expectPending(0);
		await expect(desk.row(reference)).toHaveAttribute('data-labeled', '1', { timeout: 1000 });
		await expect(desk.row(reference)).toHaveAttribute('data-status', 'packed');
		await floor.expectRejected(0);
		await floor.expectSameAsServer();
	});
});
