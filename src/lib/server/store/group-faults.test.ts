import { afterEach, expect, test, vi } from 'vitest';
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

const RULES: RuleBook = { footprint, undoFootprint, decide, undo, applyChanges };

const create = (code = `T-${world.id()}`): Command => ({
	name: 'carton.create',
	args: { cartonId: world.id(), code, source: 'printed', warehouseId: SEEDED.warehouses[0] }
});

const DECIDED = [
	'carton',
	'carton_event',
	'change',
	'in_scope',
	'mutation_result',
	'mutation_duplicate',
	'replica',
	'code_lease',
	'allocator'
];
const everything = (): string =>
	JSON.stringify(DECIDED.map((table) => world.rows(`SELECT * FROM ${table} ORDER BY 1, 2`)));

/** Throws for the carton with this code, as a bug in a rule would. */
const throwsFor = (code: string, when: 'decide' | 'footprint' | 'applyChanges'): RuleBook => {
	const check = (text: string) => {
		if (text.includes(code)) throw new TypeError('a bug in the rule');
	};
	return {
		...RULES,
		footprint: (command) => (when === 'footprint' && check(JSON.stringify(command)), RULES.footprint(command)),
		decide: (command, rows, context) => (
			when === 'decide' && check(JSON.stringify(command)),
			RULES.decide(command, rows, context)
		),
		applyChanges: (rows, changes) => (
			when === 'applyChanges' && check(JSON.stringify(changes)),
			RULES.applyChanges(rows, changes)
		)
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
		expect(world.warnings).toMatchObject([
			{
				event: 'mutation_dead',
				detail: { name: 'carton.create', err: expect.objectContaining({ message: 'a bug in the rule' }) }
			}
		]);
		expect(world.value(`SELECT args FROM mutation_result WHERE status = 'dead'`)).toContain('POISON');
		// The same again: the same verdict, and it stays one.
		expect(world.store.writerStats().verdicts).toEqual({ ok: 99, noop: 0, rejected: 0, dead: 1 });
	}
);

test('[I7, I28] a constraint that a decision breaks makes that mutation dead, with none of its rows', async () => {
	// A rule that forgets to ask who holds the code.
	const forgetful: RuleBook = {
		...RULES,
		decide: (command, rows, context) => RULES.decide(command, { ...rows, codes: new Map() }, context)
	};
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
		db.exec(
			`CREATE TRIGGER full BEFORE UPDATE ON carton WHEN NEW.id = '${cartonIds[3]}' BEGIN SELECT RAISE(ABORT, 'no room'); END`
		)
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
		const results = await Promise.allSettled(
			phones.map((phone) => phone.do(...Array.from({ length: 15 }, () => create())))
		);
		const refusals = results.flatMap((result) =>
			result.status === 'rejected' ? [result.reason as TransportError] : []
		);
		for (const refusal of refusals)
			expect(refusal).toMatchObject({ name: 'TransportError', refusal: 'storage_full', status: 507 });
		if (refusals.length === phones.length) expect(everything()).toBe(before);
		for (const [i, phone] of phones.entries()) {
			expect(lmid(phone)).toBe(results[i]!.status === 'fulfilled' ? phone.mid : phone.mid - 15);
			expect(world.value('SELECT count(*) FROM mutation_result WHERE replica_id = ?', phone.replicaId)).toBe(
				lmid(phone)
			);
		}
		const decided = phones.reduce((sum, phone) => sum + lmid(phone), 0);
		for (const table of ['carton', 'carton_event']) expect(world.value(`SELECT count(*) FROM ${table}`)).toBe(decided);
		if (refusals.length > 0) struck++;
	}
	expect(struck).toBeGreaterThan(5);
	expect(world.warnings.filter(({ event }) => event === 'group_failed').length).toBeGreaterThanOrEqual(struck);
}, 60_000);

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
