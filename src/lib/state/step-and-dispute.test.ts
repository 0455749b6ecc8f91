import { beforeEach, describe, expect, test } from 'vitest';
import { asking, stepChoices } from '#lib/domain/ask.ts';
import { floorPhone, ITEM } from '../../../tests/support/floor-phone.ts';
import { WORKER } from '../../../tests/support/fake-replica.ts';
import { AT } from '../../../tests/support/floor-rows.ts';
import { obstacleTo } from './ask-rule.ts';
import { DisputeWork, reasonOf } from './dispute-work.ts';
import { RememberedActors } from './remembered-actors.ts';
import { stepCommand, stepReason, StepWork, type StepEntry } from './step-work.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => {
	phone = floorPhone();
	const { replica } = phone;
	const party = { id: 'x', name: 'Une partie', address: '' };
	replica.addShipment({
		id: 's3',
		reference: '260150',
		cycle: 2,
		shipper: party,
		recipient: party,
		correspondent: party
	});
	replica.addCarton({ id: 'l1', code: 'L1', status: 'labeled', shipmentId: 's3', items: [ITEM] });
	replica.world.shipments.set('s3', {
		...replica.world.shipments.get('s3')!,
		status: 'planned',
		latestStep: 'planned',
		latestStepAt: AT
	});
});
const shipment = () => phone.replica.world.shipments.get('s3')!;

const ENTRY: StepEntry = {
	step: 'boarding_ok',
	actorName: ' Awa ',
	actorStructure: 'Fret',
	comment: '  ',
	occurredAt: null
};

describe('step', () => {
	test('[ux] a shipment, or any of its cartons, chooses what the step is about', async () => {
		phone.app.use(new StepWork(phone.app.floor, phone.app.choices));
		await phone.scan('260150', 'L1');
		expect(phone.opened).toEqual(['/scan/step/s3', '/scan/step/s3']);
		await phone.scan('BOX-K1');
		expect(phone.app.answers.current).toMatchObject({
			tone: 'warn',
			headline: 'Dans aucune expédition',
			code: 'BOX-K1'
		});
		await phone.scan('GANTS-M');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', headline: 'C’est un article' });
	});

	test('[T3, D5] it is recorded for the cycle on the screen, and the screen leaves, so that a second press records nothing', async () => {
		const work = new StepWork(phone.app.floor, phone.app.choices);
		expect(await work.record(shipment(), ENTRY)).toBe(true);
		expect(phone.replica.submitted).toEqual([
			{
				name: 'shipment.track',
				args: { shipmentId: 's3', step: 'boarding_ok', cycle: 2, actorName: 'Awa', actorStructure: 'Fret' }
			}
		]);
		expect(phone.app.answers.current).toMatchObject({ headline: 'Embarquement OK', fate: 'queued' });
		// [C15] Nobody had marked the carton: allowed, and said.
		expect(phone.app.answers.current?.sentence).toContain('L1');
		expect(phone.opened).toEqual(['/scan/shipments/s3']);
	});

	test('[T4] a time typed for what happened earlier goes with it; one before the former step is refused with the bounds', async () => {
		const at = '2026-11-20T10:15:00.000Z';
		expect(stepCommand(shipment(), { ...ENTRY, comment: 'vu', occurredAt: at }).args).toMatchObject({
			comment: 'vu',
			occurredAt: at
		});
		const early = { ...ENTRY, occurredAt: '2026-11-20T08:59:59.999Z' };
		const obstacle = obstacleTo(stepCommand(shipment(), early), { shipment: shipment() }, WORKER);
		expect(obstacle).toMatchObject({ code: 'occurred_at_out_of_range', params: { earliest: AT } });
		const work = new StepWork(phone.app.floor, phone.app.choices);
		expect(await work.record(shipment(), early)).toBe(false);
		expect(phone.app.answers.current?.tone).toBe('no');
		expect(phone.opened).toEqual([]);
	});

	test('[T1] each step that cannot be recorded says why: passed, later, or the rule’s sentence', () => {
		const timeline = [{ ...STEP, id: 'e1', shipmentId: 's3', step: 'planned' as const, cycle: 2 }];
		const say = (shipmentNow = shipment()) =>
			Object.fromEntries(
				stepChoices({ shipment: shipmentNow, timeline }, asking(WORKER, AT)).map((choice) => [
					choice.step,
					choice.recorded?.by ?? stepReason(choice, (refusal) => refusal.code)
				])
			);
		expect(say()).toEqual({
			planning_ok: 'dépassée',
			planned: 'Bureau',
			moved_export: null,
			boarding_ok: null,
			received_correspondent: 'après « Transféré à l’export ou Embarquement OK »',
			received_recipient: 'après « Transféré à l’export ou Embarquement OK »'
		});
		const disputed = say({ ...shipment(), disputeId: 'd', disputeReason: 'abîmé' });
		expect(disputed['boarding_ok']).toBe('shipment_disputed');
	});

	test('[T3] the name and structure are remembered for each person, on this phone', () => {
		const kept = new Map<string, string>();
		const storage = {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, text: string) => void kept.set(key, text)
		} as Storage;
		const actors = new RememberedActors(storage);
		expect(actors.of('p1')).toBeNull();
		actors.remember('p1', { name: 'Awa', structure: 'Fret' });
		actors.remember('p2', { name: 'Jean', structure: 'Quai' });
		expect(new RememberedActors(storage).of('p1')).toEqual({ name: 'Awa', structure: 'Fret' });
		for (let i = 0; i < 20; i += 1) actors.remember(`q${i}`, { name: 'N', structure: 'S' });
		expect(actors.of('p1'), 'a shared phone forgets who left').toBeNull();
		for (const rubbish of ['{', '"x"', '[["p1"]]', '[["p1",{"name":1}]]']) {
			kept.set([...kept.keys()][0]!, rubbish);
			expect(actors.of('p1'), rubbish).toBeNull();
		}
		expect(new RememberedActors(null).of('p1')).toBeNull();
	});
});

describe('dispute', () => {
	test('[D1] the reason is what was pressed and what was typed', () => {
		expect(reasonOf(['Colis abîmé', 'Colis manquant'], ' L1 ')).toBe('Colis abîmé, Colis manquant : L1');
		expect(reasonOf([], 'Pluie')).toBe('Pluie');
		expect(reasonOf([], '   ')).toBe('');
	});

	test('[D1] it stops the shipment; a second one is noted with the reason of the first', async () => {
		const work = new DisputeWork(phone.app.floor, phone.app.choices);
		await work.dispute(shipment(), 'Colis abîmé');
		expect(shipment()).toMatchObject({ disputeReason: 'Colis abîmé', disputeId: 'new-1' });
		expect(phone.opened).toEqual(['/scan/shipments/s3']);
		await work.dispute(shipment(), 'Autre chose');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', headline: 'Déjà en litige' });
		expect(phone.app.answers.current?.sentence).toContain('Colis abîmé');
	});

	test('[ux] scanned in this mode, a carton’s shipment opens here', async () => {
		phone.app.use(new DisputeWork(phone.app.floor, phone.app.choices));
		await phone.scan('L1');
		expect(phone.opened).toEqual(['/scan/dispute/s3']);
	});
});

const STEP = {
	ordinal: 1,
	kind: 'step' as const,
	comment: '',
	disputeId: null,
	personId: null,
	actorName: 'Bureau',
	actorStructure: '',
	occurredAt: AT,
	occurredUncertain: false,
	receivedAt: AT
};
