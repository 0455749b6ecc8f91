import { beforeEach, describe, expect, test } from 'vitest';
import { refuse } from '#lib/domain/refuse.ts';
import type { Read, ReadSource, SourceState } from '#lib/scanner/ports.ts';
import { FakeReplica } from '../../../tests/support/fake-replica.ts';
import { AssignWork } from './assign-work.ts';
import { FloorApp } from './floor-app.svelte.ts';
import { LabelWork } from './label-work.ts';
import { PackWork } from './pack-work.svelte.ts';
import { FloorSettings } from './settings.svelte.ts';

class FakeWedge implements ReadSource {
	readonly state: SourceState = { kind: 'running' };
	pull: (read: Read) => void = () => undefined;
	start(onRead: (read: Read) => void): Promise<void> {
		this.pull = onRead;
		return Promise.resolve();
	}
	stop = (): void => undefined;
	watch = (): (() => void) => () => undefined;
}

const ITEM = { productId: 'p1', quantity: 4, lotCode: null, expiresOn: null };

let replica: FakeReplica;
let wedge: FakeWedge;
let app: FloorApp;
let opened: string[];
let played: string[];
let at: number;

beforeEach(() => {
	replica = new FakeReplica();
	wedge = new FakeWedge();
	[opened, played, at] = [[], [], 0];
	let ids = 0;
	app = new FloorApp({
		client: replica,
		feedback: { play: (kind) => void played.push(kind) },
		settings: new FloorSettings(null),
		wedge,
		open: (path) => Promise.resolve(void opened.push(path)),
		newId: () => `new-${++ids}`,
		signIn: () => undefined,
		endSession: () => Promise.resolve(true),
		now: () => (at += 10_000)
	});
	replica.addProduct({ id: 'p1', name: 'Compresses', sku: 'ESC-0001', gtin: '9521234543213' });
	replica.addProduct({ id: 'p2', name: 'Gants', sku: 'ESC-0002', barcode: 'GANTS-M' });
	replica.addShipment({ id: 's1', reference: '260147' });
	replica.addShipment({ id: 's2', reference: '260139', destinationCity: 'Bamako', destinationIata: 'BKO' });
	replica.addCarton({
		id: 'a1',
		code: 'BOX-A1',
		status: 'assigned',
		shipmentId: 's1',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({
		id: 'a2',
		code: 'BOX-A2',
		status: 'assigned',
		shipmentId: 's1',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({
		id: 'b1',
		code: 'BOX-B1',
		status: 'assigned',
		shipmentId: 's2',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({ id: 'k1', code: 'BOX-K1', status: 'packed', items: [ITEM], everPacked: true });
	replica.addCarton({ id: 'd1', code: 'BOX-D1' });
	app.start();
});

async function scan(...codes: string[]): Promise<void> {
	for (const code of codes) app.typed(code);
	await app.scansDone();
}

describe('scan anything', () => {
	test('[R4] opens what the code is, and leaves a record', async () => {
		await scan('box-k1', '260147');
		expect(opened).toEqual(['/scan/cartons/k1', '/scan/shipments/s1']);
		expect(replica.log.map((entry) => [entry.code, entry.opened])).toEqual([
			['260147', 'shipment'],
			['BOX-K1', 'carton']
		]);
		expect(played).toEqual(['accepted', 'accepted']);
	});

	test('[R3] an unknown free code offers to become a carton, and opens for packing', async () => {
		await scan('NEW-BOX-7');
		expect(app.answers.current).toMatchObject({ tone: 'warn', code: 'NEW-BOX-7' });
		expect(replica.log[0]).toMatchObject({ code: 'NEW-BOX-7', fate: 'rejected' });
		await app.answers.current?.next?.run();
		expect(replica.submitted).toEqual([
			{ name: 'carton.create', args: { cartonId: 'new-1', code: 'NEW-BOX-7', source: 'printed', warehouseId: 'w-1' } }
		]);
		expect(opened).toEqual(['/scan/pack/new-1']);
	});

	test('[R3] a mistyped check character says so and offers nothing', async () => {
		await scan('CN-004217-A');
		expect(app.answers.current).toMatchObject({ tone: 'no', next: null });
		expect(played).toEqual(['refused']);
	});

	test('[R3] an empty lease says so', async () => {
		replica.nextCode = null;
		await new PackWork(app.floor, app.choices, null).createNext();
		expect(app.answers.current?.tone).toBe('no');
		expect(replica.submitted).toEqual([]);
	});

	test('[R3] the next leased code makes a leased carton', async () => {
		await new PackWork(app.floor, app.choices, null).createNext();
		expect(replica.submitted[0]).toMatchObject({ args: { code: 'CN-004217-O', source: 'leased' } });
	});

	test('[R4] several meanings are shown and the worker chooses', async () => {
		replica.addCarton({ id: 'x1', code: 'GANTS-M' });
		await scan('GANTS-M');
		expect(opened).toEqual([]);
		const { current } = app.choices;
		expect(current?.meanings.map((meaning) => meaning.kind)).toEqual(['carton', 'product']);
		await app.choices.choose(current!.meanings[1]!);
		expect(opened).toEqual(['/scan/pack?product=p2']);
		expect(app.choices.current).toBeNull();
	});

	test('[ux] a mode card enters its mode', async () => {
		await scan('ESCALE-MODE-LABEL');
		expect(opened).toEqual(['/scan/label']);
	});

	test('[ux] the wedge is heard on every screen, and a GS1 scan keeps its lot', async () => {
		app.use(new PackWork(app.floor, app.choices, 'd1'));
		const work = new PackWork(app.floor, app.choices, 'd1');
		app.use(work);
		wedge.pull({
			text: '010952123454321310A12\x1d17270331',
			symbology: ']d2',
			at: 1,
			source: 'wedge',
			position: null,
			unsure: false
		});
		await app.scansDone();
		expect(work.inHand).toMatchObject({ product: { id: 'p1' }, lotCode: 'A12', expiresOn: '2027-03-31', quantity: 1 });
	});
});

describe('label', () => {
	test('[C7] each carton is labelled with the shipment that the worker sees; the last one announces PRÊT', async () => {
		app.use(new LabelWork(app.floor, app.choices, 's1'));
		await scan('BOX-A1');
		expect(app.answers.current).toMatchObject({ tone: 'ok', fate: 'queued', code: 'BOX-A1' });
		const former = app.answers.current?.headline;
		await scan('BOX-A2');
		expect(app.answers.current?.headline).not.toBe(former);
		expect(app.answers.current?.headline).toBe('PRÊT');
		expect(replica.submitted.map((command) => command.args)).toEqual([
			{ cartonId: 'a1', shipmentId: 's1' },
			{ cartonId: 'a2', shipmentId: 's1' }
		]);
	});

	test('[C10] a carton of another shipment is refused loudly, naming it, and can be kept', async () => {
		app.use(new LabelWork(app.floor, app.choices, 's1'));
		await scan('BOX-B1');
		const { current } = app.answers;
		expect(current).toMatchObject({ tone: 'no', headline: 'Pas cette expédition', uid: null });
		expect(played).toEqual(['refused']);
		await current?.next?.run();
		expect(opened).toEqual(['/scan/shipments/s2']);
		await current?.other?.run();
		expect(app.answers.current).toMatchObject({ tone: 'warn', fate: 'queued' });
		expect(replica.pendingItems).toHaveLength(1);
	});

	test('[ux] without a shipment the first carton chooses it', async () => {
		app.use(new LabelWork(app.floor, app.choices, null));
		await scan('BOX-B1');
		expect(opened).toEqual(['/scan/label/s2']);
		expect(app.answers.current?.tone).toBe('ok');
	});

	test('[I16] scans that come faster than they are saved are all saved, in order', async () => {
		let release: () => void = () => undefined;
		replica.held = new Promise((resolve) => (release = resolve));
		app.use(new LabelWork(app.floor, app.choices, 's1'));
		app.typed('BOX-A2');
		app.typed('BOX-A1');
		app.typed('BOX-K1');
		expect(replica.submitted).toEqual([]);
		release();
		await app.scansDone();
		expect(replica.submitted.map((command) => (command.args as { cartonId: string }).cartonId)).toEqual([
			'a2',
			'a1',
			'k1'
		]);
	});
});

describe('assign', () => {
	test('[C4] shipment first, then each carton', async () => {
		app.use(new AssignWork(app.floor, app.choices, null));
		await scan('260147');
		expect(opened).toEqual(['/scan/assign/s1']);
		app.use(new AssignWork(app.floor, app.choices, 's1'));
		await scan('BOX-K1');
		expect(replica.submitted).toEqual([{ name: 'carton.assign', args: { cartonId: 'k1', shipmentId: 's1' } }]);
		expect(app.answers.current?.tone).toBe('ok');
	});

	test('[C4] a carton of another shipment is refused', async () => {
		app.use(new AssignWork(app.floor, app.choices, 's1'));
		await scan('BOX-B1');
		expect(app.answers.current).toMatchObject({ tone: 'no', headline: 'Pas cette expédition' });
	});

	test('[ux] a carton scanned first waits for its shipment and goes into it', async () => {
		app.use(new AssignWork(app.floor, app.choices, null));
		await scan('BOX-K1');
		expect(opened).toEqual(['/scan/assign?carton=k1']);
		app.use(new AssignWork(app.floor, app.choices, null, 'k1'));
		await scan('260139');
		expect(replica.submitted).toEqual([{ name: 'carton.assign', args: { cartonId: 'k1', shipmentId: 's2' } }]);
	});

	test('[ux] what the mode does not expect is answered and recorded', async () => {
		app.use(new AssignWork(app.floor, app.choices, 's1'));
		await scan('GANTS-M');
		expect(app.answers.current).toMatchObject({ tone: 'warn', headline: 'C’est un article' });
		expect(replica.log[0]).toMatchObject({ code: 'GANTS-M', opened: 'product' });
	});
});

describe('pack', () => {
	let work: PackWork;
	beforeEach(() => {
		work = new PackWork(app.floor, app.choices, 'd1');
		app.use(work);
	});

	test('[C2] a product scan shows it; adding packs the quantity', async () => {
		await scan('9521234543213');
		expect(work.inHand).toMatchObject({ direction: 'in', quantity: 1, product: { name: 'Compresses' } });
		expect(replica.submitted).toEqual([]);
		work.setQuantity(24);
		await work.confirm();
		expect(replica.submitted).toEqual([
			{ name: 'carton.pack', args: { cartonId: 'd1', items: [{ productId: 'p1', quantity: 24 }], shipmentId: null } }
		]);
		expect([work.inHand, app.answers.current?.tone]).toEqual([null, 'ok']);
	});

	test('[ux] the same product again is one more; another one confirms the first', async () => {
		await scan('9521234543213', '9521234543213', 'GANTS-M');
		expect(replica.submitted).toHaveLength(1);
		expect(replica.submitted[0]).toMatchObject({ args: { items: [{ productId: 'p1', quantity: 2 }] } });
		expect(work.inHand).toMatchObject({ product: { id: 'p2' }, quantity: 1 });
	});

	test('[C3] Prêt adds what is in hand in the same gesture and asks for the next carton', async () => {
		await scan('9521234543213');
		await work.ready();
		expect(replica.submitted).toMatchObject([{ name: 'carton.pack', args: { ready: true } }]);
		expect(replica.world.cartons.get('d1')?.status).toBe('packed');
		expect(opened).toEqual(['/scan/pack']);
	});

	test('[C3] Prêt on an empty carton is refused with the reason', async () => {
		await work.ready();
		expect(app.answers.current).toMatchObject({ tone: 'no', headline: 'Colis vide' });
		expect(opened).toEqual([]);
	});

	test('[C13] a line is taken out by how many', async () => {
		const packed = new PackWork(app.floor, app.choices, 'k1');
		packed.takeOut(ITEM, replica.world.products.get('p1')!);
		packed.setQuantity(3);
		await packed.confirm();
		expect(replica.submitted).toEqual([
			{ name: 'carton.takeOut', args: { cartonId: 'k1', items: [{ productId: 'p1', quantity: 3 }], shipmentId: null } }
		]);
		expect(replica.world.cartons.get('k1')?.items[0]?.quantity).toBe(1);
	});

	test('[C5] packing a labelled carton says that the label comes off', async () => {
		replica.addCarton({
			id: 'l1',
			code: 'BOX-L1',
			status: 'labeled',
			shipmentId: 's1',
			items: [ITEM],
			everPacked: true
		});
		const labelled = new PackWork(app.floor, app.choices, 'l1');
		labelled.take(replica.world.products.get('p2')!);
		await labelled.confirm();
		expect(app.answers.current).toMatchObject({ tone: 'warn', fate: 'queued' });
	});

	test('[ux] what is in hand goes in before another carton is made; without a carton it goes into the new one', async () => {
		await scan('9521234543213', 'NEW-BOX-8');
		await app.answers.current?.next?.run();
		expect(replica.submitted.map(({ name }) => name)).toEqual(['carton.pack', 'carton.create']);
		expect(opened).toEqual(['/scan/pack/new-1']);
		const none = new PackWork(app.floor, app.choices, null);
		app.use(none);
		await scan('GANTS-M', 'NEW-BOX-9');
		await app.answers.current?.next?.run();
		expect(opened.at(-1)).toBe('/scan/pack/new-2?product=p2&quantity=1');
	});

	test('[ux] a product refused stays in hand and the next scan does not replace it', async () => {
		replica.world.shipments.set('s1', { ...replica.world.shipments.get('s1')!, status: 'planned' });
		const locked = new PackWork(app.floor, app.choices, 'a1');
		app.use(locked);
		await scan('9521234543213', 'GANTS-M');
		expect(locked.inHand?.product.id).toBe('p1');
		expect(app.answers.current?.tone).toBe('no');
	});
});

describe('the truth about every scan', () => {
	beforeEach(() => app.use(new LabelWork(app.floor, app.choices, 's1')));

	test('[I18] saved, then accepted when the server says so', async () => {
		await scan('BOX-A1');
		expect(app.answers.current?.fate).toBe('queued');
		replica.verdict('uid-1', null);
		expect(app.answers.current).toMatchObject({ fate: 'accepted', tone: 'ok' });
		expect(played).toEqual(['accepted']);
	});

	test('[I18] a refusal by the server turns the answer and is heard', async () => {
		await scan('BOX-A1');
		replica.verdict('uid-1', refuse('shipment_locked', { reference: '260147', status: 'planned' }, 's1'));
		expect(app.answers.current).toMatchObject({ fate: 'rejected', tone: 'no' });
		expect(played).toContain('refused');
	});

	test('[ux] a refusal of an older scan is heard even though another answer is in view', async () => {
		await scan('BOX-A1', 'BOX-A2');
		replica.verdict('uid-1', refuse('shipment_locked', { reference: '260147', status: 'planned' }, 's1'));
		expect(app.answers.current?.uid).toBe('uid-2');
		expect(played.at(-1)).toBe('refused');
	});

	test('[ux] an effect that already holds is noted, not refused', async () => {
		await scan('BOX-A1', 'BOX-A1');
		expect(app.answers.current).toMatchObject({ tone: 'warn', uid: null });
		expect(replica.log[0]).toMatchObject({ fate: 'accepted', note: { code: 'already_labeled' } });
	});

	test('[I38] undo takes back the last gesture and names it', async () => {
		await scan('BOX-A1');
		const last = { uid: 'uid-1', command: replica.submitted[0]! };
		await app.floor.undo(last);
		expect(app.answers.current).toMatchObject({ headline: 'Annulé', code: 'BOX-A1' });
	});

	test('[ux] a bug while handling a scan is told: not taken', async () => {
		replica.resolve = () => Promise.reject(new Error('a bug'));
		await scan('BOX-A1');
		expect(app.answers.current).toMatchObject({ tone: 'no', code: 'BOX-A1', uid: null });
	});
});
