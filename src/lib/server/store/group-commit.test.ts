import { afterEach, expect, test, vi } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import type { TransportError } from '#lib/server/sync/transport-error.ts';
import Database from 'better-sqlite3';
import { createWorld, SEEDED, type TestWorld, type WorldOptions } from '../../../../tests/support/world.ts';
import { GroupCommit, MAX_WAITING_MUTATIONS, type Job } from './group-commit.ts';

// Every COMMIT is flushed to a disk that other tests are using as well.
vi.setConfig({ testTimeout: 30_000 });

let world: TestWorld;
const worlds: TestWorld[] = [];
async function openWorld(options?: WorldOptions): Promise<TestWorld> {
	const opened = await createWorld(options);
	worlds.push(opened);
	return opened;
}
afterEach(() => Promise.all(worlds.splice(0).map((opened) => opened.close())));

const create = (code = `T-${world.id()}`): Command => ({
	name: 'carton.create',
	args: { cartonId: world.id(), code, source: 'printed', warehouseId: SEEDED.warehouses[0] }
});

test('[I1, I2] a hundred replicas push at once, in one transaction or few; each mid is decided once', async () => {
	world = await openWorld({ on: 'disk' });
	const phones = await Promise.all(Array.from({ length: 100 }, (_, i) => world.phone(`r${i}`)));
	const before = world.store.writerStats().groups;
	await Promise.all(phones.flatMap((phone) => [phone.do(create(), create()), phone.do(create())]));
	// A replica's second push waits for the next turn.
	const groups = world.store.writerStats().groups - before;
	expect(groups).toBeGreaterThanOrEqual(2);
	expect(groups).toBeLessThan(50);
	expect(world.value('SELECT count(*) FROM carton')).toBe(300);
	expect(world.value('SELECT count(*) FROM replica WHERE lmid = 3')).toBe(100);
	expect(world.store.writerStats()).toMatchObject({
		verdicts: { ok: 300, noop: 0, rejected: 0, dead: 0 },
		waiting: 0,
		faults: 0
	});
});

test('[I1] no answer before COMMIT: a reader sees what was answered', async () => {
	world = await openWorld({ on: 'disk' });
	const phone = await world.phone('r1');
	const seen = phone
		.do(create())
		.then(([verdict]) => world.value('SELECT count(*) FROM mutation_result WHERE uid = ?', verdict!.uid));
	expect(world.value('SELECT count(*) FROM mutation_result')).toBe(0);
	expect(await seen).toBe(1);
});

test('a job that throws loses only its own writes', async () => {
	world = await openWorld();
	const [good, bad, after] = await Promise.allSettled([
		world.store.write((db) => db.prepare(`UPDATE device SET label = 'good'`).run().changes),
		world.store.write((db) => {
			db.prepare(`UPDATE device SET label = 'bad'`).run();
			throw new Error('changed my mind');
		}),
		world.store.write((db) => db.prepare('SELECT label FROM device').pluck().get())
	]);
	expect(good).toMatchObject({ status: 'fulfilled', value: 1 });
	expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'changed my mind' } });
	expect(after).toMatchObject({ status: 'fulfilled', value: 'good' });
});

test('a constraint that a job breaks is its own error', async () => {
	world = await openWorld();
	const insert = () =>
		world.raw(`INSERT INTO login_attempt (key, failures, window_from) VALUES ('account:x', 1, 'now')`);
	await insert();
	const [broken, other] = await Promise.allSettled([insert(), world.raw(`UPDATE login_attempt SET failures = 7`)]);
	expect(broken).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
	expect(other.status).toBe('fulfilled');
	expect(world.value('SELECT failures FROM login_attempt')).toBe(7);
});

/** A group of its own on a bare table, with time that stands still unless a test moves it. */
function bareGroup() {
	const db = new Database(':memory:');
	db.exec(`CREATE TABLE change (seq INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT); CREATE TABLE done (n INTEGER)`);
	const time = { now: 0 };
	const failures: unknown[] = [];
	const committed: number[] = [];
	const hooks = {
		beforeCommit: () => {},
		committed: () => committed.push(db.prepare('SELECT count(*) FROM done').pluck().get() as number),
		failed: (error: unknown) => failures.push(error)
	};
	const group = new GroupCommit(db, hooks, () => time.now);
	const insert = (n: number) => (on: Database.Database) => on.prepare('INSERT INTO done VALUES (?)').run(n).changes;
	const job = (n: number, more: Partial<Job<number>> = {}): Job<number> => ({
		replicaId: null,
		size: 1,
		run: insert(n),
		...more
	});
	const rows = () => db.prepare('SELECT n FROM done ORDER BY n').pluck().all();
	return { db, group, job, insert, rows, time, failures, committed };
}

const throws = (code: string) => () => {
	throw new Database.SqliteError('injected', code);
};

test.for(['SQLITE_IOERR_WRITE', 'SQLITE_NOMEM', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_CORRUPT', 'SQLITE_INTERRUPT'])(
	'[I39] %s in one job decides nothing for the whole group; what had not begun is in the next',
	async (code) => {
		const { group, job, rows, failures } = bareGroup();
		const results = await Promise.allSettled([
			group.enqueue(job(1)),
			group.enqueue(job(2, { run: throws(code) })),
			group.enqueue(job(3))
		]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
		for (const result of results.slice(0, 2)) {
			expect(result).toMatchObject({ reason: { refusal: 'busy', status: 503, retryAfterMs: 2000 } });
		}
		expect(rows()).toEqual([3]);
		expect(failures).toHaveLength(1);
	}
);

test('[I39] SQLite ending the transaction by itself is noticed, before the next job and before COMMIT', async () => {
	const { group, job, rows } = bareGroup();
	const rollback = (on: Database.Database) => (on.exec('ROLLBACK'), 0);
	const results = await Promise.allSettled([
		group.enqueue(job(1)),
		group.enqueue(job(2, { run: rollback })),
		group.enqueue(job(3))
	]);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
	expect(rows()).toEqual([3]);
});

test('[I39] an error at COMMIT, or in what must be written before it, decides nothing', async () => {
	const { db, rows } = bareGroup();
	let error: Error | null = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
	const beforeCommit = () => {
		if (error !== null) throw error;
	};
	const group = new GroupCommit(db, { beforeCommit, committed: () => {}, failed: () => {} });
	const job = {
		replicaId: null,
		size: 1,
		run: (on: Database.Database) => on.prepare('INSERT INTO done VALUES (1)').run().changes
	};
	await expect(group.enqueue(job)).rejects.toMatchObject({ refusal: 'storage_full', status: 507 });
	expect(rows()).toEqual([]);
	error = null;
	await expect(group.enqueue(job)).resolves.toBe(1);
});

test('[I35] a group ends at 2,000 mutations or 25 ms, and holds one push of each replica', async () => {
	const { group, job, committed, time, insert } = bareGroup();
	await Promise.all([
		group.enqueue(job(1, { size: 1_500 })),
		group.enqueue(job(2, { size: 501 })),
		group.enqueue(job(3))
	]);
	expect(committed).toEqual([1, 3]);
	const slow = (n: number) => (on: Database.Database) => ((time.now += 26), insert(n)(on));
	await Promise.all([group.enqueue(job(4, { run: slow(4) })), group.enqueue(job(5))]);
	expect(committed).toEqual([1, 3, 4, 5]);
	const push = { replicaId: 'r1' };
	await Promise.all([
		group.enqueue(job(6, push)),
		group.enqueue(job(7, push)),
		group.enqueue(job(8, { replicaId: 'r2' }))
	]);
	expect(committed).toEqual([1, 3, 4, 5, 7, 8]);
	// One that is larger than a group alone still runs.
	await group.enqueue(job(9, { size: 5_000 }));
	expect(committed.at(-1)).toBe(9);
});

test('[I30] more waiting writes than the bound are refused at once, and said so', async () => {
	world = await openWorld();
	const many = Array.from({ length: MAX_WAITING_MUTATIONS + 5 }, () =>
		world.store.write(() => 1).catch((error: TransportError) => error.refusal)
	);
	const answers = await Promise.all(many);
	expect(answers.filter((answer) => answer === 'busy')).toHaveLength(5);
	expect(await world.store.write(() => 'again')).toBe('again');
});

test('closing finishes what waits and refuses what comes later', async () => {
	world = await openWorld({ on: 'disk' });
	const phone = await world.phone('r1');
	const last = phone.do(create());
	const closed = world.store.close();
	await expect(world.store.write(() => 1)).rejects.toMatchObject({ refusal: 'busy' });
	expect((await last)[0]).toMatchObject({ status: 'ok' });
	await closed;
	await world.restart().catch(() => {});
	expect(world.value('SELECT count(*) FROM carton')).toBe(1);
});
