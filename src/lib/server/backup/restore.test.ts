import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	backupDirOf,
	backupOf,
	readFile,
	restoreOf,
	removeWorld,
	worldWithBackup
} from '../../../../tests/support/restoring.ts';
import { SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { listBackups } from './backup-folder.ts';
import { makeBackup, type MadeBackup } from './make-backup.ts';
import { restore, type RestoreOptions, type RestorePlan } from './restore.ts';

let world: TestWorld;
let dir: string;
let made: MadeBackup;
let shipmentId: string;

beforeEach(async () => {
	({ world, made, shipmentId } = await worldWithBackup());
	dir = backupDirOf(world);
});
afterEach(() => removeWorld(world));

const backup = () => backupOf(world);
const options = (more: Partial<RestoreOptions> = {}) => restoreOf(world, made, more);
const read = <T>(text: string, file = world.file): T => readFile<T>(file, text);

/** One message in each of these states. */
async function mail(...states: string[]): Promise<void> {
	for (const [n, state] of states.entries())
		await world.raw(
			`INSERT INTO mail_message (id, message_id, notice_key, kind, to_address, locale, subject, text, html, state, due_at, created_at, claimed_at)
			 VALUES (?, ?, ?, 'custom', 'v@example.org', 'fr', '', '', '', ?, '2026', '2026', ?)`,
			...Array.from({ length: 3 }, () => `m${n}`),
			state,
			state === 'processing' ? world.at() : null
		);
}

const mailStates = (file?: string) =>
	read(`SELECT group_concat(state) FROM (SELECT state FROM mail_message ORDER BY id)`, file);

describe('a restore', () => {
	test('[I24] brings the state of the backup back in a new epoch, signs everybody out, keeps what was there', async () => {
		const { epoch, instance } = world.store;
		await world.raw(`INSERT INTO session VALUES ('s', 'admin', 'device-1', '', '', '', '', 'password')`);
		await world.raw(`INSERT INTO one_time_link VALUES ('l', 'admin', '2026', '2027')`);
		made = await makeBackup(backup());
		world.advance(60_000);
		await world.shipment();
		await world.store.close();
		const plans: RestorePlan[] = [];
		const restored = await restore(options({ confirm: (plan) => Promise.resolve(plans.push(plan) > 0) }));
		expect(plans).toMatchObject([{ there: { kind: 'database', instance } }]);
		expect(read('SELECT count(*) FROM shipment')).toBe(1);
		expect(read('SELECT epoch FROM sync_meta')).toBe(restored.epoch);
		expect(restored.epoch).not.toBe(epoch);
		expect(read('SELECT instance FROM sync_meta')).toBe(instance);
		expect(read('SELECT count(*) FROM session')).toBe(0);
		expect(read('SELECT count(*) FROM one_time_link')).toBe(0);
		expect(restored).toMatchObject({ sessionsEnded: 1, linksVoided: 1, numbers: 'high-water' });
		expect(restored).toMatchObject({ lostMutations: 1, verified: { findings: [] } });
		expect(read('SELECT count(*) FROM shipment', restored.replaced!)).toBe(2);
		expect(listBackups(dir).map(({ name }) => name)).toEqual([restored.backedUpAs, made.name, expect.any(String)]);
		expect(readdirSync(dirname(world.file)).filter((name) => /making|lock/.test(name))).toEqual([]);
		// The feed stands, and the server starts on it.
		await world.restart();
		expect(world.store.epoch).toBe(restored.epoch);
		const phone = await world.phone('r1');
		phone.pull();
		expect(phone.row('shipments', shipmentId)).toMatchObject({ status: 'planned' });
	});

	test('[R5] never gives out a number again: the next reference is above the lost ones', async () => {
		await world.shipment();
		await world.shipment();
		await world.store.close();
		await restore(options());
		await world.restart();
		expect(world.value('SELECT reference FROM shipment WHERE id = ?', await world.shipment())).toBe('260004');
	});

	test('[R5] without the high-water file and the old database 1,000 references and 100,000 codes are skipped', async () => {
		await (await world.phone('r1')).hello();
		made = await makeBackup(backup());
		await world.store.close();
		for (const suffix of ['', '.high-water.json']) rmSync(world.file + suffix);
		const { numbers, backedUpAs, replaced } = await restore(options());
		expect({ numbers, backedUpAs, replaced }).toEqual({ numbers: 'skipped', backedUpAs: null, replaced: null });
		await world.restart();
		expect(world.value('SELECT reference FROM shipment WHERE id = ?', await world.shipment())).toBe('261002');
		expect(world.value(`SELECT next FROM allocator WHERE name = 'carton'`)).toBeGreaterThan(100_000);
		expect(world.value(`SELECT next FROM allocator WHERE name = 'temporary'`)).toBe(1001);
	});

	test('[I33] names the revocations, demotions and closures that it undoes', async () => {
		await world.track(shipmentId, 'boarding_ok');
		await world.track(shipmentId, 'received_correspondent');
		await world.track(shipmentId, 'received_recipient');
		await world.desk({ name: 'shipment.close', args: { shipmentId } });
		await world.raw(`UPDATE device SET status = 'revoked'`);
		await world.raw(`UPDATE account SET active = 0 WHERE person_id = 'viewer'`);
		await world.raw(`UPDATE account SET role = 'viewer' WHERE person_id = 'manager'`);
		await world.raw(`UPDATE device_grant SET ended_at = ? WHERE person_id = 'operator'`, world.at());
		await world.store.close();
		const { undone } = await restore(options());
		expect(undone).toEqual([
			{ what: 'device_revoked', id: SEEDED.device },
			{ what: 'account_deactivated', id: 'viewer' },
			{ what: 'grant_ended', id: SEEDED.device },
			{ what: 'case_closed', id: shipmentId },
			{ what: 'account_demoted', id: 'manager' }
		]);
	});

	test('replaces a damaged database, which is kept beside', async () => {
		await world.store.close();
		const bytes = readFileSync(world.file);
		bytes.fill(0xff, 4096 * 2, 4096 * 40);
		writeFileSync(world.file, bytes);
		const { backedUpAs, replaced } = await restore(options());
		expect(backedUpAs).toBeNull();
		expect(readFileSync(replaced!)).toEqual(bytes);
		expect(read('SELECT count(*) FROM shipment')).toBe(1);
	});

	test('brings uploaded files back and leaves those that came since', async () => {
		const uploadDir = join(dirname(world.file), 'uploads');
		mkdirSync(join(uploadDir, 'ab'), { recursive: true });
		for (const name of ['ab/gone.jpg', 'changed.jpg', 'same.jpg']) writeFileSync(join(uploadDir, name), name);
		world.advance(1000);
		made = await makeBackup({ ...backup(), uploadDir });
		world.advance(1000);
		rmSync(join(uploadDir, 'ab'), { recursive: true });
		writeFileSync(join(uploadDir, 'changed.jpg'), 'CHANGED.jpg');
		writeFileSync(join(uploadDir, 'new.jpg'), 'new');
		await world.store.close();
		expect(await restore(options({ uploadDir }))).toMatchObject({ uploadsRestored: 2 });
		for (const name of ['ab/gone.jpg', 'changed.jpg', 'same.jpg'])
			expect(readFileSync(join(uploadDir, name), 'utf8')).toBe(name);
		expect(readdirSync(uploadDir).sort()).toEqual(['ab', 'changed.jpg', 'new.jpg', 'same.jpg']);
	});

	test('[operations, Mail] holds what was queued: nothing is delivered before an admin looked', async () => {
		await mail('pending', 'processing', 'processed', 'failed');
		made = await makeBackup(backup());
		world.advance(1000);
		await world.store.close();
		expect(await restore(options())).toMatchObject({ mailHeld: 2, mailDiscarded: 0 });
		expect(mailStates()).toBe('held,held,processed,failed');
		expect(read('SELECT count(*) FROM mail_message WHERE claimed_at IS NOT NULL')).toBe(0);
		expect(read('SELECT staging FROM sync_meta')).toBe(0);
	});

	test('[operations, Mail] as staging discards what was queued, held or failed, and its mail goes to the log', async () => {
		await mail('pending', 'processing', 'processed', 'failed', 'held');
		made = await makeBackup(backup());
		const databaseFile = join(dirname(world.file), 'staging.db');
		expect(await restore(options({ asStaging: true, databaseFile }))).toMatchObject({ mailHeld: 0, mailDiscarded: 4 });
		expect(mailStates(databaseFile)).toBe('discarded,discarded,processed,discarded,discarded');
		expect(read('SELECT staging FROM sync_meta', databaseFile)).toBe(1);
		expect(world.value('SELECT staging FROM sync_meta')).toBe(0);
	});

	test('as staging it becomes another installation', async () => {
		const databaseFile = join(dirname(world.file), 'staging.db');
		const { epoch } = await restore(options({ asStaging: true, databaseFile }));
		expect(read('SELECT epoch FROM sync_meta', databaseFile)).toBe(epoch);
		expect(read('SELECT instance FROM sync_meta', databaseFile)).not.toBe(world.store.instance);
		// Again over itself, as staging is renewed.
		await restore(options({ asStaging: true, databaseFile, backup: { ...backup(), databaseFile } }));
	});

	test('as a trial beside a running server it changes nothing', async () => {
		const restored = await restore(options({ dryRun: true, confirm: () => Promise.reject(new Error('asked')) }));
		expect(restored).toMatchObject({ backedUpAs: null, replaced: null, verified: { findings: [] } });
		expect(read('SELECT epoch FROM sync_meta')).toBe(world.store.epoch);
		expect(listBackups(dir)).toHaveLength(1);
		expect(readdirSync(dirname(world.file)).filter((name) => name.includes('making'))).toEqual([]);
	});
});
