import { afterEach, expect, test } from 'vitest';
import { decide } from '#lib/domain/decide.ts';
import { footprint } from '#lib/domain/footprint.ts';
import { undo, undoFootprint } from '#lib/domain/undo.ts';
import { applyChanges } from '#lib/domain/world.ts';
import type { Command } from '#lib/domain/commands.ts';
import type { RuleBook } from '#lib/server/sync/sync-context.ts';
import type { TransportError } from '#lib/server/sync/transport-error.ts';
import Database from 'better-sqlite3';
import { createWorld, SEEDED, type TestWorld, type WorldOptions } from '../../../../tests/support/world.ts';
import type { Phone } from '../../../../tests/support/phone.ts';
import { GroupCommit, MAX_WAITING_MUTATIONS, type Job } from './group-commit.ts';

let world: TestWorld;
const worlds: TestWorld[] = [];
async function openWorld(options?: WorldOptions): Promise<TestWorld> {
	const opened = await createWorld(options);
	worlds.push(opened);
	return opened;
}
afterEach(() => Promise.all(worlds.splice(0).map((opened) => opened.close())));

const RULES: RuleBook = { footprint, undoFootprint, decide, undo, applyChanges };

const create = (code = `T-${world.id()}`): Command => ({
	name: 'carton.create',
	args: { cartonId: world.id(), code, source: 'printed', warehouseId: SEEDED.warehouses[0] }
});

const DECIDED = ['carton', 'carton_event', 'change', 'in_scope', 'mutation_result', 'mutation_duplicate', 'replica', 'code_lease', 'allocator'];
const everything = (): string => JSON.stringify(DECIDED.map((table) => world.rows(`SELECT * FROM ${table} ORDER BY 1, 2`)));

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
	expect(world.store.writerStats()).toMatchObject({ verdicts: { ok: 300, noop: 0, rejected: 0, dead: 0 }, waiting: 0, faults: 0 });
});

test('[I1] no answer before COMMIT: a reader sees what was answered', async () => {
	world = await openWorld({ on: 'disk' });
	const phone = await world.phone('r1');
	const seen = phone.do(create()).then(([verdict]) => world.value('SELECT count(*) FROM mutation_result WHERE uid = ?', verdict!.uid));
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
	const insert = () => world.raw(`INSERT INTO login_attempt (key, failures, window_from) VALUES ('account:x', 1, 'now')`);
	await insert();
	const [broken, other] = await Promise.allSettled([insert(), world.raw(`UPDATE login_attempt SET failures = 7`)]);
	expect(broken).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
	expect(other.status).toBe('fulfilled');
	expect(world.value('SELECT failures FROM login_attempt')).toBe(7);
});

/** Throws for the carton with this code, as a bug in a rule would. */
const throwsFor = (code: string, when: 'decide' | 'footprint' | 'applyChanges'): RuleBook => {
	const check = (text: string) => {
		if (text.includes(code)) throw new TypeError('a bug in the rule');
	};
	return {
		...RULES,
		footprint: (command) => (when === 'footprint' && check(JSON.stringify(command)), RULES.footprint(command)),
		decide: (command, rows, context) => (when === 'decide' && check(JSON.stringify(command)), RULES.decide(command, rows, context)),
		applyChanges: (rows, changes) => (when === 'applyChanges' && check(JSON.stringify(changes)), RULES.applyChanges(rows, changes))
	};
};

test.for(['decide', 'footprint', 'applyChanges'] as const)(
	'[I7, I39] a rule that throws in %s makes its mutation dead and none of the other ninety-nine',
	async (when) => {
		world = await openWorld({ rules: throwsFor('POISON', when) });
		const phone = await world.phone('r1');
		const commands = Array.from({ length: 100 }, (_, i) => create(i === 41 ? 'POISON' : undefined));
		const verdicts = await phone.do(...commands);
		expect(verdicts.filter(({ status }) => status === 'ok')).toHaveLength(99);
		expect(verdicts[41]).toMatchObject({ mid: 42, status: 'dead', rejection: { code: 'server_fault' } });
		expect(world.value('SELECT count(*) FROM carton')).toBe(99);
		expect(world.value('SELECT lmid FROM replica')).toBe(100);
		expect(world.warnings).toMatchObject([{ event: 'mutation_dead', detail: { name: 'carton.create', error: 'a bug in the rule' } }]);
		expect(world.value(`SELECT args FROM mutation_result WHERE status = 'dead'`)).toContain('POISON');
		// The same again: the same verdict, and it stays one.
		expect(world.store.writerStats().verdicts).toEqual({ ok: 99, noop: 0, rejected: 0, dead: 1 });
	}
);

test('[I7, I28] a constraint that a decision breaks makes that mutation dead, with none of its rows', async () => {
	// A rule that forgets to ask who holds the code.
	const forgetful: RuleBook = { ...RULES, decide: (command, rows, context) => RULES.decide(command, { ...rows, codes: new Map() }, context) };
	world = await openWorld({ rules: forgetful });
	const phone = await world.phone('r1');
	const verdicts = await phone.do(create('SAME'), create(), create('SAME'), create());
	expect(verdicts.map(({ status }) => status)).toEqual(['ok', 'ok', 'dead', 'ok']);
	expect(world.value('SELECT count(*) FROM carton')).toBe(3);
	expect(world.value('SELECT count(*) FROM carton_event')).toBe(3);
	expect(world.value('SELECT count(*) FROM in_scope WHERE "table" = \'cartons\'')).toBe(3);
});

test('[I28] a mutation over several rows is all or nothing', async () => {
	world = await openWorld();
	const { shipmentId, cartonIds } = await world.plannedShipment(5);
	await world.store.write((db) =>
		db.exec(`CREATE TRIGGER full BEFORE UPDATE ON carton WHEN NEW.id = '${cartonIds[3]}' BEGIN SELECT RAISE(ABORT, 'no room'); END`)
	);
	const track: Command = {
		name: 'shipment.track',
		args: { shipmentId, step: 'boarding_ok', cycle: 1, actorName: 'A', actorStructure: 'B' }
	};
	expect(await world.desk(track)).toMatchObject({ status: 'dead' });
	expect(world.value('SELECT status FROM shipment')).toBe('planned');
	expect(world.rows('SELECT DISTINCT status FROM carton')).toEqual([{ status: 'labeled' }]);
	await world.store.write((db) => db.exec('DROP TRIGGER full'));
	expect(await world.desk(track)).toMatchObject({ status: 'ok' });
	expect(world.rows('SELECT DISTINCT status FROM carton')).toEqual([{ status: 'shipped' }]);
});

test('[I1, I39] a full disk decides nothing, wherever it strikes in a group of three pushes', async () => {
	world = await openWorld({ on: 'disk' });
	const phones = [await world.phone('r1'), await world.phone('r2'), await world.phone('r3')];
	const lmid = ({ replicaId }: Phone) => world.value<number>('SELECT lmid FROM replica WHERE id = ?', replicaId);
	let struck = 0;
	for (let spare = 0; spare < 48; spare += 2) {
		const pages = world.value<number>('PRAGMA page_count');
		await world.store.write((db) => db.pragma(`max_page_count = ${pages + spare}`));
		for (const phone of phones) phone.mid = lmid(phone);
		const before = everything();
		const results = await Promise.allSettled(phones.map((phone) => phone.do(...Array.from({ length: 15 }, () => create()))));
		const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as TransportError] : []));
		for (const refusal of refusals) expect(refusal).toMatchObject({ name: 'TransportError', refusal: 'storage_full', status: 507 });
		if (refusals.length === phones.length) expect(everything()).toBe(before);
		for (const [i, phone] of phones.entries()) {
			expect(lmid(phone)).toBe(results[i]!.status === 'fulfilled' ? phone.mid : phone.mid - 15);
			expect(world.value('SELECT count(*) FROM mutation_result WHERE replica_id = ?', phone.replicaId)).toBe(lmid(phone));
		}
		const decided = phones.reduce((sum, phone) => sum + lmid(phone), 0);
		for (const table of ['carton', 'carton_event']) expect(world.value(`SELECT count(*) FROM ${table}`)).toBe(decided);
		if (refusals.length > 0) struck++;
	}
	expect(struck).toBeGreaterThan(5);
	expect(world.warnings.filter(({ event }) => event === 'group_failed').length).toBeGreaterThanOrEqual(struck);
}, 60_000);

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
	const job = (n: number, more: Partial<Job<number>> = {}): Job<number> => ({ replicaId: null, size: 1, run: insert(n), ...more });
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
	const results = await Promise.allSettled([group.enqueue(job(1)), group.enqueue(job(2, { run: rollback })), group.enqueue(job(3))]);
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
	const job = { replicaId: null, size: 1, run: (on: Database.Database) => on.prepare('INSERT INTO done VALUES (1)').run().changes };
	await expect(group.enqueue(job)).rejects.toMatchObject({ refusal: 'storage_full', status: 507 });
	expect(rows()).toEqual([]);
	error = null;
	await expect(group.enqueue(job)).resolves.toBe(1);
});

test('[I35] a group ends at 2,000 mutations or 25 ms, and holds one push of each replica', async () => {
	const { group, job, committed, time, insert } = bareGroup();
	await Promise.all([group.enqueue(job(1, { size: 1_500 })), group.enqueue(job(2, { size: 501 })), group.enqueue(job(3))]);
	expect(committed).toEqual([1, 3]);
	const slow = (n: number) => (on: Database.Database) => ((time.now += 26), insert(n)(on));
	await Promise.all([group.enqueue(job(4, { run: slow(4) })), group.enqueue(job(5))]);
	expect(committed).toEqual([1, 3, 4, 5]);
	const push = { replicaId: 'r1' };
	await Promise.all([group.enqueue(job(6, push)), group.enqueue(job(7, push)), group.enqueue(job(8, { replicaId: 'r2' }))]);
	expect(committed).toEqual([1, 3, 4, 5, 7, 8]);
	// One that is larger than a group alone still runs.
	await group.enqueue(job(9, { size: 5_000 }));
	expect(committed.at(-1)).toBe(9);
});

test('[I39] a database held by another program is busy, and nothing is decided', async () => {
	world = await openWorld({ on: 'disk' });
	const phone = await world.phone('r1');
	// The writer would wait for five seconds; a test does not.
	await world.store.write((db) => db.pragma('busy_timeout = 20'));
	const other = new Database(world.file);
	other.exec('BEGIN IMMEDIATE');
	await expect(phone.do(create())).rejects.toMatchObject({ refusal: 'busy', status: 503 });
	other.exec('ROLLBACK');
	other.close();
	phone.mid = 0;
	expect((await phone.do(create()))[0]).toMatchObject({ status: 'ok' });
});

test('[I30] more waiting writes than the bound are refused at once, and said so', async () => {
	world = await openWorld();
	const many = Array.from({ length: MAX_WAITING_MUTATIONS + 5 }, () => world.store.write(() => 1).catch((error: TransportError) => error.refusal));
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
