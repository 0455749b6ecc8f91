import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backupDirOf, backupOf, restoreOf, removeWorld, worldWithBackup } from '../../../../tests/support/restoring.ts';
import { type TestWorld } from '../../../../tests/support/world.ts';
import { readRecords } from './backup-folder.ts';
import { makeBackup, type MadeBackup } from './make-backup.ts';
import { DATABASE } from './manifest.ts';
import { drill } from './restore-drill.ts';

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

describe('a drill', () => {
	const program = () => {
		const { migrations, siteTimeZone, clock, randomBytes, newId } = restoreOf(world, made);
		return { migrations, siteTimeZone, clock, randomBytes, newId, backupDir: dir };
	};

	test('restores the newest backup beside the running system and notes that it is equal', async () => {
		const result = await drill(program());
		expect(result).toMatchObject({ backup: made.name, at: world.at(), ok: true, found: [] });
		expect(readRecords(dir).drills).toEqual([result]);
		expect(readdirSync(dir).sort()).toEqual([made.name, 'records.json']);
	});

	test('notes what is wrong with a spoilt one', async () => {
		const bytes = readFileSync(join(made.folder, DATABASE));
		bytes[300]! ^= 1;
		writeFileSync(join(made.folder, DATABASE), bytes);
		expect(await drill(program())).toMatchObject({ ok: false, found: [expect.stringContaining('manifest says')] });
		expect(readRecords(dir).drills).toMatchObject([{ ok: false }]);
	});

	test('notes what the ledgers of a backup do not agree on', async () => {
		await world.raw(`UPDATE shipment SET cartons_total = 9 WHERE id = ?`, shipmentId);
		made = await makeBackup(backup());
		expect(await drill(program())).toMatchObject({ ok: false, found: [expect.stringContaining('counts 9 cartons')] });
	});

	test('without a backup is refused', async () => {
		rmSync(dir, { recursive: true });
		await expect(drill(program())).rejects.toMatchObject({ reason: 'missing' });
	});
});
