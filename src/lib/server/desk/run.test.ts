import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SignInKind } from '#lib/domain/roles.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { runAtDesk } from './run.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: TestWorld;
beforeEach(async () => {
	world = await createWorld();
});
afterEach(() => world.close());

const dispute = (
	shipmentId: string,
	uid: string,
	personId = 'manager',
	reason = 'Colis abîmé',
	signedInBy: SignInKind = 'password'
) =>
	runAtDesk(
		{ store: world.store, personId, signedInBy },
		uid,
		'shipment.dispute',
		{ shipmentId, disputeId: 'd1', reason },
		'Fait.'
	);

test('[I3] a form that is sent twice does it once and says the same', async () => {
	const shipmentId = await world.shipment();
	const uid = world.uid();
	const answers = await Promise.all([dispute(shipmentId, uid), dispute(shipmentId, uid)]);
	expect(answers.map(({ answer }) => answer)).toEqual([
		{ kind: 'ok', text: 'Fait.' },
		{ kind: 'ok', text: 'Fait.' }
	]);
	expect(world.value(`SELECT count(*) FROM timeline WHERE shipment_id = ? AND kind = 'dispute'`, shipmentId)).toBe(1);
});

test('what already holds is a note, under the person’s own replica', async () => {
	const shipmentId = await world.shipment();
	await dispute(shipmentId, world.uid());
	const again = await dispute(shipmentId, world.uid(), 'operator');
	expect(again).toMatchObject({ status: 200, answer: { kind: 'note' }, rejection: { code: 'already_disputed' } });
	expect(again.answer.text).toContain('Colis abîmé');
	expect(world.rows(`SELECT id FROM replica WHERE id LIKE 'desk:%' ORDER BY id`)).toEqual([
		{ id: 'desk:manager' },
		{ id: 'desk:operator' }
	]);
});

test('[§9] a refusal is a 409 with its sentence, and changes nothing', async () => {
	const shipmentId = await world.shipment();
	const refused = await dispute(shipmentId, world.uid(), 'viewer');
	expect(refused).toMatchObject({ status: 409, answer: { kind: 'no' }, rejection: { code: 'forbidden' } });
	expect(refused.answer.text).toContain('opérateur');
	expect(world.value(`SELECT dispute_id FROM shipment WHERE id = ?`, shipmentId)).toBeNull();
});

test('arguments that no form sends are refused by name, before the store', async () => {
	const outcome = await dispute('not an id!', world.uid());
	expect(outcome).toMatchObject({ status: 409, rejection: { code: 'invalid_args', params: { field: 'shipmentId' } } });
});

test('[§9] a manager who is there by badge and PIN may do what an operator may', async () => {
	const shipmentId = await world.shipment();
	const byBadge = { store: world.store, personId: 'manager', signedInBy: 'pin' } as const;
	const archived = await runAtDesk(byBadge, world.uid(), 'shipment.archive', { shipmentId }, 'Fait.');
	expect(archived.rejection).toMatchObject({ code: 'forbidden', params: { role: 'manager' } });
	expect((await dispute(shipmentId, world.uid(), 'manager', 'Colis abîmé', 'pin')).status).toBe(200);
});

test('[I39] where nobody could decide, the person may send it again', async () => {
	const busy = () => Promise.reject(new TransportError('busy', 'busy'));
	const outcome = await runAtDesk(
		{ store: { runCommand: busy, siteTimeZone: 'Europe/Paris' }, personId: 'manager', signedInBy: 'password' },
		world.uid(),
		'shipment.close',
		{ shipmentId: world.id() },
		'Fait.'
	);
	expect(outcome).toMatchObject({ status: 503, answer: { kind: 'no' }, rejection: null });
});
