/** What can be wrong with a queue, or with what the server knows when it arrives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredMutation } from '#lib/sync/records.ts';
import { Seeded } from '../sync/scheduler.ts';
import { BadLine } from './support/bad-line.ts';
import { tell } from './support/tell.ts';
import { inServer, Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
/** Two phones are more than a year off. */
const CLOCKS = [0, -400, 400, 0].map((days) => days * 86_400_000);
let warehouse: Warehouse;

beforeAll(async () => {
	const random = new Seeded(SEED);
	warehouse = await Warehouse.open({ phones: 4, cartonsEach: 110, random, clockOff: (n) => CLOCKS[n]! });
}, 120_000);
afterAll(() => warehouse?.close());

const label = (cartonId: string) => ({ name: 'carton.label', args: { cartonId } }) as const;
const carton = (n: number, i: number): string => warehouse.fleet[n]!.cartonIds[i]!;
const mutation = (n: number, uid: string): StoredMutation =>
	warehouse.phones[n]!.mutations().find((each) => each.uid === uid)!;

/** As somebody would who broke into this phone's storage. */
async function tamper(n: number, uid: string, change: Partial<StoredMutation>): Promise<void> {
	await warehouse.phones[n]!.store.transaction('write', ['mutations'], (tx) =>
		tx.put('mutations', [{ ...mutation(n, uid), ...change }])
	);
}

test('malformed: one mutation among a hundred', { timeout: 120_000 }, async () => {
	await warehouse.lines[0]!.stop();
	const uids: string[] = [];
	for (let i = 0; i < 100; i++) uids.push((await warehouse.submit(0, label(carton(0, i))))!);
	const bad = uids[41]!;
	await tamper(0, bad, { args: '{"cartonId": 12' });
	await warehouse.lines[0]!.start();
	const held = await warehouse.holds();
	expect(mutation(0, bad)).toMatchObject({ stands: 'todo', verdict: { rejection: { code: 'invalid_args' } } });
	for (const uid of uids) if (uid !== bad) expect(mutation(0, uid).verdict?.status).toBe('ok');
	tell({ fault: 'malformed', injected: { malformed: 1, of: 100 }, held });
});

test('[I7, I39] rule-throws: for one carton of a hundred', { timeout: 120_000 }, async () => {
	const { app } = warehouse;
	await warehouse.lines[3]!.stop();
	Object.assign(app.env, inServer({ throwsFor: carton(3, 41) }));
	await app.restart();
	const uids: string[] = [];
	for (let i = 0; i < 100; i++) uids.push((await warehouse.submit(3, label(carton(3, i))))!);
	await warehouse.lines[3]!.start();
	const held = await warehouse.holds();
	expect(mutation(3, uids[41]!)).toMatchObject({ stands: 'todo', verdict: { status: 'dead' } });
	expect(uids.filter((uid) => mutation(3, uid).verdict?.status === 'ok')).toHaveLength(99);
	Object.assign(app.env, inServer(null));
	await app.restart();
	tell({ fault: 'rule-throws', injected: { 'rules that threw': 1, of: 100 }, held });
});

test(
	'[I38] refused-follow-up: a follow-up and an undo of a refused scan change nothing',
	{ timeout: 120_000 },
	async () => {
		const [mine, theirs] = [carton(1, 0), carton(1, 1)];
		await warehouse.lines[1]!.stop();
		const refused = (await warehouse.submit(1, label(mine)))!;
		const followed = (await warehouse.submit(1, { name: 'carton.removeLabel', args: { cartonId: mine } }))!;
		const other = (await warehouse.submit(1, label(theirs)))!;
		expect(await warehouse.undo(1, other)).toBe(true);
		// Meanwhile a colleague takes both out of their shipment.
		for (const cartonId of [mine, theirs]) await warehouse.submit(2, { name: 'carton.remove', args: { cartonId } });
		await warehouse.drained([warehouse.phones[2]!]);
		await warehouse.lines[1]!.start();
		const held = await warehouse.holds();
		for (const uid of [refused, other]) expect(mutation(1, uid)).toMatchObject({ stands: 'todo' });
		expect(mutation(1, followed).verdict?.status).not.toBe('ok');
		tell({ fault: 'refused-follow-up', injected: { refused: 2, 'follow-ups': 1, undos: 1 }, held });
	}
);

test(
	'[I21, I9] worker-deactivated: of two who share a phone one leaves, and what each scanned is decided as theirs',
	{ timeout: 120_000 },
	async () => {
		const { app, fleet, lines, phones } = warehouse;
		const [device] = fleet[2]!.cookie.split('=')[1]!.split('.');
		const leaver = { personId: 'bench-leaver', name: 'Leaver', structure: 'Bench', role: 'operator' } as const;
		await app.stop();
		app.edit(`INSERT INTO person (id, name, structure) VALUES ('bench-leaver', 'Leaver', 'Bench')`);
		app.edit(
			`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES ('bench-leaver', 'leaver', '-', 'operator', '')`
		);
		app.edit(
			`INSERT INTO device_grant (device_id, person_id, kind, granted_at) VALUES ('${device}', 'bench-leaver', 'password', '')`
		);
		await lines[2]!.stop();
		await phones[2]!.replica.setOperator(leaver);
		const theirs = [60, 61].map((i) => warehouse.submit(2, label(carton(2, i))));
		const left = (await Promise.all(theirs)) as string[];
		await phones[2]!.replica.setOperator({ ...leaver, personId: fleet[2]!.personId, name: 'Bench', role: 'manager' });
		const stayed = (await warehouse.submit(2, label(carton(2, 62))))!;
		await app.restart();
		app.run('deactivate-user', 'leaver');
		await lines[2]!.start();
		const held = await warehouse.holds();
		for (const uid of left)
			expect(mutation(2, uid)).toMatchObject({ stands: 'todo', verdict: { rejection: { code: 'forbidden' } } });
		expect(mutation(2, stayed).verdict?.status).toBe('ok');
		tell({ fault: 'worker-deactivated', injected: { deactivated: 1, 'of their scans': left.length }, held });
	}
);

test(
	'newer-client: a server that was rolled back leaves what it cannot read undecided',
	{ timeout: 120_000 },
	async () => {
		await warehouse.lines[1]!.stop();
		const uid = (await warehouse.submit(1, label(carton(1, 10))))!;
		const behind = (await warehouse.submit(1, label(carton(1, 11))))!;
		await tamper(1, uid, { schema: 2, version: 99 });
		await warehouse.lines[1]!.start();
		await expect.poll(() => warehouse.phones[1]!.replica.line().waits, { timeout: 30_000 }).toBe('newer_client');
		// Nobody else waits for it.
		await warehouse.submit(2, label(carton(2, 10)));
		await warehouse.drained([warehouse.phones[2]!]);
		expect([uid, behind].map((each) => mutation(1, each).stands)).toEqual(['queued', 'queued']);
		await tamper(1, uid, { schema: 1, version: 1 });
		warehouse.phones[1]!.replica.syncNow();
		const held = await warehouse.holds();
		expect([uid, behind].map((each) => mutation(1, each).verdict?.status)).toEqual(['ok', 'ok']);
		tell({ fault: 'newer-client', injected: { 'mutations of a newer program': 1 }, held });
	}
);

test('[I22] app-too-old: it may not pull, and its queue is decided all the same', { timeout: 120_000 }, async () => {
	const [, line] = warehouse.lines;
	const [, phone] = warehouse.phones;
	line!.mishap = (path) => (path.includes('sync.pull') ? 'too-old' : null);
	const uid = (await warehouse.submit(1, label(carton(1, 20))))!;
	await expect.poll(() => mutation(1, uid).verdict?.status, { timeout: 30_000 }).toBe('ok');
	phone!.replica.syncNow();
	await expect.poll(() => phone!.replica.line().waits, { timeout: 30_000 }).toBe('upgrade_required');
	warehouse.heal();
	phone!.replica.syncNow();
	const held = await warehouse.holds();
	tell({ fault: 'app-too-old', injected: { 'refused pulls': line!.injected['too-old'] ?? 0 }, held });
});

test('[I29, I23] below-the-floor: the feed was compacted meanwhile', { timeout: 120_000 }, async () => {
	const { app } = warehouse;
	await warehouse.lines[1]!.stop();
	await warehouse.submit(1, label(carton(1, 30)));
	for (let i = 30; i < 40; i++) await warehouse.submit(2, label(carton(2, i)));
	await warehouse.drained([warehouse.phones[2]!]);
	await app.stop();
	app.edit(`UPDATE sync_meta SET floor_seq = (SELECT seq FROM sqlite_sequence WHERE name = 'change')`);
	app.edit('DELETE FROM change');
	await app.restart();
	await warehouse.lines[1]!.start();
	const held = await warehouse.holds();
	tell({ fault: 'below-the-floor', injected: { compactions: 1 }, held });
});

test('[I20, I31, I5] cloned-profile: two phones of one storage both work on', { timeout: 120_000 }, async () => {
	const [, original] = warehouse.phones;
	await warehouse.lines[1]!.stop();
	const shared = (await warehouse.submit(1, label(carton(1, 50))))!;
	const line = await new BadLine(warehouse.app.origin).start();
	await line.stop();
	const copy = await warehouse.phone(1, line, { store: original!.store.clone(), now: () => Date.now() });
	const n = warehouse.phones.push(copy) - 1;
	warehouse.lines[n] = line;
	const [here, there] = [carton(1, 51), carton(1, 52)];
	const apart = [await warehouse.submit(1, label(here)), await warehouse.submit(n, label(there))];
	await line.start();
	await warehouse.lines[1]!.start();
	const held = await warehouse.holds();
	expect(mutation(1, shared).verdict?.status).toBe('ok');
	expect(apart.map((uid, i) => mutation([1, n][i]!, uid!).verdict?.status)).toEqual(['ok', 'ok']);
	expect(original!.state().replicaId).not.toBe(copy.state().replicaId);
	tell({ fault: 'cloned-profile', injected: { copies: 1 }, held });
});

test('[I15] digest-mismatch: a row of the phone was tampered with', { timeout: 120_000 }, async () => {
	const [, , phone] = warehouse.phones;
	const stores = ['a_cartons', 'b_cartons'] as const;
	const live = stores.find((store) => phone!.store.content(store).length > 0)!;
	const [row] = phone!.store.content(live);
	await phone!.store.transaction('write', [live], (tx) =>
		tx.put(live, [{ ...row!, row: { ...row!.row, status: 'shipped' } }])
	);
	expect(await phone!.replica.compareDigests()).toBe(false);
	await expect
		.poll(() => phone!.replica.compareDigests().then((matches) => (phone!.replica.syncNow(), matches)), {
			timeout: 30_000
		})
		.toBe(true);
	const held = await warehouse.holds();
	tell({ fault: 'digest-mismatch', injected: { 'rows tampered with': 1 }, held });
});

test('[I25] clocks-off: phones more than a year off, both ways', async () => {
	const held = await warehouse.holds();
	const [, before, after] = warehouse.phones.map((phone) => phone.mutations());
	const now = Date.now();
	// What happened when is said by the server's clock.
	for (const { verdict, deviceTime, clockOffset } of [...before!, ...after!]) {
		expect(verdict).not.toBeNull();
		expect(Math.abs(Date.parse(deviceTime) + clockOffset - now)).toBeLessThan(3_600_000);
	}
	tell({ fault: 'clocks-off', injected: { 'days off': '-400, 400' }, held });
});
