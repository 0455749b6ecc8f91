/**
 * Three in the morning: the database is gone, and a backup from before the last fifty scans is put back, once with its journal
 * and once without. Two phones and a desk had worked in turns, and a phone had been revoked.
 */
import type { Locator } from '@playwright/test';
import Database from 'better-sqlite3';
import type { AppServer } from './support/server.ts';
import { deviceOf, expect, test, type FloorPhone } from './support/setup.ts';

const CARTONS = Array.from({ length: 13 }, (_, n) => `RESTORE-${String(n).padStart(4, '0')}`);

/** What stands in the database, as text; the server is stopped. */
function truth(server: AppServer) {
	const db = new Database(server.databaseFile, { readonly: true });
	try {
		const all = (text: string) => db.prepare<[], Record<string, unknown>>(text).all();
		return {
			cartons: all(`SELECT code, status, shipment_id, items FROM carton WHERE code LIKE 'RESTORE-%' ORDER BY code`),
			shipments: all('SELECT id, reference, tracking_token, status, cartons_labeled FROM shipment ORDER BY id'),
			log: all('SELECT uid, status, actor_id FROM mutation_result ORDER BY rowid'),
			inbox: all('SELECT id FROM refusal'),
			revoked: all(`SELECT id FROM device WHERE status = 'revoked'`),
			references: all(
				`SELECT reference FROM shipment WHERE reference IS NOT NULL GROUP BY reference HAVING count(*) > 1`
			)
		};
	} finally {
		db.close();
	}
}

async function expectSettled({ floor }: FloorPhone): Promise<void> {
	await floor.expectPending(0);
	await floor.expectSameAsServer();
}

/** What a colleague has just made arrives by itself. */
async function expectKnown({ floor }: FloorPhone, code: string, found: () => Locator): Promise<void> {
	await floor.open('/scan');
	await expect(async () => {
		await floor.scan(code);
		await expect(found()).toBeVisible({ timeout: 1000 });
	}).toPass({ timeout: 30_000 });
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
	for (const phone of [one, two])
		await expectKnown(phone, reference, () => phone.floor.page.getByRole('heading', { name: 'Expédition' }));
	for (const [n, code] of CARTONS.entries()) {
		const { floor } = n % 2 === 0 ? one : two;
		await floor.packCarton(code, 'Compresses');
		await floor.assign(reference, code);
		await floor.expectPending(0);
		if (n === 4) await admin.revoke(await deviceOf(stolen));
	}
	for (const phone of [one, two])
		for (const code of CARTONS.slice(-2)) await expectKnown(phone, code, () => phone.floor.carton(code));
	// Each labels what the other has packed.
	for (const [n, code] of CARTONS.entries()) {
		const { floor } = n % 2 === 0 ? two : one;
		await floor.open('/scan/label');
		await floor.scan(reference);
		await floor.scan(code);
		await expect(floor.scanOf(code)).toHaveAttribute('data-fate', 'accepted', { timeout: 20_000 });
	}
	await desk.openShipment(reference);
	for (const phone of [one, two]) await expectSettled(phone);

	await server.stop();
	const before = truth(server);
	expect(before.cartons.map(({ status }) => status)).toEqual(CARTONS.map(() => 'labeled'));
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
	for (const { floor } of [one, two]) await floor.open('/scan');
	await admin.open('/admin/restore');
	await expect(async () => {
		await admin.page.reload();
		// Both have told; the stolen one, which this database does not know to be revoked, and the two of the demo are waited for.
		await expect(admin.page.getByTestId('awaited')).toHaveCount(3, { timeout: 2000 });
	}).toPass({ timeout: 90_000 });
	await admin.page.getByRole('button', { name: 'Ne plus attendre' }).click();
	for (const { floor } of [one, two]) await floor.expectPending(0);
	await admin.open('/admin/restore');
	await expect(admin.page.getByTestId('restore').first()).toContainText('Appareil révoqué');
	await server.stop();
	const after = truth(server);
	expect(after.references).toEqual([]);
	expect(after.cartons.map(({ code }) => code)).toEqual(CARTONS);
	// Every mutation of a phone is decided again, once, in the order of the first time; the desk's own one nobody knows.
	const again = new Set(after.log.map(({ uid }) => uid));
	expect(again.size).toBe(after.log.length);
	expect(before.log.filter(({ uid }) => !again.has(uid))).toHaveLength(1);
	// What stood on the desk's shipment waits in the office.
	expect(after.inbox).toHaveLength(2 * CARTONS.length);
	const order = after.log.map(({ uid }) => uid).filter((uid) => before.log.some((each) => each['uid'] === uid));
	expect(order).toEqual(before.log.map(({ uid }) => uid).filter((uid) => again.has(uid)));
});
