import { beforeEach, describe, expect, test } from 'vitest';
import { floorPhone, ITEM } from '../../../tests/support/floor-phone.ts';
import { PackWork } from './pack-work.svelte.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => (phone = floorPhone()));

describe('pack', () => {
	let work: PackWork;
	beforeEach(() => {
		work = new PackWork(phone.app.floor, phone.app.choices, 'd1');
		phone.app.use(work);
	});

	test('[C2] a product scan shows it; adding packs the quantity', async () => {
		await phone.scan('9521234543213');
		expect(work.inHand).toMatchObject({ direction: 'in', quantity: 1, product: { name: 'Compresses' } });
		expect(phone.replica.submitted).toEqual([]);
		work.setQuantity(24);
		await work.confirm();
		expect(phone.replica.submitted).toEqual([
			{ name: 'carton.pack', args: { cartonId: 'd1', items: [{ productId: 'p1', quantity: 24 }], shipmentId: null } }
		]);
		expect([work.inHand, phone.app.answers.current?.tone]).toEqual([null, 'ok']);
	});

	test('[ux] the same product again is one more; another one confirms the first', async () => {
		await phone.scan('9521234543213', '9521234543213', 'GANTS-M');
		expect(phone.replica.submitted).toHaveLength(1);
		expect(phone.replica.submitted[0]).toMatchObject({ args: { items: [{ productId: 'p1', quantity: 2 }] } });
		expect(work.inHand).toMatchObject({ product: { id: 'p2' }, quantity: 1 });
	});

	test('[C3] Prêt adds what is in hand in the same gesture and asks for the next carton', async () => {
		await phone.scan('9521234543213');
		await work.ready();
		expect(phone.replica.submitted).toMatchObject([{ name: 'carton.pack', args: { ready: true } }]);
		expect(phone.replica.world.cartons.get('d1')?.status).toBe('packed');
		expect(phone.opened).toEqual(['/scan/pack']);
	});

	test('[I18] Ajouter and at once Prêt put in once what is in hand, and the carton is ready', async () => {
		await phone.scan('9521234543213');
		const pressed = [work.confirm.bind(work), work.ready.bind(work)].map((run) =>
			phone.app.press(async () => void (await run()))
		);
		await Promise.all(pressed);
		expect(phone.replica.submitted).toMatchObject([
			{ name: 'carton.pack', args: { items: [{ productId: 'p1', quantity: 1 }] } },
			{ name: 'carton.setStatus', args: { status: 'packed', was: 'picking' } }
		]);
		expect(phone.replica.world.cartons.get('d1')).toMatchObject({ status: 'packed', items: [{ quantity: 1 }] });
	});

	test('[C3] Prêt on an empty carton is refused with the reason', async () => {
		await work.ready();
		expect(phone.app.answers.current).toMatchObject({ tone: 'no', headline: 'Colis vide' });
		expect(phone.opened).toEqual([]);
	});

	test('[C13] a line is taken out by how many', async () => {
		const packed = new PackWork(phone.app.floor, phone.app.choices, 'k1');
		packed.takeOut(ITEM, phone.replica.world.products.get('p1')!);
		packed.setQuantity(3);
		await packed.confirm();
		expect(phone.replica.submitted).toEqual([
			{ name: 'carton.takeOut', args: { cartonId: 'k1', items: [{ productId: 'p1', quantity: 3 }], shipmentId: null } }
		]);
		expect(phone.replica.world.cartons.get('k1')?.items[0]?.quantity).toBe(1);
	});

	test('[C5] packing a labelled carton says that the label comes off', async () => {
		phone.replica.addCarton({
			id: 'l1',
			code: 'BOX-L1',
			status: 'labeled',
			shipmentId: 's1',
			items: [ITEM],
			everPacked: true
		});
		const labelled = new PackWork(phone.app.floor, phone.app.choices, 'l1');
		labelled.take(phone.replica.world.products.get('p2')!);
		await labelled.confirm();
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', fate: 'queued' });
	});

	test('[ux] what is in hand goes in before another carton is made; without a carton it goes into the new one', async () => {
		await phone.scan('9521234543213', 'NEW-BOX-8');
		await phone.app.answers.current?.next?.run();
		expect(phone.replica.submitted.map(({ name }) => name)).toEqual(['carton.pack', 'carton.create']);
		expect(phone.opened).toEqual(['/scan/pack/new-1']);
		const none = new PackWork(phone.app.floor, phone.app.choices, null);
		phone.app.use(none);
		await phone.scan('GANTS-M', 'NEW-BOX-9');
		await phone.app.answers.current?.next?.run();
		expect(phone.opened.at(-1)).toBe('/scan/pack/new-2?product=p2&quantity=1');
	});

	test('[ux] a product refused stays in hand and the next scan does not replace it', async () => {
		phone.replica.world.shipments.set('s1', { ...phone.replica.world.shipments.get('s1')!, status: 'planned' });
		const locked = new PackWork(phone.app.floor, phone.app.choices, 'a1');
		phone.app.use(locked);
		await phone.scan('9521234543213', 'GANTS-M');
		expect(locked.inHand?.product.id).toBe('p1');
		expect(phone.app.answers.current?.tone).toBe('no');
	});
});
