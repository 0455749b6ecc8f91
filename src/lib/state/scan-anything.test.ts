import { beforeEach, describe, expect, test } from 'vitest';
import { modeCard } from '#lib/domain/codes.ts';
import { floorPhone } from '../../../tests/support/floor-phone.ts';
import { FLOOR_MODES, MODE_PATHS } from './modes.ts';
import { PackWork } from './pack-work.svelte.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => (phone = floorPhone()));

describe('scan anything', () => {
	test('[R4] opens what the code is, and leaves a record', async () => {
		await phone.scan('box-k1', '260147');
		expect(phone.opened).toEqual(['/scan/cartons/k1', '/scan/shipments/s1']);
		expect(phone.replica.log.map((entry) => [entry.code, entry.opened])).toEqual([
			['260147', 'shipment'],
			['BOX-K1', 'carton']
		]);
		expect(phone.played).toEqual(['accepted', 'accepted']);
	});

	test('[R3] an unknown free code offers to become a carton, and opens for packing', async () => {
		await phone.scan('NEW-BOX-7');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', code: 'NEW-BOX-7' });
		expect(phone.replica.log[0]).toMatchObject({ code: 'NEW-BOX-7', fate: 'rejected' });
		await phone.app.answers.current?.next?.run();
		expect(phone.replica.submitted).toEqual([
			{ name: 'carton.create', args: { cartonId: 'new-1', code: 'NEW-BOX-7', source: 'printed', warehouseId: 'w-1' } }
		]);
		expect(phone.opened).toEqual(['/scan/pack/new-1']);
	});

	test('[R3] a mistyped check character says so and offers nothing', async () => {
		await phone.scan('CN-004217-A');
		expect(phone.app.answers.current).toMatchObject({ tone: 'no', next: null });
		expect(phone.played).toEqual(['refused']);
	});

	test('[R3] an empty lease says so', async () => {
		phone.replica.nextCode = null;
		await new PackWork(phone.app.floor, phone.app.choices, null).createNext();
		expect(phone.app.answers.current?.tone).toBe('no');
		expect(phone.replica.submitted).toEqual([]);
	});

	test('[R3] the next leased code makes a leased carton', async () => {
		await new PackWork(phone.app.floor, phone.app.choices, null).createNext();
		expect(phone.replica.submitted[0]).toMatchObject({ args: { code: 'CN-004217-O', source: 'leased' } });
	});

	test('[R4] several meanings are shown and the worker chooses', async () => {
		phone.replica.addCarton({ id: 'x1', code: 'GANTS-M' });
		await phone.scan('GANTS-M');
		expect(phone.opened).toEqual([]);
		const { current } = phone.app.choices;
		expect(current?.meanings.map((meaning) => meaning.kind)).toEqual(['carton', 'product']);
		await phone.app.choices.choose(current!.meanings[1]!);
		expect(phone.opened).toEqual(['/scan/pack?product=p2']);
		expect(phone.app.choices.current).toBeNull();
	});

	test('[ux] the card of every mode enters it, from anywhere', async () => {
		for (const mode of FLOOR_MODES) {
			await phone.scan(modeCard(mode));
			expect(phone.opened.at(-1)).toBe(MODE_PATHS[mode]);
		}
		expect(phone.replica.log[0]).toMatchObject({ opened: 'mode', fate: 'accepted' });
	});

	test('[ux] a mode card enters its mode', async () => {
		await phone.scan('ESCALE-MODE-LABEL');
		expect(phone.opened).toEqual(['/scan/label']);
	});

	test('[ux] the wedge is heard on every screen, and a GS1 scan keeps its lot', async () => {
		phone.app.use(new PackWork(phone.app.floor, phone.app.choices, 'd1'));
		const work = new PackWork(phone.app.floor, phone.app.choices, 'd1');
		phone.app.use(work);
		phone.wedge.pull({
			text: '010952123454321310A12\x1d17270331',
			symbology: ']d2',
			at: 1,
			source: 'wedge',
			position: null,
			unsure: false
		});
		await phone.app.scansDone();
		expect(work.inHand).toMatchObject({ product: { id: 'p1' }, lotCode: 'A12', expiresOn: '2027-03-31', quantity: 1 });
	});
});
