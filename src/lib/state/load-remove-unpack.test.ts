import { beforeEach, describe, expect, test } from 'vitest';
import { floorPhone, ITEM } from '../../../tests/support/floor-phone.ts';
import { WORKER } from '../../../tests/support/fake-replica.ts';
import { obstacleToLoading } from './ask-rule.ts';
import { LoadWork } from './load-work.ts';
import { RemoveWork } from './remove-work.ts';
import { UnpackWork } from './unpack-work.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => {
	phone = floorPhone();
	const { replica } = phone;
	replica.addShipment({ id: 's3', reference: '260150', cycle: 2 });
	for (const code of ['L1', 'L2'])
		replica.addCarton({ id: code.toLowerCase(), code, status: 'labeled', shipmentId: 's3', items: [ITEM] });
	replica.world.shipments.set('s3', { ...replica.world.shipments.get('s3')!, status: 'planned' });
});

const args = () => phone.replica.submitted.map((command) => command.args);

describe('load', () => {
	beforeEach(() => phone.app.use(new LoadWork(phone.app.floor, phone.app.choices, 's3')));

	test('[C15] each carton is marked for the cycle that the worker sees; the last one proposes the boarding', async () => {
		await phone.scan('L1');
		expect(phone.app.answers.current).toMatchObject({
			tone: 'ok',
			headline: 'Chargé',
			sentence: '1 sur 2',
			next: null
		});
		await phone.scan('L2');
		expect(phone.app.answers.current).toMatchObject({ tone: 'ok', headline: 'TOUT EST CHARGÉ' });
		await phone.app.answers.current?.next?.run();
		expect(phone.opened).toEqual(['/scan/step/s3?step=boarding_ok']);
		expect(args()).toEqual([
			{ cartonId: 'l1', shipmentId: 's3', cycle: 2 },
			{ cartonId: 'l2', shipmentId: 's3', cycle: 2 }
		]);
	});

	test('[C15] a carton of another shipment is refused loudly, one of none too', async () => {
		await phone.scan('BOX-B1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'no', headline: 'Pas cette expédition' });
		await phone.scan('BOX-K1');
		expect(phone.app.answers.current?.tone).toBe('no');
		expect(phone.replica.pendingItems).toEqual([]);
		expect(phone.played).toEqual(['refused', 'refused']);
	});

	test('[C15] already loaded is a note that says by whom', async () => {
		await phone.scan('L1', 'L2', 'L1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', headline: 'Déjà chargé' });
		expect(phone.app.answers.current?.sentence).toContain(WORKER.name);
		expect(phone.replica.pendingItems).toHaveLength(2);
	});

	test('[C15] a mark comes off again', async () => {
		await phone.scan('L1');
		const { cartons, shipments } = phone.replica.world;
		const work = new LoadWork(phone.app.floor, phone.app.choices, 's3');
		await work.unload(cartons.get('l1')!, shipments.get('s3')!);
		expect(phone.app.answers.current).toMatchObject({ tone: 'info', headline: 'Déchargé' });
		expect(phone.replica.world.cartons.get('l1')?.loadedCycle).toBeNull();
	});

	test('[ux] a carton scanned first chooses its shipment and is marked only when the worker says so', async () => {
		phone.app.use(new LoadWork(phone.app.floor, phone.app.choices, null));
		await phone.scan('L1');
		expect(phone.opened).toEqual(['/scan/load/s3']);
		expect(phone.replica.submitted).toEqual([]);
		await phone.app.answers.current?.next?.run();
		expect(args()).toEqual([{ cartonId: 'l1', shipmentId: 's3', cycle: 2 }]);
	});

	test('[C15, D2] a shipment that is not planned, or disputed, says so before anything is scanned', () => {
		const planned = phone.replica.world.shipments.get('s3')!;
		const code = (shipment: typeof planned) => obstacleToLoading(shipment, WORKER)?.code ?? null;
		expect(code(planned)).toBeNull();
		expect(code({ ...planned, status: 'packed' })).toBe('shipment_not_planned');
		expect(code({ ...planned, disputeId: 'd', disputeReason: 'abîmé' })).toBe('shipment_disputed');
	});
});

describe('remove', () => {
	beforeEach(() => phone.app.use(new RemoveWork(phone.app.floor, phone.app.choices)));

	test('[C6] each carton leaves its shipment, which the answer names', async () => {
		await phone.scan('BOX-A1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'ok', headline: 'Retiré de 260147', code: 'BOX-A1' });
		expect(args()).toEqual([{ cartonId: 'a1', shipmentId: 's1' }]);
		expect(phone.replica.world.cartons.get('a1')?.shipmentId).toBeNull();
	});

	test('[C6] a label that no longer matches is to come off', async () => {
		phone.replica.addCarton({ id: 'z1', code: 'BOX-Z1', status: 'labeled', shipmentId: 's1', items: [ITEM] });
		await phone.scan('BOX-Z1');
		expect(phone.app.answers.current?.tone).toBe('warn');
		expect(phone.app.answers.current?.sentence).toContain('étiquette');
	});

	test('[C6, S2] one that is in no shipment is a note, one of a locked shipment stays', async () => {
		await phone.scan('BOX-K1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', headline: 'Déjà retiré' });
		await phone.scan('L1');
		expect(phone.app.answers.current?.tone).toBe('no');
		expect(phone.replica.pendingItems).toEqual([]);
	});
});

describe('unpack', () => {
	test('[C9] a scan shows the carton; nothing comes out before the worker says so', async () => {
		const work = new UnpackWork(phone.app.floor, phone.app.choices);
		phone.app.use(work);
		await phone.scan('BOX-A1');
		expect(phone.opened).toEqual(['/scan/unpack/a1']);
		expect(phone.replica.submitted).toEqual([]);
		await work.unpack(phone.replica.world.cartons.get('a1')!);
		expect(args()).toEqual([{ cartonId: 'a1', shipmentId: 's1' }]);
		expect(phone.replica.world.cartons.get('a1')).toMatchObject({ status: 'draft', items: [], shipmentId: null });
		expect(phone.opened.at(-1)).toBe('/scan/unpack');
	});

	test('[C9] what the rule refuses stays on the screen', async () => {
		const work = new UnpackWork(phone.app.floor, phone.app.choices);
		await work.unpack(phone.replica.world.cartons.get('d1')!);
		expect(phone.app.answers.current?.tone).toBe('no');
		expect(phone.opened).toEqual([]);
	});
});
