/**
 * [I23, I24, I29] Phones push through real HTTP while the server is backed up, and backup, restore and server are killed at
 * points that nobody chose. After each: one whole database that is not empty; after each restore that ended a new epoch, and
 * every phone is level again with every mutation of its queue decided as it was made.
 *
 * `npm run faults -- backup-under-load` runs 20 rounds and prints one JSON line; `SEED=123` repeats the choices.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listBackups } from '#lib/server/backup/backup-folder.ts';
import type { StoredMutation } from '#lib/sync/records.ts';
import type { AppServer } from '../e2e/support/server.ts';
import { startFleet, type FleetPhone } from '../support/fleet.ts';
import { HttpPhone } from '../support/http-phone.ts';
import { Seeded } from '../sync/scheduler.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const PHONES = 5;
const CARTONS_EACH = 12;
/** Mutations a second, of all phones together. */
const RATE = 100;
/** Longer than a backup or a restore of this database takes, its program's start not counted, in milliseconds. */
const SPAN_MS = 600;
const LEVEL_MS = 60_000;

const random = new Seeded(SEED);
const told = {
	backups: 0,
	restores: 0,
	killed: { backup: 0, restore: 0, server: 0 },
	submitted: 0,
	'seconds of load': 0
};

let app: AppServer;
let fleet: FleetPhone[];
let phones: HttpPhone[];
let backupDir: string;
let file: string;
let load: { stop(): Promise<void> } | null = null;

beforeAll(async () => {
	({ app, fleet } = await startFleet(PHONES, CARTONS_EACH, { DEVICE_CALLS_PER_MINUTE: '1000000' }));
	file = app.databaseFile;
	backupDir = join(file, '..', 'backups');
	app.env['BACKUP_DIR'] = backupDir;
	phones = await Promise.all(
		fleet.map(({ cookie, personId }) =>
			new HttpPhone({
				...{ origin: app.origin, cookie, warehouseId: 'bench-warehouse', fraction: () => random.fraction() },
				operator: { personId, name: 'Bench', structure: 'Bench', role: 'manager' }
			}).open()
		)
	);
	await level(epochOf());
}, 180_000);

afterAll(async () => {
	await load?.stop();
	for (const phone of phones ?? []) phone.replica.stop();
	await app?.remove();
	const report = process.env['FAULTS_REPORT'];
	if (report)
		appendFileSync(report, `${JSON.stringify({ fault: 'backup-under-load', seed: SEED, rounds: ROUNDS, ...told })}\n`);
});

/** Labels and takes labels off, at `RATE`, until it is stopped. What the rules refuse on the phone is not sent. */
function startLoad(): { stop(): Promise<void> } {
	let isOn = true;
	const from = Date.now();
	const before = told.submitted;
	const work = phones.map(async (phone, n) => {
		for (let turn = 0; isOn; turn++) {
			const due = from + ((turn * phones.length + n) * 1000) / RATE;
			await sleep(Math.max(1, due - Date.now()));
			const cartonId = fleet[n]!.cartonIds[turn % CARTONS_EACH]!;
			for (const name of ['carton.label', 'carton.removeLabel'] as const) {
				const { kind } = await phone.replica.submit({ name, args: { cartonId } }, { code: '' });
				if (kind !== 'saved') continue;
				told.submitted++;
				break;
			}
		}
	});
	return {
		stop: async () => {
			isOn = false;
			await Promise.all(work);
			told['seconds of load'] += (Date.now() - from) / 1000;
			expect(told.submitted, 'there was load').toBeGreaterThan(before);
		}
	};
}

interface Ended {
	code: number | null;
	signal: string | null;
	out: string;
	err: string;
}

/** A command in a process of its own. `diesAt`: how long after `hasBegun` it is killed; null: never. */
async function ops(args: string[], diesAt: number | null, hasBegun: () => boolean): Promise<Ended> {
	const child = spawn(process.execPath, ['--import', 'tsx', 'src/ops/main.ts', ...args], { env: app.env });
	let [out, err] = ['', ''];
	child.stdout.on('data', (chunk) => (out += chunk));
	child.stderr.on('data', (chunk) => (err += chunk));
	const ended = new Promise<Ended>((resolve) =>
		child.once('close', (code, signal) => resolve({ code, signal, out, err }))
	);
	if (diesAt !== null) {
		while (child.exitCode === null && !hasBegun()) await sleep(2);
		await Promise.race([sleep(diesAt), ended]);
		child.kill('SIGKILL');
	}
	return ended;
}

const backsUp = (): boolean =>
	existsSync(backupDir) && readdirSync(backupDir).some((name) => name.startsWith('.making'));

async function backup(diesAt: number | null): Promise<void> {
	const good = () => listBackups(backupDir).filter((each) => each.good).length;
	const before = good();
	const ended = await ops(['backup'], diesAt, backsUp);
	if (ended.signal === 'SIGKILL') told.killed.backup++;
	else expect(ended, ended.err).toMatchObject({ code: 0 });
	// One that was killed is there whole, under its name, or not at all.
	expect(listBackups(backupDir).every((each) => each.good)).toBe(true);
	expect(good() - before).toBe(ended.signal === 'SIGKILL' && good() === before ? 0 : 1);
	if (ended.signal === null) told.backups++;
}

/** @returns the new epoch, or null when it was killed before the end */
async function restore(diesAt: number | null): Promise<string | null> {
	const lock = `${file}.lock`;
	const newest = listBackups(backupDir).find((each) => each.good)!.name;
	const ended = await ops(['restore', newest, '--force', '--json'], diesAt, () => existsSync(lock));
	if (ended.signal === 'SIGKILL') {
		told.killed.restore++;
		return null;
	}
	expect(ended, ended.err).toMatchObject({ code: 0 });
	told.restores++;
	return (JSON.parse(ended.out) as { epoch: string }).epoch;
}

function look<T>(read: (db: Database.Database) => T): T {
	const db = new Database(file);
	try {
		return read(db);
	} finally {
		db.close();
	}
}

const epochOf = (): string => look((db) => db.prepare<[], string>('SELECT epoch FROM sync_meta').pluck().get()!);

/** While no server runs: pages, references, and all that was there from the beginning. */
function expectWhole(): void {
	expect(
		look((db) => ({
			integrity: db.pragma('integrity_check', { simple: true }),
			references: db.pragma('foreign_key_check'),
			cartons: db.prepare('SELECT count(*) FROM carton').pluck().get()
		}))
	).toEqual({ integrity: 'ok', references: [], cartons: PHONES * CARTONS_EACH });
}

/** Waits until every phone has what the server has, and compares digests. */
async function level(epoch: string): Promise<void> {
	const until = Date.now() + LEVEL_MS;
	const matching = async (phone: HttpPhone): Promise<boolean | null> => {
		for (;;) {
			// Null while a colleague's mutations are still on their way to this phone.
			const matches = phone.isLevel(epoch) ? await phone.replica.compareDigests() : null;
			if (matches !== null || Date.now() > until) return matches;
			// All of them come back at once: a restored server waits for the last one.
			phone.replica.syncNow();
			await sleep(100);
		}
	};
	for (const [n, matches] of (await Promise.all(phones.map(matching))).entries())
		expect(matches, `${JSON.stringify(phones[n]!.state())} is level at ${epoch}`).toBe(true);
}

const whatWasMeant = ({ uid, name, args, actorId, deviceTime }: StoredMutation) => ({
	uid,
	name,
	args,
	actorId,
	deviceTime
});
const byUid = (a: { uid: string }, b: { uid: string }) => (a.uid < b.uid ? -1 : 1);

test(
	`[I23, I24, I29] ${ROUNDS} rounds of backup and restore under load, killed at random (SEED=${SEED})`,
	{ timeout: 120_000 + ROUNDS * 60_000 },
	async () => {
		const epochs = new Set([epochOf()]);
		await backup(null);
		for (let round = 1; round <= ROUNDS; round++) {
			load = startLoad();
			await backup(random.between(0, SPAN_MS));
			await backup(null);
			await sleep(random.between(0, 1000));
			await app.kill();
			told.killed.server++;
			expectWhole();
			// Phones work on while nobody answers.
			await sleep(random.between(0, 500));

			const killed = await restore(random.between(0, SPAN_MS));
			expectWhole();
			const epoch = killed ?? (await restore(null))!;
			expectWhole();
			expect(epochOf()).toBe(epoch);
			expect(epochs.has(epoch), 'the epoch is a new one').toBe(false);
			epochs.add(epoch);

			await load.stop();
			load = null;
			const queued = phones.map((phone) => phone.mutations().filter(({ stands }) => stands === 'queued'));
			const before = phones.map((phone) => phone.mutations().map(whatWasMeant).toSorted(byUid));
			expect(
				queued.every((each) => each.length > 0),
				'every phone has a queue'
			).toBe(true);
			await app.restart();
			await level(epoch);
			phones.forEach((phone, n) => {
				const after = phone.mutations();
				expect(after.map(whatWasMeant).toSorted(byUid)).toEqual(before[n]);
				const verdicts = new Map(after.map(({ uid, verdict }) => [uid, verdict]));
				for (const { uid } of queued[n]!) expect(verdicts.get(uid), `${uid} was decided`).not.toBeNull();
			});
		}
		await app.stop();
		expect(app.run('verify')).toMatch(/agree with their history/);
		expect(app.run('backups', '--verify')).not.toMatch(/damaged/i);
	}
);
