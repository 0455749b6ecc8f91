import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	backupDirOf,
	backupOf,
	readFile,
	removeWorld,
	restoreOf,
	worldWithBackup
} from '../../../../tests/support/restoring.ts';
import { SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { makeBackup, type MadeBackup } from '#lib/server/backup/make-backup.ts';
import { restore, type Restored, type RestoreOptions } from '#lib/server/backup/restore.ts';
import { sql } from '#lib/server/store/sql.ts';
import { recomputedDigests, scopeDigests } from '#lib/server/store/digest-sums.ts';
import { journalFolder, readSegment, segmentsIn } from './journal-files.ts';
import { journaledTables, NOT_JOURNALED } from './journaled-rows.ts';

let world: TestWorld;
let dir: string;
let made: MadeBackup;

beforeEach(async () => {
	({ world, made } = await worldWithBackup({ journal: true }));
	dir = backupDirOf(world);
});
afterEach(() => removeWorld(world));

const backUp = () => makeBackup(backupOf(world));

async function restored(more: Partial<RestoreOptions> = {}): Promise<Restored> {
	await world.store.close();
	world.advance(1000);
	return restore(restoreOf(world, made, { journalDir: dir, ...more }));
}

/** Of all that happens in a day: scans, undo, a closed case, a freed sticker, people and devices, things removed. */
async function aDay(): Promise<string> {
	const { shipmentId, cartonIds } = await world.plannedShipment(3);
	const phone = await world.phone('r-day');
	await phone.do({ name: 'carton.remove', args: { cartonId: cartonIds[0]!, shipmentId } });
	await world.track(shipmentId, 'boarding_ok');
	await world.person('newcomer', 'operator');
	await world.device('device-2', ['newcomer']);
	await world.raw(`UPDATE device SET status = 'revoked' WHERE id = ?`, SEEDED.device);
	await world.raw(`UPDATE account SET role = 'viewer' WHERE person_id = 'operator'`);
	await world.raw(`UPDATE carton SET location_id = NULL, status = 'picking' WHERE id = ?`, cartonIds[0]);
	await world.raw(
		`INSERT INTO saved_view VALUES ('v', 'admin', 'board', 'A', '', ''), ('w', 'admin', 'board', 'B', '', '')`
	);
	await world.raw(`DELETE FROM saved_view WHERE id = 'v'`);
	return shipmentId;
}

/** Every journaled table of a file as text; what moves by itself left out. */
function contents(file: string): Record<string, string[]> {
	const db = new Database(file, { readonly: true });
	try {
		return Object.fromEntries(
			journaledTables(db)
				.filter(({ name }) => !['restore_report', 'webhook', 'replica'].includes(name))
				.map(({ name, columns }) => {
					const list = columns.filter((column) => !/last_seen_at|last_used_at|unconfirmed_at|digest/.test(column));
					const pairs = list.map((column) => `'${column}', "${column}"`).join(', ');
					return [
						name,
						db.prepare<[], string>(`SELECT json_object(${pairs}) AS row FROM "${name}"`).pluck().all().sort()
					];
				})
		);
	} finally {
		db.close();
	}
}

const read = <T>(text: string): T => readFile<T>(world.file, text);

describe('the journal', () => {
	test('[I24] brings back every row of every table as it was, membership and digests included', async () => {
		await aDay();
		const { replaced, journal, undone, lostMutations } = await restored();
		expect(contents(world.file)).toEqual(contents(replaced!));
		expect(journal).toMatchObject({ holes: [], refused: {}, isCut: false });
		expect(journal!.transactions).toBeGreaterThan(8);
		expect({ undone, lostMutations }).toEqual({ undone: [], lostMutations: 0 });
		expect(read(`SELECT count(*) FROM device WHERE unconfirmed_at IS NOT NULL`)).toBe(0);
		await world.restart();
		for (const scope of ['*', `warehouse:${SEEDED.warehouses[0]}`]) {
			const [told, counted] = world.store.read((db) => [scopeDigests(db, [scope]), recomputedDigests(db, [scope])]);
			expect(told).toEqual(counted);
		}
	});

	test('[I33] a revocation and a demotion since the backup hold after it', async () => {
		await aDay();
		await restored();
		expect(read(`SELECT status FROM device WHERE id = '${SEEDED.device}'`)).toBe('revoked');
		expect(read(`SELECT role FROM account WHERE person_id = 'operator'`)).toBe('viewer');
	});

	test('[I33] without it every device is unconfirmed, and what is undone is reported', async () => {
		await aDay();
		const { journal, undone } = await restored({ journalDir: null });
		expect(journal).toBeNull();
		expect(read(`SELECT count(*) FROM device WHERE unconfirmed_at IS NULL`)).toBe(0);
		expect(undone.map(({ what }) => what)).toEqual(['device_revoked', 'account_demoted']);
		expect(JSON.parse(read(`SELECT detail FROM restore_report`))).toMatchObject({ journal: null, undone });
	});

	test('up to a time, and what came later is counted as lost', async () => {
		await world.plannedShipment(1);
		const until = world.at();
		world.advance(60_000);
		await world.plannedShipment(1);
		const { journal, lostMutations } = await restored({ until });
		expect(journal).toMatchObject({ isCut: true, until });
		expect(read('SELECT count(*) FROM shipment')).toBe(2);
		expect(lostMutations).toBeGreaterThan(0);
	});

	test('goes on through a restore: an older backup comes up to today by way of both epochs', async () => {
		const before = made;
		await aDay();
		made = await backUp();
		const first = await restored();
		await world.restart();
		await world.plannedShipment(1);
		made = before;
		const second = await restored();
		expect(second.journal).toMatchObject({ holes: [], isCut: false });
		expect(second.epoch).not.toBe(first.epoch);
		expect(contents(world.file)).toEqual(contents(second.replaced!));
	});

	test('what a restore without it left behind stays left behind', async () => {
		await world.plannedShipment(1);
		await restored({ journalDir: null });
		await world.restart();
		await world.plannedShipment(1);
		const { journal } = await restored();
		expect(journal).toMatchObject({ holes: [] });
		// The planned one of the backup, and the one that came after the first restore.
		expect(read('SELECT count(*) FROM shipment')).toBe(2);
	});

	test('a torn last line is left out; a damaged one in between is a hole that is told', async () => {
		await world.plannedShipment(1);
		await world.plannedShipment(1);
		await world.store.close();
		const file = join(journalFolder(dir, read('SELECT epoch FROM sync_meta')), segment());
		const whole = readFileSync(file, 'utf8');
		writeFileSync(file, whole.slice(0, -20));
		expect(readSegment(file)).toMatchObject({ isTorn: true });
		const all = whole.trimEnd().split('\n').length - 1;
		expect(readSegment(file).entries).toHaveLength(all - 1);
		await world.restart();
		expect(world.store.journal()).toMatchObject({ hasHole: true });
		await world.shipment();
		const { journal } = await restored();
		expect(journal!.holes).toHaveLength(1);
		expect(read(`SELECT count(*) FROM device WHERE unconfirmed_at IS NULL`)).toBe(0);
	});

	test('[I1] what was rolled back is not in it', async () => {
		const lines = () => readSegment(join(folder(), segment())).entries.length;
		await world.shipment();
		const before = lines();
		await expect(world.raw(`INSERT INTO saved_view (id) VALUES (NULL)`)).rejects.toThrow();
		await world.raw(`UPDATE account SET last_seen_at = '2026'`);
		expect(lines()).toBe(before);
	});

	test('[I1] a transaction that does not commit takes no number: nothing looks lost afterwards', async () => {
		await world.shipment();
		const failing = world.store.write((db) => {
			const commit = sql(db, 'COMMIT');
			const run = commit.run.bind(commit);
			commit.run = () => {
				commit.run = run;
				throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
			};
			db.prepare(`UPDATE account SET locale = 'en'`).run();
		});
		await expect(failing).rejects.toMatchObject({ refusal: 'storage_full' });
		await world.shipment();
		const { journal } = await restored();
		expect(journal).toMatchObject({ holes: [] });
		expect(read(`SELECT count(*) FROM account WHERE locale = 'en'`)).toBe(0);
	});

	test('[I24] a phone hears that its work is durable when the journal is flushed, not before', async () => {
		const phone = await world.phone('r1');
		const { shipmentId, cartonIds } = await world.plannedShipment(1);
		const removal = phone.mutation({ name: 'carton.remove', args: { cartonId: cartonIds[0]!, shipmentId } });
		const answer = await phone.send([removal]);
		expect(answer).toMatchObject({ lmid: 1, durableLmid: 0 });
		await expect
			.poll(() => world.value('SELECT durable_lmid FROM replica WHERE id = ?', 'r1'), { timeout: 5000 })
			.toBe(1);
	});

	test('[I30] a disk that refuses stops nobody: lines wait, it is told, and they are written when it is back', async () => {
		await world.store.close();
		const away = `${dir}.away`;
		renameSync(dir, away);
		writeFileSync(dir, 'no folder');
		await world.restart();
		await world.shipment();
		expect(world.store.journal()).toMatchObject({ failingSince: expect.any(String) });
		expect(world.store.journal()!.waitingBytes).toBeGreaterThan(0);
		expect(world.warnings.map(({ event }) => event)).toContain('journal_failed');
		rmSync(dir);
		renameSync(away, dir);
		await world.shipment();
		expect(world.store.journal()).toMatchObject({ waitingBytes: 0, failingSince: null });
		const { journal, replaced } = await restored();
		expect(journal).toMatchObject({ holes: [] });
		expect(contents(world.file)).toEqual(contents(replaced!));
	});

	test('[I32] a database copied back by hand is noticed by its journal, too', async () => {
		const { epoch } = world.store;
		await world.store.close();
		const old = readFileSync(world.file);
		await world.restart();
		await world.shipment();
		await world.store.close();
		writeFileSync(world.file, old);
		rmSync(`${world.file}.high-water.json`);
		await world.restart();
		expect(world.store.epoch).not.toBe(epoch);
		expect(world.warnings.map(({ event }) => event)).toContain('database_copied_back');
	});

	test('names no table that is not there: a new one is journaled until somebody decides otherwise', () => {
		const tables = world.rows<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`);
		expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining([...NOT_JOURNALED]));
	});
});

const folder = () => journalFolder(dir, world.store.epoch);
const segment = () => segmentsIn(existsSync(folder()) ? folder() : dir).at(-1)!;
