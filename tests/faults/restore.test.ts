/** [I24, R5] A restore that is killed at any of its steps leaves the old database or the new one, whole; run again, it works. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeBackup } from '#lib/server/backup/make-backup.ts';
import { RESTORE_STEPS } from '#lib/server/backup/restore.ts';
import { openStore } from '#lib/server/store/store.ts';
import { createWorld, testId } from '../support/world.ts';

/** What is copied for each test: a database that went on after its backup, and that backup. */
let original: string;
let backup: string;
let oldEpoch: string;
let folder: string;

beforeAll(async () => {
	original = mkdtempSync(join(tmpdir(), 'escale-restore-'));
	const world = await createWorld({ on: 'disk' });
	const clock = () => new Date('2026-03-02T08:00:00.000Z');
	const uploadDir = join(original, 'uploads');
	mkdirSync(uploadDir);
	writeFileSync(join(uploadDir, 'photo.jpg'), 'a photo');
	await world.shipment();
	const backupDir = join(original, 'backups');
	({ folder: backup } = await makeBackup({ databaseFile: world.file, backupDir, uploadDir, appVersion: '1', clock }));
	await world.shipment();
	await world.shipment();
	oldEpoch = world.store.epoch;
	// As after a crash of the server: the last commits stand in the -wal file alone.
	for (const suffix of ['', '-wal', '.high-water.json'])
		writeFileSync(join(original, `escale.db${suffix}`), readFileSync(world.file + suffix));
	rmSync(join(uploadDir, 'photo.jpg'));
	await world.close();
}, 60_000);
afterAll(() => rmSync(original, { recursive: true, force: true }));

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-restore-'));
	const { cp } = await import('node:fs/promises');
	await cp(original, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'escale.db');

function restoreInProcess(diesAt = ''): Promise<{ signal: string | null; code: number; out: string; err: string }> {
	const env = { PATH: process.env['PATH'], FOLDER: folder, BACKUP: backup, DIES_AT: diesAt };
	return new Promise((resolve) => {
		execFile(process.execPath, ['--import', 'tsx', 'tests/faults/restore-process.ts'], { env }, (error, out, err) =>
			resolve({ signal: error?.signal ?? null, code: error === null ? 0 : Number(error.code), out, err })
		);
	});
}

/** What lies there, read as the next start would read it. */
function state(): { epoch: string; shipments: number; check: string } {
	const db = new Database(file());
	try {
		const one = <T>(text: string) => db.prepare(text).pluck().get() as T;
		return {
			epoch: one('SELECT epoch FROM sync_meta'),
			shipments: one('SELECT count(*) FROM shipment'),
			check: db.pragma('integrity_check', { simple: true }) as string
		};
	} finally {
		db.close();
	}
}

const isNew = (step: string) => RESTORE_STEPS.indexOf(step as never) > RESTORE_STEPS.indexOf('replacing');

describe('a restore killed at a step', { timeout: 60_000 }, () => {
	test.for(RESTORE_STEPS)('“%s” leaves one whole database, and running it again works', async (step) => {
		const killed = await restoreInProcess(step);
		expect(killed, killed.err).toMatchObject({ signal: 'SIGKILL' });
		const left = state();
		expect(left.check).toBe('ok');
		expect(left.shipments).toBe(isNew(step) ? 1 : 3);
		expect(left.epoch === oldEpoch).toBe(!isNew(step));

		const again = await restoreInProcess();
		expect(again, again.err).toMatchObject({ signal: null, code: 0 });
		const { epoch } = JSON.parse(again.out) as { epoch: string };
		expect(state()).toEqual({ epoch, shipments: 1, check: 'ok' });
		expect(readdirSync(folder).filter((name) => name.startsWith('.making') || name.endsWith('.lock'))).toEqual([]);
		expect(readFileSync(join(folder, 'uploads', 'photo.jpg'), 'utf8')).toBe('a photo');
		expect(existsSync(`${file()}-wal`)).toBe(false);
		expect(Number(await nextReference())).toBeGreaterThan(260003);
	});
});

/** [R5] Three references were given out before the restore; none of them comes again. */
async function nextReference(): Promise<string> {
	let ids = 0;
	const store = openStore({
		file: file(),
		create: false,
		migrations: 'prisma/migrations',
		siteTimeZone: 'Europe/Paris',
		clock: () => new Date('2026-03-03T08:00:00.000Z'),
		randomBytes: (size) => new Uint8Array(size),
		newId: () => testId(++ids, 9)
	});
	const shipmentId = testId(1, 8);
	const parties = { shipperId: 'c-shipper', recipientId: 'c-recipient', correspondentId: 'c-correspondent' };
	const args = { shipmentId, destinationId: 'd-abj', ...parties };
	await store.runCommand({ personId: 'manager', command: { name: 'shipment.create', args }, uid: testId(2, 8) });
	const found = store.read((db) => db.prepare('SELECT reference FROM shipment WHERE id = ?').pluck().get(shipmentId));
	await store.close();
	return found as string;
}
