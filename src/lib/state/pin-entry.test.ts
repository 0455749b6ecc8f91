/** A badge scanned on some screen, and the PIN that follows. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Operator, Switched } from '#lib/sync/client.ts';
import { WORKER } from '../../../tests/support/fake-replica.ts';
import { floorPhone } from '../../../tests/support/floor-phone.ts';
import { PackWork } from './pack-work.svelte.ts';
import { PinEntry } from './pin-entry.svelte.ts';

const BEN: Operator = { personId: 'ben', name: 'Ben', structure: 'Entrepôt', role: 'operator', signedInBy: 'pin' };
let phone: ReturnType<typeof floorPhone>;
let entry: PinEntry;

beforeEach(() => {
	phone = floorPhone();
	for (const [id, name] of [
		['ben', 'Ben'],
		[WORKER.personId, WORKER.name]
	] as const)
		phone.replica.world.people.set(id, {
			id,
			name,
			structure: '',
			badgeCode: `BADGE-${name.toUpperCase()}`,
			active: true
		});
	entry = new PinEntry(phone.app);
});

async function type(pin: string): Promise<void> {
	for (const digit of pin) entry.press(digit);
	await entry.submit(phone.app.asked!);
}

test('[R4] a badge asks for its PIN on every screen, leaves a record, and what is in hand stays', async () => {
	const work = new PackWork(phone.app.floor, phone.app.choices, 'd1');
	phone.app.use(work);
	await phone.scan('badge-ben');
	expect(phone.app.asked).toEqual({ badgeCode: 'BADGE-BEN', name: 'Ben' });
	expect(phone.replica.log[0]).toMatchObject({ code: 'BADGE-BEN', opened: 'person', fate: 'accepted' });
	phone.app.cancelPin();
	await phone.scan('GANTS-M');
	expect(work.inHand?.product.id).toBe('p2');
});

test('while a PIN is asked for, a carton is nobody’s, and another badge asks for that one’s', async () => {
	await phone.scan('BADGE-BEN', 'BOX-K1');
	expect(phone.opened).toEqual([]);
	expect(phone.app.answers.current).toMatchObject({ tone: 'warn' });
	await phone.scan('BADGE-OPÉRATEUR');
	expect(phone.app.asked?.name).toBe(WORKER.name);
});

describe('a PIN', () => {
	beforeEach(() => phone.scan('BADGE-BEN'));

	test('of four digits or more is sent, and the new worker is named, heard and shown', async () => {
		phone.replica.nextSwitch = { kind: 'switched', operator: BEN, how: 'online' };
		for (const digit of '407') entry.press(digit);
		expect(entry.canSubmit).toBe(false);
		entry.press('1');
		await entry.submit(phone.app.asked!);
		expect(phone.replica.switches).toEqual([{ badgeCode: 'BADGE-BEN', pin: '4071', ask: true }]);
		expect(phone.app.asked).toBeNull();
		expect(phone.app.operator?.name).toBe('Ben');
		expect(phone.app.answers.current).toMatchObject({ tone: 'ok', headline: 'Au tour de Ben' });
		expect(phone.played.at(-1)).toBe('accepted');
	});

	test('without network is looked at here when somebody is remembered, and the server’s session is owed an end', async () => {
		phone.replica.change({ connection: 'offline' });
		phone.replica.nextSwitch = { kind: 'switched', operator: BEN, how: 'offline' };
		await type('4071');
		phone.app.askPin({ badgeCode: 'BADGE-BEN', name: 'Ben' });
		phone.replica.offlineOperators = [{ personId: 'ben', name: 'Ben', badgeCode: 'BADGE-BEN', until: '' }];
		await type('4071');
		expect(phone.replica.switches.map(({ ask }) => ask)).toEqual([true, false]);
		expect(phone.app.settings.current.owesSignOut).toBe(true);
	});

	test.each([
		[{ kind: 'wrong', left: null }, 'Badge ou PIN incorrect'],
		[{ kind: 'wrong', left: 1 }, 'Il reste 1 essai hors ligne'],
		[{ kind: 'inactive' }, 'désactivé'],
		[{ kind: 'needs_network', why: 'forgotten' }, 'a oublié cette personne'],
		[{ kind: 'refused', why: 'device_revoked' }, 'retiré du service']
	] as [Switched, string][])(
		'that comes to %j says so, is heard as refused, and may be typed again',
		async (said, words) => {
			phone.replica.nextSwitch = said;
			await type('4071');
			expect(entry.trouble).toContain(words);
			expect(phone.played.at(-1)).toBe('refused');
			expect([phone.app.operator?.name, entry.length, entry.isLocked]).toEqual([WORKER.name, 0, false]);
		}
	);

	test('too often wrong takes no digit while it waits, and says how long', async () => {
		phone.replica.nextSwitch = { kind: 'wait', seconds: 300 };
		await type('4071');
		expect(entry.trouble).toContain('5:00');
		entry.press('4');
		expect([entry.length, entry.isLocked]).toEqual([0, true]);
		entry.reset();
		expect(entry.isLocked).toBe(false);
	});
});
