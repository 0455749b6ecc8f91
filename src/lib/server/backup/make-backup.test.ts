import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openToRead } from '#lib/server/store/open.ts';
import { soundnessFaults } from '#lib/server/store/soundness.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { findBackup, listBackups, readRecords } from './backup-folder.ts';
import { factFaults } from './database-facts.ts';
import { expandFile } from './durable-files.ts';
import { makeBackup, type BackupOptions } from './make-backup.ts';
import { DATABASE, MANIFEST } from './manifest.ts';
import { readBack } from './read-back.ts';

let world: TestWorld;
let dir: string;
beforeEach(async () => {
	world = await createWorld({ on: 'disk' });
	dir = join(dirname(world.file), 'backups');
});
afterEach(() => world.close());

const options = (more: Partial<BackupOptions> = {}): BackupOptions => ({
	databaseFile: world.file,
	backupDir: dir,
	uploadDir: join(dirname(world.file), 'uploads'),
	appVersion: '1.4.0',
	clock: () => world.now(),
	...more
});

describe('a backup', () => {
	test('of a running server is whole, tells what it holds, and takes no lock', async () => {
		await world.plannedShipment(3);
		const steps = new Set<string>();
		const { name, folder, manifest } = await makeBackup(options({ onStep: (step) => steps.add(step) }));
		expect([...steps]).toEqual(['copying', 'checking', 'compressing', 'files', 'reading back']);
		expect(name).toBe('2026-03-02T08-00-00-000Z');
		expect(manifest).toMatchObject({
			instance: world.store.instance,
			epoch: world.store.epoch,
			appVersion: '1.4.0',
			headSeq: world.value('SELECT max(seq) FROM change'),
			counts: { shipment: 1, carton: 3 },
			uploads: null,
			secrets: null
		});
		await expect(readBack(folder)).resolves.toEqual(manifest);
		const unpacked = join(dir, 'unpacked.db');
		expect(await expandFile(join(folder, DATABASE), unpacked)).toEqual(manifest.unpacked);
		const db = openToRead(unpacked);
		expect([...factFaults(db, manifest), ...soundnessFaults(db)]).toEqual([]);
		db.close();
		expect(readRecords(dir).verified).toEqual({ [name]: world.at() });
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		expect(statSync(join(folder, DATABASE)).mode & 0o777).toBe(0o600);
	});

	test('made while phones and desks write is consistent: no shipment counts a carton that is not in it', async () => {
		const shipmentId = await world.shipment();
		let isRunning = true;
		const writing = (async () => {
			let written = 0;
			while (isRunning) {
				await world.cartons(5, 'labeled', shipmentId);
				written += 5;
				await new Promise((resolve) => setImmediate(resolve));
			}
			return written;
		})();
		const backups = [];
		for (let i = 0; i < 3; i++) {
			world.advance(1000);
			backups.push(await makeBackup(options()));
		}
		isRunning = false;
		expect(await writing).toBeGreaterThan(0);
		for (const { folder, manifest } of backups) {
			const unpacked = join(dir, `${manifest.headSeq}.db`);
			await expandFile(join(folder, DATABASE), unpacked);
			const db = openToRead(unpacked);
			expect([...factFaults(db, manifest), ...soundnessFaults(db)]).toEqual([]);
			const [row] = db
				.prepare<[], { told: number; found: number }>(
					`SELECT cartons_total AS told, (SELECT count(*) FROM carton WHERE shipment_id = shipment.id) AS found FROM shipment`
				)
				.all();
			expect(row!.told).toBe(row!.found);
			db.close();
		}
		expect(new Set(backups.map(({ manifest }) => manifest.headSeq)).size).toBeGreaterThan(1);
	});

	test('holds uploaded files, linked to the former backup where they have not changed, but never a decayed one', async () => {
		const uploads = join(dirname(world.file), 'uploads');
		mkdirSync(join(uploads, 'ab'), { recursive: true });
		writeFileSync(join(uploads, 'ab', 'one.jpg'), 'the first photo');
		writeFileSync(join(uploads, 'two.jpg'), 'the second photo');
		writeFileSync(join(uploads, '.half.jpg'), 'still arriving');
		const first = await makeBackup(options());
		expect(first.manifest.uploads?.map(({ path }) => path)).toEqual(['ab/one.jpg', 'two.jpg']);
		const inode = ({ folder }: { folder: string }, path: string) => statSync(join(folder, 'uploads', path)).ino;
		// What lies in the backup decays; what it was made of does not.
		writeFileSync(join(first.folder, 'uploads', 'two.jpg'), 'the SECOND photo');
		world.advance(1000);
		const second = await makeBackup(options());
		expect(inode(second, 'ab/one.jpg')).toBe(inode(first, 'ab/one.jpg'));
		expect(readFileSync(join(second.folder, 'uploads', 'two.jpg'), 'utf8')).toBe('the second photo');
	});

	test('takes secrets along only when asked to, and a copy of all to another folder', async () => {
		const env = join(dirname(world.file), '.env');
		writeFileSync(env, 'SESSION_SECRET=something\n');
		const to = join(dirname(world.file), 'elsewhere');
		const { name } = await makeBackup(options({ secrets: [env, join(dir, 'absent')], to }));
		expect(readFileSync(join(to, name, 'secrets', '.env'), 'utf8')).toContain('something');
		await expect(readBack(join(to, name))).resolves.toMatchObject({ secrets: [{ path: '.env' }] });
		expect(readRecords(dir).copies).toEqual([{ backup: name, at: world.at(), to }]);
	});

	test('is found by its name, its folder, its manifest or its database', async () => {
		const { name, folder } = await makeBackup(options());
		for (const meant of [name, folder, join(folder, MANIFEST), join(folder, DATABASE)]) {
			expect(findBackup(dir, meant)).toBe(folder);
		}
		expect(() => findBackup(dir, 'nothing')).toThrow('there is no backup here');
	});

	test('lets go of those it has outlived, and of what a killed process had begun', async () => {
		const first = await makeBackup(options());
		world.advance(3_600_000);
		const second = await makeBackup(options());
		expect(second.removed).toEqual([]);
		mkdirSync(join(dir, '.making-4194303-2026-01-01T00-00-00-000Z'));
		world.advance(2 * 86_400_000);
		const { name, removed } = await makeBackup(options());
		expect(removed).toEqual([first.name]);
		expect(readdirSync(dir).sort()).toEqual([second.name, name, 'records.json']);
		expect(Object.keys(readRecords(dir).verified)).toEqual([second.name, name]);
	});
});

describe('a backup that cannot be made is refused, and nothing half-written is left', () => {
	const leftovers = () => readdirSync(dir).filter((name) => name !== 'records.json');

	test('the disk is nearly full: it is said before anything is written', async () => {
		await expect(makeBackup(options({ freeBytes: () => 1000 }))).rejects.toMatchObject({
			name: 'BackupRefusal',
			reason: 'disk_full',
			message: expect.stringMatching(/MB are needed and 1 MB are free\. Free some space/)
		});
		expect(leftovers()).toEqual([]);
	});

	test.for(['ENOSPC', 'EROFS'])('the disk says %s on the way', async (code) => {
		const onStep = (step: string) => {
			if (step === 'files') throw Object.assign(new Error(code), { code });
		};
		const reason = code === 'ENOSPC' ? 'disk_full' : 'not_writable';
		await expect(makeBackup(options({ onStep }))).rejects.toMatchObject({ reason, path: dir });
		expect(leftovers()).toEqual([]);
	});

	test('the folder cannot be made', async () => {
		writeFileSync(dir, 'a file');
		await expect(makeBackup(options())).rejects.toMatchObject({ reason: 'not_writable' });
		await expect(makeBackup(options({ backupDir: join(dir, 'below') }))).rejects.toMatchObject({
			reason: 'not_writable'
		});
		rmSync(dir);
	});

	test('the folder of the copy cannot be made: the backup stays, and that is said', async () => {
		const to = join(dirname(world.file), 'a-file');
		writeFileSync(to, '');
		await expect(makeBackup(options({ to: join(to, 'below') }))).rejects.toMatchObject({
			reason: 'not_writable',
			message: expect.stringContaining('The backup itself is in')
		});
		expect(listBackups(dir)).toMatchObject([{ good: true }]);
	});

	test('there is no database, or one from which nothing was ever served', async () => {
		await expect(makeBackup(options({ databaseFile: `${world.file}.absent` }))).rejects.toMatchObject({
			name: 'StartRefusal',
			reason: 'missing'
		});
		await world.raw('DELETE FROM sync_meta');
		await expect(makeBackup(options())).rejects.toMatchObject({ reason: 'nothing_to_back_up' });
		expect(leftovers()).toEqual([]);
	});

	test('a row names one that does not exist: the copy is not sound', async () => {
		await world.raw('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
		await world.raw('CREATE TABLE child (parent INTEGER REFERENCES parent (id))');
		await world.store.close();
		const { default: Database } = await import('better-sqlite3');
		const db = new Database(world.file);
		db.pragma('foreign_keys = OFF');
		db.exec('INSERT INTO child VALUES (7)');
		db.close();
		await expect(makeBackup(options())).rejects.toMatchObject({
			reason: 'unsound',
			message: expect.stringContaining('child 1 names a parent that does not exist')
		});
		expect(leftovers()).toEqual([]);
	});
});

describe('a backup is told from one that was', () => {
	test.for<[string, (folder: string) => void, string]>([
		['a torn database', (folder) => writeFileSync(join(folder, DATABASE), 'short'), 'truncated'],
		['a missing database', (folder) => rmSync(join(folder, DATABASE)), 'truncated'],
		[
			'a database of the same size with one other byte',
			(folder) => {
				const bytes = readFileSync(join(folder, DATABASE));
				bytes[500]! ^= 1;
				writeFileSync(join(folder, DATABASE), bytes);
			},
			'tampered'
		],
		[
			'a manifest with another number',
			(folder) => {
				const file = join(folder, MANIFEST);
				writeFileSync(file, readFileSync(file, 'utf8').replace(/"headSeq": \d+/, '"headSeq": 1'));
			},
			'tampered'
		],
		['a torn manifest', (folder) => writeFileSync(join(folder, MANIFEST), '{"sha256": "'), 'tampered'],
		['no manifest', (folder) => rmSync(join(folder, MANIFEST)), 'missing']
	])('%s', async ([, spoil, reason]) => {
		const { folder } = await makeBackup(options());
		spoil(folder);
		await expect(readBack(folder)).rejects.toMatchObject({ name: 'BackupRefusal', reason });
		if (existsSync(join(folder, MANIFEST)) && reason === 'truncated') {
			expect(listBackups(dir)).toMatchObject([{ good: false }]);
		}
		appendFileSync(join(dir, 'records.json'), 'torn');
		expect(readRecords(dir)).toEqual({ verified: {}, copies: [], drills: [] });
	});

	test('one that a newer program made', async () => {
		const { folder } = await makeBackup(options());
		const { createHash } = await import('node:crypto');
		const { manifest } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as { manifest: object };
		const newer = { ...manifest, format: 2 };
		const sha256 = createHash('sha256').update(JSON.stringify(newer)).digest('hex');
		writeFileSync(join(folder, MANIFEST), JSON.stringify({ sha256, manifest: newer }));
		await expect(readBack(folder)).rejects.toMatchObject({ reason: 'newer' });
	});

	test('what is seeded is in it', async () => {
		const { manifest } = await makeBackup(options());
		expect(manifest.counts['person']).toBe(Object.keys(SEEDED.people).length);
	});
});
