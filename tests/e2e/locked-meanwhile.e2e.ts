/** The desk locks a shipment while a phone is away: its late scans come back refused, with the reason, and nothing else is lost. */
import { expect, test } from './support/setup.ts';

const LATE = 'JOURNEY-0010';
const OTHER = 'JOURNEY-0011';

test('[S2, I18, I36] scans onto a shipment that was planned meanwhile come back refused, and the rest of the queue goes through', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const { phone, floor } = await newPhone('operator');

	await test.step('the phone fills the shipment, online', async () => {
		await floor.packCarton('JOURNEY-0009', 'Compresses');
		await floor.assign(reference, 'JOURNEY-0009');
		await floor.label(reference, 'JOURNEY-0009', 'PRÊT');
		await floor.packCarton(LATE, 'Compresses');
		await floor.expectPending(0);
	});

	await test.step('without network it assigns one more carton and labels that', async () => {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.assign(reference, LATE);
		await floor.label(reference, LATE, 'PRÊT');
		await floor.expectFate(LATE, 'queued');
		await floor.packCarton(OTHER, 'Compresses');
		await floor.expectPending(4);
	});

	await test.step('the desk plans the shipment meanwhile', async () => {
		await desk.openShipment(reference);
		await desk.record('Planning OK');
		await desk.record('Planifié');
		await desk.open('/scan/shipments-tracking');
		await expect(desk.row(reference)).toHaveAttribute('data-status', 'planned');
	});

	await test.step('both scans are refused with the reason, the second as standing on the first', async () => {
		await phone.context.setOffline(false);
		await floor.expectPending(0);
		await floor.expectRejected(2);
		await floor.open('/scan');
		await floor.scan(LATE);
		await expect(floor.carton(LATE)).toHaveAttribute('data-status', 'packed');
		await floor.open('/scan/todo');
		const card = floor.page.getByTestId('todo');
		await expect(card).toHaveCount(1);
		await expect(card).toContainText('Affecter');
		await expect(card).toContainText(reference);
		await expect(card).toContainText('Étiqueter');
		await floor.open('/scan');
		await floor.scan(OTHER);
		await expect(floor.carton(OTHER)).toHaveAttribute('data-status', 'packed');
	});

	await test.step('classified, it leaves À traiter', async () => {
		await floor.open('/scan/todo');
		await floor.press('Classer');
		await floor.expectRejected(0);
		await expect(server.log).not.toContain('"level":"error"');
	});
});
