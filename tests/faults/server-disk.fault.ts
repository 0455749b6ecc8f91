/** A disk and a database that do not take what the server writes: nothing is decided, and it goes on by itself. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Seeded } from '../sync/scheduler.ts';
import { tell } from './support/tell.ts';
import { inServer, Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const DISK_BYTES = 32 * 1024 * 1024;
const disk = mkdtempSync(join(tmpdir(), 'escale-disk-'));
const ballast = join(disk, 'ballast');
/** A file system of its own, where this machine allows one. */
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'escale', disk]).status === 0;
let warehouse: Warehouse;

beforeAll(async () => {
	const settings = { DATABASE_URL: `file:${join(disk, 'escale.db')}` };
	warehouse = await Warehouse.open({ phones: 4, cartonsEach: 8, random: new Seeded(SEED), settings });
}, 120_000);
afterAll(async () => {
	await warehouse?.close();
	if (isMounted) spawnSync('umount', [disk]);
	rmSync(disk, { recursive: true, force: true });
});

/** Groups of writes that the server has rolled back since it was started. */
const failedGroups = (): number => warehouse.app.log.split('"group_failed"').length - 1;

/** No file of the server grows beyond this. @param bytes null: as far as it likes */
function limitFiles(bytes: number | null): void {
	const done = spawnSync('prlimit', ['--pid', String(warehouse.app.pid), `--fsize=${bytes ?? 'unlimited'}:`]);
	expect(done.status, String(done.stderr)).toBe(0);
}

function fillDisk(): void {
	const file = openSync(ballast, 'w');
	try {
		for (const block = Buffer.alloc(4096); ;) writeSync(file, block);
	} catch (error) {
		expect(error).toMatchObject({ code: 'ENOSPC' });
	} finally {
		closeSync(file);
	}
}

/** Scans until some groups have failed; what is decided meanwhile is decided. */
async function workUntilFailed(groups: number): Promise<number> {
	const before = failedGroups();
	const load = warehouse.load(60);
	const until = Date.now() + 60_000;
	while (failedGroups() < before + groups && Date.now() < until) await sleep(50);
	await load.stop();
	return failedGroups() - before;
}

test(`[I39] disk-full: the file system has no free block (SEED=${SEED})`, { timeout: 180_000 }, async () => {
	if (isMounted) fillDisk();
	else limitFiles(4096);
	// Each phone once: then it waits for half a minute.
	const failed = await workUntilFailed(4);
	expect(failed).toBeGreaterThan(0);
	if (isMounted) rmSync(ballast);
	else limitFiles(null);
	const held = await warehouse.holds();
	tell({ fault: 'disk-full', injected: { by: isMounted ? 'tmpfs' : 'prlimit', 'failed groups': failed }, held });
});

test(`[I39] disk-errors: writes beyond a size fail (SEED=${SEED})`, { timeout: 180_000 }, async () => {
	limitFiles(4096);
	const failed = await workUntilFailed(5);
	expect(failed).toBeGreaterThan(0);
	limitFiles(null);
	const held = await warehouse.holds();
	tell({ fault: 'disk-errors', injected: { by: 'prlimit --fsize', 'failed groups': failed }, held });
});

// Phones come back sooner after an error than after a full disk.
test.for([
	['statement-full', 'SQLITE_FULL', 4],
	['statement-io', 'SQLITE_IOERR_WRITE', 20]
] as const)(
	`[I1, I39] %s: %s at any statement, %i groups (SEED=${SEED})`,
	{ timeout: 180_000 },
	async ([fault, fails, groups]) => {
		const { app } = warehouse;
		Object.assign(app.env, inServer({ fails, share: 0.04 }));
		await app.restart();
		const failed = await workUntilFailed(groups);
		expect(failed).toBeGreaterThanOrEqual(groups);
		Object.assign(app.env, inServer(null));
		await app.restart();
		const held = await warehouse.holds();
		tell({ fault, injected: { 'failed groups': failed }, held });
	}
);

test(`[I39] database-busy: another process holds the write lock (SEED=${SEED})`, { timeout: 180_000 }, async () => {
	const before = failedGroups();
	const other = new Database(warehouse.app.databaseFile);
	other.exec('BEGIN IMMEDIATE');
	await warehouse.scanAll(10, 20);
	// Longer than the server's writer waits for it.
	await expect.poll(failedGroups, { timeout: 60_000 }).toBeGreaterThan(before);
	expect(warehouse.queued()).toBeGreaterThan(0);
	other.exec('ROLLBACK');
	other.close();
	const held = await warehouse.holds();
	tell({ fault: 'database-busy', injected: { 'failed groups': failedGroups() - before }, held });
});
