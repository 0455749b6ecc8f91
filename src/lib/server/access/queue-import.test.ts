/** A phone's queue as a file, against the real store. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mutation } from '#lib/protocol/envelope.ts';
import { readQueueFile, type QueueFile } from '#lib/protocol/queue-file.ts';
import type { Phone } from '../../../../tests/support/phone.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { DeviceActs } from './device-acts.ts';
import { QueueImports } from './queue-import.ts';
import { Salvage } from './salvage.ts';

let world: TestWorld;
let imports: QueueImports;
let salvage: Salvage;
let phone: Phone;
beforeEach(async () => {
	world = await createWorld();
	const clock = () => world.now();
	salvage = new Salvage(world.store, clock);
	imports = new QueueImports(world.store, clock, salvage);
	phone = await world.phone('r1');
});
afterEach(() => world.close());

const create = (code: string, more: Partial<Mutation> = {}) =>
	phone.mutation(
		{
			name: 'carton.create',
			args: { cartonId: world.id(), code, source: 'printed', warehouseId: SEEDED.warehouses[0] }
		},
		more
	);
const fileOf = (...mutations: QueueFile['mutations']): QueueFile => ({ escale: 'queue', replicaId: 'r1', mutations });
const importing = async (file: QueueFile, by: string | null = null) => {
	const done = await imports.run(by, file);
	if (done.kind !== 'ok') throw new Error(done.why);
	return done;
};
const audits = () =>
	world.rows<{ act: string; subject_id: string; detail: string }>(`SELECT act, subject_id, detail FROM audit_event`);

test('[I31] what was imported takes effect once: the phone that pushes it later hears the same verdicts', async () => {
	await phone.hello({ queueDepth: 3 });
	const [one, twin, other] = [create('A-1'), create('A-1'), create('A-2')];
	const done = await importing(fileOf(one, twin, other));
	expect(done.fresh.map(({ status, rejection }) => rejection?.code ?? status)).toEqual(['ok', 'code_taken', 'ok']);
	expect(world.value(`SELECT reported_queue FROM replica WHERE id = 'r1'`)).toBe(0);
	const pushed = await phone.send([one, twin, other]);
	expect(pushed.results.map(({ mid, status, detail }) => [mid, status, detail.duplicateOf?.replicaId])).toEqual([
		[one.mid, 'ok', 'import:r1'],
		[twin.mid, 'rejected', 'import:r1'],
		[other.mid, 'ok', 'import:r1']
	]);
	expect(world.rows(`SELECT code FROM carton ORDER BY code`)).toEqual([{ code: 'A-1' }, { code: 'A-2' }]);
	expect((await importing(fileOf(one, twin, other))).look.fates).toMatchObject({ known: 3, import: 0 });
	expect(audits().map(({ act, subject_id }) => [act, subject_id])).toEqual([
		['queue.import', SEEDED.device],
		['queue.import', SEEDED.device]
	]);
});

test('[I31] a file that came after its phone changes nothing, and one that is half known brings the other half', async () => {
	const [one, two] = [create('A-1'), create('A-2')];
	await phone.send([one]);
	const done = await importing(fileOf(one, two));
	expect(done.look.fates).toEqual({ known: 1, refused_before: 0, newer: 0, review: 0, import: 1 });
	expect(done.fresh.map(({ uid }) => uid)).toEqual([two.uid]);
	// The phone goes on behind what it had in the file.
	expect((await phone.send([two, create('A-3')])).results.map(({ status }) => status)).toEqual(['ok', 'ok']);
});

test('[I21] only who has a grant on that device acts, with the role of that sign-in and that moment', async () => {
	await world.person('stranger', 'operator');
	const done = await importing(fileOf(create('A-1', { actorId: 'stranger' }), create('A-2')));
	expect(done.fresh.map(({ status, rejection }) => rejection?.code ?? status)).toEqual(['forbidden', 'ok']);
});

test('[I26] of a revoked device nothing takes effect: it is kept for review once, as if the phone had handed it back', async () => {
	await new DeviceActs(world.store, () => world.now()).revoke(null, SEEDED.device, 'lost');
	const file = fileOf(create('A-1'), create('A-2'));
	expect(imports.look(file).fates).toMatchObject({ review: 2, import: 0 });
	expect(await importing(file)).toMatchObject({ kept: 2, fresh: [] });
	expect(await importing(file)).toMatchObject({ kept: 0, look: { fates: { known: 2 } } });
	expect(salvage.list(SEEDED.device).map(({ uid }) => uid)).toEqual(file.mutations.map(({ uid }) => uid));
	expect(world.rows(`SELECT 1 FROM carton`)).toEqual([]);
});

test('[I17] what the phone knows to be refused, and what a newer server must read, stays in the file', async () => {
	const refused = { ...create('A-1'), mid: -3, verdict: { status: 'rejected' } };
	const newer = create('A-3', { name: 'carton.dream', schema: 99 });
	const file = fileOf(refused, create('A-2'), newer, create('A-4'));
	const { look, fresh } = await importing(file);
	expect(look.fates).toEqual({ known: 0, refused_before: 1, newer: 2, review: 0, import: 1 });
	expect(fresh).toHaveLength(1);
	expect(world.rows(`SELECT code FROM carton`)).toEqual([{ code: 'A-2' }]);
});

test('[I9] an import is an admin’s, and of a phone that this server has met', async () => {
	const file = fileOf(create('A-1'));
	expect(await imports.run(SEEDED.people.operator, file)).toEqual({ kind: 'refused', why: 'forbidden' });
	expect(await imports.run(null, { ...file, replicaId: 'r9' })).toEqual({ kind: 'refused', why: 'unknown' });
	expect(imports.look({ ...file, replicaId: 'r9' }).device).toBeNull();
	expect(audits()).toEqual([]);
	expect(world.rows(`SELECT 1 FROM carton`)).toEqual([]);
});

test('who did what and when is told before anything is done', () => {
	const later = create('A-2', { deviceTime: '2026-03-01T10:00:00.000Z', clockOffset: 60_000 });
	const look = imports.look(
		fileOf(create('A-1', { deviceTime: 'no time' }), later, create('A-3', { name: 'carton.dream' }))
	);
	expect(look).toMatchObject({
		oldest: '2026-03-01T10:01:00.000Z',
		commands: [
			{ name: 'carton.create', count: 2 },
			{ name: '?', count: 1 }
		],
		device: { id: SEEDED.device, revoked: false }
	});
	expect(look.people).toHaveLength(1);
	expect(imports.look(fileOf())).toMatchObject({ oldest: null, newest: null, people: [] });
});

test('more than one transaction takes is imported in its order', async () => {
	const many = Array.from({ length: 1100 }, (_, i) => create(`B-${i}`));
	expect((await importing(fileOf(...many))).fresh.map(({ uid }) => uid)).toEqual(many.map(({ uid }) => uid));
	expect(world.value(`SELECT lmid FROM replica WHERE id = 'import:r1'`)).toBe(1100);
});

test('a file that is none is told apart from one that is damaged, entry and field', () => {
	const faultOf = (text: string) => {
		const read = readQueueFile(text);
		return read.ok ? null : read.fault;
	};
	const good = create('A-1');
	expect(faultOf(' ')).toEqual({ kind: 'empty' });
	expect(faultOf('{"escale":"queue","muta')).toEqual({ kind: 'not_json' });
	expect(faultOf('[]')).toEqual({ kind: 'not_a_queue' });
	expect(faultOf(JSON.stringify({ ...fileOf(good), escale: 'snapshot' }))).toEqual({ kind: 'not_a_queue' });
	expect(faultOf(JSON.stringify({ ...fileOf(good), mutations: [good, { ...good, args: 7 }] }))).toEqual({
		...{ kind: 'damaged', entry: 2, field: 'args' }
	});
	expect(faultOf(JSON.stringify(fileOf(good, good)))).toBeNull();
	const read = readQueueFile(JSON.stringify(fileOf(good, good)));
	expect(read.ok && read.file.mutations).toHaveLength(1);
});
