/** Two phones do the same thing to the same carton, apart from each other. */
import { expect, test, type FloorPhone } from './support/setup.ts';

const CARTON = 'JOURNEY-0020';

test('[I8, I36] two phones label the same carton offline: both converge, one verdict is a note, no rule is broken', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const one = await newPhone('operator');
	const two = await newPhone('operator');
	await one.floor.packCarton(CARTON, 'Compresses');
	await one.floor.assign(reference, CARTON);
	await one.floor.expectPending(0);
	await two.floor.open('/scan');
	await expect(async () => {
		await two.floor.scan(CARTON);
		await expect(two.floor.carton(CARTON)).toHaveAttribute('data-status', 'assigned', { timeout: 1000 });
	}).toPass({ timeout: 20_000 });

	for (const { phone, floor } of [one, two]) {
		await phone.context.setOffline(true);
		await floor.expectOffline();
		await floor.label(reference, CARTON, 'PRÊT');
		await floor.expectPending(1);
	}
	await comeBack(one);
	await comeBack(two);

	await expect(one.floor.scanOf(CARTON)).not.toHaveAttribute('data-note');
	await expect(two.floor.scanOf(CARTON)).toHaveAttribute('data-note', 'already_labeled');
	for (const { floor } of [one, two]) {
		await floor.expectFate(CARTON, 'accepted');
		await floor.expectRejected(0);
		await floor.open('/scan');
		await floor.scan(CARTON);
		await expect(floor.carton(CARTON)).toHaveAttribute('data-status', 'labeled');
		await floor.expectSameAsServer();
	}
	await desk.open('/shipments');
	await expect(desk.row(reference)).toHaveAttribute('data-status', 'packed');
	await expect(desk.row(reference)).toHaveAttribute('data-labeled', '1');
});

async function comeBack({ phone, floor }: FloorPhone): Promise<void> {
	await phone.context.setOffline(false);
	await floor.expectPending(0);
}
