/**
 * Three in the morning: the database is gone, and a backup from before the last fifty scans is put back, once with its journal
 * and once without. Two phones and a desk had worked in turns, and a phone had been revoked.
 */
import Database from 'better-sqlite3';
import type { AppServer } from './support/server.ts';
import { expect, test, type FloorPhone } from './support/setup.ts';

const CARTONS = Array.from({ length: 10 }, (_, n) => `RESTORE-${String(n).padStart(4, '0')}`);

/** What stands in the database, as text; the server is stopped. */
function truth(server: AppServer) {
	const db = new Database(server.databaseFile, { readonly: true });
	try {
		const all = (text: string) => db.prepare<[], Record<string, unknown>>(text).all();
		return {
			cartons: all(`SELECT code, status, shipment_id, items FROM carton WHERE code LIKE 'RESTORE-%' ORDER BY code`),
			shipments: all('SELECT id, reference, tracking_token, status, cartons_labeled FROM shipment ORDER BY id'),
			log: all('SELECT uid, status, actor_id FROM mutation_result ORDER BY rowid'),
			revoked: all(`SELECT id FROM device WHERE status = 'revoked'`),
			references: all(`SELECT reference FROM shipment GROUP BY reference HAVING count(*) > 1`)
		};
	} finally {
		db.close();
	}
}

async function expectSettled({ floor }: FloorPhone): Promise<void> {
	await floor.open('/scan/device');
	await expect(async () => {
		await floor.expectPending(0);
		await floor.press('Comparer avec le serveur');
		await expect(floor.page.getByText('Identique au serveur.')).toBeVisible({ timeout: 3000 });
	}).toPass({ timeout: 90_000 });
}

test('[I24, I31, I32, I33] a backup comes back with its journal, and again without it: what journal or phones know is there once', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(600_000);
	const admin = await newDesk('admin');
	const desk = await newDesk('manager');
	const one = await newPhone('operator');
	const two = await newPhone('operator');
	const stolen = await newPhone('operator');
	const { name } = JSON.parse(server.run('backup', '--json')) as { name: string };

	const reference = await desk.newShipment();
	for (const [n, code] of CARTONS.entries()) {
		const { floor } = n % 2 === 0 ? one : two;
		await floor.packCarton(code, 'Compresses');
		await floor.expectPending(0);
		if (n === 0) await floor.open('/scan');
		await expect(async () => floor.assign(reference, code)).toPass({ timeout: 30_000 });
		if (n === 4) await revoke(stolen);
	}
	for (const [n, code] of CARTONS.entries()) {
		// Whoever has not packed it.
		const { floor } = n % 2 === 0 ? two : one;
		const answer = n === CARTONS.length - 1 ? 'PRÊT' : 'Étiqueté';
		await expect(async () => floor.label(reference, code, answer)).toPass({ timeout: 30_000 });
	}
	await desk.openShipment(reference);
	for (const phone of [one, two]) await expectSettled(phone);

	await server.stop();
	const before = truth(server);
	expect(before.log.length).toBeGreaterThan(50);
	expect(before.revoked).toHaveLength(1);

	server.run('restore', name, '--force');
	await server.restart();
	for (const phone of [one, two]) await expectSettled(phone);
	await server.stop();
	expect(truth(server)).toEqual(before);

	// The same backup, and nobody has a journal: phones bring theirs, the desk's own shipment is known to nobody.
	const told = JSON.parse(server.run('restore', name, '--force', '--no-heal', '--json')) as {
		undone: { what: string }[];
		lostMutations: number;
	};
	expect(told.undone.map(({ what }) => what)).toContain('device_revoked');
	expect(told.lostMutations).toBeGreaterThan(50);
	await server.restart();
	await admin.signIn('admin');
	await admin.open('/admin/restore');
	await expect(async () => {
		await admin.page.reload();
		// Both have told; the stolen one, which this database does not know to be revoked, is waited for.
		await expect(admin.page.getByTestId('awaited')).toHaveCount(1, { timeout: 2000 });
	}).toPass({ timeout: 90_000 });
	await admin.page.getByRole('button', { name: 'Ne plus attendre' }).click();
	for (const { floor } of [one, two]) await floor.expectPending(0);
	await admin.open('/admin/restore');
	await expect(admin.page.getByTestId('restore').first()).toContainText('Appareil révoqué');
	await server.stop();
	const after = truth(server);
	expect(after.references).toEqual([]);
	expect(after.cartons.map(({ code }) => code)).toEqual(CARTONS);
	// Every mutation of a phone is decided again, once, in the order of the first time.
	const ofPhones = before.log.filter(({ actor_id }) => actor_id !== before.log[0]!['actor_id']);
	expect(ofPhones.length).toBeGreaterThanOrEqual(50);
	const again = new Set(after.log.map(({ uid }) => uid));
	expect(again.size).toBe(after.log.length);
	const order = after.log.map(({ uid }) => uid).filter((uid) => before.log.some((each) => each['uid'] === uid));
	expect(order).toEqual(before.log.map(({ uid }) => uid).filter((uid) => again.has(uid)));

	async function revoke({ phone }: FloorPhone): Promise<void> {
		const credential = (await phone.context.cookies()).find((cookie) => cookie.name.endsWith('escale_device'))!.value;
		await admin.open(`/admin/devices/${credential.split('.')[0]}`);
		await admin.page.getByLabel('Motif').fill('volé');
		await admin.page.getByRole('button', { name: 'Révoquer cet appareil' }).click();
		await expect(admin.page.getByText('L’appareil est révoqué.')).toBeVisible();
	}
});
