import { afterEach, expect, test } from 'vitest';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';

let world: TestWorld;
afterEach(() => world.close());

test('smoke', async () => {
	world = await createWorld();
	const phone = await world.phone('r1');
	const shipmentId = await world.shipment();
	const [cartonId] = await world.cartons(1, 'assigned', shipmentId);
	const [verdict] = await phone.do({ name: 'carton.label', args: { cartonId: cartonId!, shipmentId } });
	expect(verdict).toMatchObject({ status: 'ok' });
	phone.pull();
	expect(phone.row('cartons', cartonId!)).toMatchObject({ status: 'labeled' });
	expect(phone.row('shipments', shipmentId)).toMatchObject({ status: 'packed', reference: '260001' });
	console.log(world.store.digest({ epoch: world.store.epoch, replicaId: 'r1', cookie: phone.cookie }, SEEDED.device), world.store.writerStats(), phone.greeting);
});
