import { beforeEach, describe, expect, test } from 'vitest';
import { refuse } from '#lib/domain/refuse.ts';
import { floorPhone } from '../../../tests/support/floor-phone.ts';
import { LabelWork } from './label-work.ts';

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => (phone = floorPhone()));

describe('the truth about every scan', () => {
	beforeEach(() => phone.app.use(new LabelWork(phone.app.floor, phone.app.choices, 's1')));

	test('[I18] saved, then accepted when the server says so', async () => {
		await phone.scan('BOX-A1');
		expect(phone.app.answers.current?.fate).toBe('queued');
		phone.replica.verdict('uid-1', null);
		expect(phone.app.answers.current).toMatchObject({ fate: 'accepted', tone: 'ok' });
		expect(phone.played).toEqual(['accepted']);
	});

	test('[I18] a refusal by the server turns the answer and is heard', async () => {
		await phone.scan('BOX-A1');
		phone.replica.verdict('uid-1', refuse('shipment_locked', { reference: '260147', status: 'planned' }, 's1'));
		expect(phone.app.answers.current).toMatchObject({ fate: 'rejected', tone: 'no' });
		expect(phone.played).toContain('refused');
	});

	test('[ux] a refusal of an older scan is heard even though another answer is in view', async () => {
		await phone.scan('BOX-A1', 'BOX-A2');
		phone.replica.verdict('uid-1', refuse('shipment_locked', { reference: '260147', status: 'planned' }, 's1'));
		expect(phone.app.answers.current?.uid).toBe('uid-2');
		expect(phone.played.at(-1)).toBe('refused');
	});

	test('[ux] an effect that already holds is noted, not refused', async () => {
		await phone.scan('BOX-A1', 'BOX-A1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'warn', uid: null });
		expect(phone.replica.log[0]).toMatchObject({ fate: 'accepted', note: { code: 'already_labeled' } });
	});

	test('[I38] undo takes back the last gesture and names it', async () => {
		await phone.scan('BOX-A1');
		const last = { uid: 'uid-1', command: phone.replica.submitted[0]! };
		await phone.app.floor.undo(last);
		expect(phone.app.answers.current).toMatchObject({ headline: 'Annulé', code: 'BOX-A1' });
	});

	test('[ux] a bug while handling a scan is told: not taken', async () => {
		phone.replica.resolve = () => Promise.reject(new Error('a bug'));
		await phone.scan('BOX-A1');
		expect(phone.app.answers.current).toMatchObject({ tone: 'no', code: 'BOX-A1', uid: null });
	});
});
