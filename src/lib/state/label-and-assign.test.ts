import { beforeEach, describe, expect, test } from 'vitest';
import { floorPhone } from '../../../tests/support/floor-phone.ts';
import { AssignWork } from './assign-work.ts';
import { LabelWork } from './label-work.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => (phone = floorPhone()));

describe('label', () => {
	test('[C7] each carton is labelled with the shipment that the worker sees; the last one announces PRÊT', async () => {
		phone.app.use(new LabelWork(phone.app.floor, phone.app.choices, 's1'));
		await phone.scan('BOX-A1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'ok', fate: 'queued', code: 'BOX-A1' });
		const former = phone.app.answers.current?.headline;
		await phone.scan('BOX-A2');
		expect(phone.app.answers.current?.headline).not.toBe(former);
		expect(phone.app.answers.current?.headline).toBe('PRÊT');
		expect(phone.replica.submitted.map((command) => command.args)).toEqual([
			{ cartonId: 'a1', shipmentId: 's1' },
			{ cartonId: 'a2', shipmentId: 's1' }
		]);
	});

	test('[C10] a carton of another shipment is refused loudly, naming it, and can be kept', async () => {
		phone.app.use(new LabelWork(phone.app.floor, phone.app.choices, 's1'));
		await phone.scan('BOX-B1');
		const { current } = phone.app.answers;
		expect(current).toMatchObject({ tone: 'no', headline: 'Pas cette expédition', uid: null });
		expect(phone.played).toEqual(['refused']);
		await current?.next?.run();
		expect(phone.opened).toEqual(['/scan/shipments/s2']);
		await current?.other?.run();
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', fate: 'queued' });
		expect(phone.replica.pendingItems).toHaveLength(1);
	});

	test('[ux] without a shipment the first carton chooses it', async () => {
		phone.app.use(new LabelWork(phone.app.floor, phone.app.choices, null));
		await phone.scan('BOX-B1');
		expect(phone.opened).toEqual(['/scan/label/s2']);
		expect(phone.app.answers.current?.tone).toBe('ok');
	});

	test('[I16] scans that come faster than they are saved are all saved, in order', async () => {
		let release: () => void = () => undefined;
		phone.replica.held = new Promise((resolve) => (release = resolve));
		phone.app.use(new LabelWork(phone.app.floor, phone.app.choices, 's1'));
		phone.app.typed('BOX-A2');
		phone.app.typed('BOX-A1');
		phone.app.typed('BOX-K1');
		expect(phone.replica.submitted).toEqual([]);
		release();
		await phone.app.scansDone();
		expect(phone.replica.submitted.map((command) => (command.args as { cartonId: string }).cartonId)).toEqual([
			'a2',
			'a1',
			'k1'
		]);
	});
});

describe('assign', () => {
	test('[C4] shipment first, then each carton', async () => {
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, null));
		await phone.scan('260147');
		expect(phone.opened).toEqual(['/scan/assign/s1']);
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, 's1'));
		await phone.scan('BOX-K1');
		expect(phone.replica.submitted).toEqual([{ name: 'carton.assign', args: { cartonId: 'k1', shipmentId: 's1' } }]);
		expect(phone.app.answers.current?.tone).toBe('ok');
	});

	test('[C4] a carton of another shipment is refused', async () => {
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, 's1'));
		await phone.scan('BOX-B1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'no', headline: 'Pas cette expédition' });
	});

	test('[ux] a carton scanned first waits for its shipment and goes into it', async () => {
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, null));
		await phone.scan('BOX-K1');
		expect(phone.opened).toEqual(['/scan/assign?carton=k1']);
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, null, 'k1'));
		await phone.scan('260139');
		expect(phone.replica.submitted).toEqual([{ name: 'carton.assign', args: { cartonId: 'k1', shipmentId: 's2' } }]);
	});

	test('[ux] what the mode does not expect is answered and recorded', async () => {
		phone.app.use(new AssignWork(phone.app.floor, phone.app.choices, 's1'));
		await phone.scan('GANTS-M');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', headline: 'C’est un article' });
		expect(phone.replica.log[0]).toMatchObject({ code: 'GANTS-M', opened: 'product' });
	});
});
