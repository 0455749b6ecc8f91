import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import type { Mutation } from '#lib/protocol/envelope.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import type { Phone } from '../../../../tests/support/phone.ts';

let world: TestWorld;
let phone: Phone;
let shipmentId: string;
let cartonId: string;

beforeEach(async () => {
	world = await createWorld();
	phone = await world.phone('r1');
	shipmentId = await world.shipment();
	[cartonId] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
});
afterEach(() => world.close());

const label = (id = cartonId): Command => ({ name: 'carton.label', args: { cartonId: id, shipmentId } });
const removeLabel = (id = cartonId): Command => ({ name: 'carton.removeLabel', args: { cartonId: id, shipmentId } });

/** Everything that a decision could leave behind, as text: equal before and after means that nothing was decided. */
const everything = (): string =>
	JSON.stringify(
		[
			'carton',
			'shipment',
			'timeline',
			'carton_event',
			'change',
			'mutation_result',
			'mutation_duplicate',
			'allocator'
		].map((table) => world.rows(`SELECT * FROM ${table} ORDER BY 1, 2`))
	) + world.value<number>(`SELECT lmid FROM replica WHERE id = 'r1'`);

const domainRows = (): string =>
	JSON.stringify(
		['carton', 'shipment', 'timeline', 'carton_event'].map((table) => world.rows(`SELECT * FROM ${table} ORDER BY id`))
	);

const refusal = (mutations: Mutation[], how: { epoch?: string; deviceId?: string; replicaId?: string } = {}) =>
	world.store
		.push(
			{ epoch: how.epoch ?? world.store.epoch, replicaId: how.replicaId ?? 'r1', mutations },
			how.deviceId ?? SEEDED.device
		)
		.then(
			() => null,
			(error: { name: string; refusal: string; status: number }) => ({ refusal: error.refusal, status: error.status })
		);

test('[I1] effects, verdict, lmid and change rows are there together after the answer', async () => {
	const before = world.value<number>('SELECT max(seq) FROM change');
	const [verdict] = await phone.do(label());
	expect(verdict).toMatchObject({ status: 'ok', mid: 1, rejection: null, notes: [], detail: {} });
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('labeled');
	expect(world.value('SELECT status FROM shipment WHERE id = ?', shipmentId)).toBe('packed');
	expect(world.value(`SELECT lmid FROM replica WHERE id = 'r1'`)).toBe(1);
	expect(world.value('SELECT uid FROM mutation_result WHERE replica_id = ?', 'r1')).toBe(verdict!.uid);
	expect(world.rows('SELECT "table" FROM change WHERE seq > ? ORDER BY "table"', before)).toEqual([
		{ table: 'cartons' },
		{ table: 'shipments' }
	]);
});

test('[C11] a status change leaves a carton event with actor, replica and both times', async () => {
	world.advance(60_000);
	await phone.send([phone.mutation(label(), { deviceTime: '2026-03-02T08:00:30.000Z', clockOffset: 10_000 })]);
	const [event] = world.rows(
		'SELECT * FROM carton_event WHERE carton_id = ? ORDER BY received_at DESC LIMIT 1',
		cartonId
	);
	expect(event).toMatchObject({
		from_status: 'assigned',
		to_status: 'labeled',
		person_id: 'operator',
		replica_id: 'r1',
		occurred_at: '2026-03-02T08:00:40.000Z',
		received_at: '2026-03-02T08:01:00.000Z'
	});
});

test('[I2] a push may begin with what is decided and go on with what is not', async () => {
	const first = phone.mutation(label());
	await phone.send([first]);
	const second = phone.mutation(removeLabel());
	const answer = await phone.send([first, second]);
	expect(answer.lmid).toBe(2);
	expect(answer.results.map(({ mid, status }) => [mid, status])).toEqual([
		[1, 'ok'],
		[2, 'ok']
	]);
	expect(world.rows('SELECT mid FROM mutation_result WHERE replica_id = ? ORDER BY mid', 'r1')).toEqual([
		{ mid: 1 },
		{ mid: 2 }
	]);
});

test('[I2] mutations are decided in mid order, however the push lists them', async () => {
	const [first, second] = [phone.mutation(label()), phone.mutation(removeLabel())];
	const answer = await phone.send([second, first]);
	expect(answer.results.map(({ status }) => status)).toEqual(['ok', 'ok']);
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('assigned');
});

test('[I3, I6] the same push again, and again at once, gets the stored verdicts and changes nothing', async () => {
	const mutations = [phone.mutation(label()), phone.mutation(label())];
	const answer = await phone.send(mutations);
	expect(answer.results.map(({ status }) => status)).toEqual(['ok', 'noop']);
	const after = everything();
	world.advance(3_600_000);
	const again = await Promise.all([
		phone.send(mutations),
		phone.send([...mutations].reverse()),
		phone.send(mutations.slice(1))
	]);
	expect(again[0]!.results).toEqual(answer.results);
	expect(again[1]!.results).toEqual([...answer.results].reverse());
	expect(again[2]!.results).toEqual(answer.results.slice(1));
	expect(everything()).toBe(after);
});

test('[I3] ten connections sending the same mutation at once: decided once', async () => {
	const mutation = phone.mutation(label());
	const answers = await Promise.all(Array.from({ length: 10 }, () => phone.send([mutation])));
	for (const { results } of answers) expect(results).toEqual(answers[0]!.results);
	expect(world.value('SELECT count(*) FROM mutation_result WHERE uid = ?', mutation.uid)).toBe(1);
});

test('[I4] a gap applies nothing, at the front or inside', async () => {
	const before = everything();
	phone.mid = 1;
	expect(await refusal([phone.mutation(label())])).toEqual({ refusal: 'gap', status: 409 });
	phone.mid = 0;
	const first = phone.mutation(label());
	phone.mid = 2;
	expect(await refusal([first, phone.mutation(removeLabel())])).toEqual({ refusal: 'gap', status: 409 });
	expect(everything()).toBe(before);
});

test('[I5] the same mid with another uid applies nothing, decided or in one push', async () => {
	await phone.do(label());
	const before = everything();
	const other = { ...phone.mutation(removeLabel()), mid: 1 };
	expect(await refusal([other])).toEqual({ refusal: 'mid_taken', status: 409 });
	const [a, b] = [phone.mutation(removeLabel()), phone.mutation(label())];
	expect(
		await refusal([
			{ ...a, mid: 2 },
			{ ...b, mid: 2 }
		])
	).toEqual({ refusal: 'mid_taken', status: 409 });
	expect(everything()).toBe(before);
});

test('[I31] a uid that was decided under another replica takes no effect, and points at where it was decided', async () => {
	const mutation = phone.mutation(label());
	const first = (await phone.send([mutation])).results[0]!;
	const other = await world.phone('r2');
	const rows = domainRows();
	const copy = { ...mutation, mid: ++other.mid };
	const answer = await other.send([copy, other.mutation(removeLabel())]);
	expect(answer.results[0]).toEqual({ ...first, mid: 1, detail: { duplicateOf: { replicaId: 'r1', mid: 1 } } });
	expect(answer.results[1]).toMatchObject({ mid: 2, status: 'ok' });
	expect(domainRows()).not.toBe(rows);
	expect((await other.send([copy])).results[0]).toEqual(answer.results[0]);
	expect(other.pull().length).toBeGreaterThan(0);
	expect(other.verdicts.get(1)).toEqual(answer.results[0]);
});

test('[I31] a uid twice in one push takes effect once', async () => {
	const mutation = phone.mutation(label());
	const answer = await phone.send([mutation, { ...mutation, mid: ++phone.mid }]);
	expect(answer.results.map(({ status, detail }) => [status, detail])).toEqual([
		['ok', {}],
		['ok', { duplicateOf: { replicaId: 'r1', mid: 1 } }]
	]);
	expect(answer.lmid).toBe(2);
	expect(
		world.value('SELECT count(*) FROM carton_event WHERE carton_id = ? AND to_status = ?', cartonId, 'labeled')
	).toBe(1);
});

test('[I31] a cloned profile: the clone renumbers under a new replica and its scans take effect once each', async () => {
	const shared = phone.mutation(label());
	await phone.send([shared]);
	const own = phone.mutation(removeLabel());
	const clones = { ...phone.mutation(label()), mid: 2 };
	await phone.send([own]);
	expect(await refusal([clones])).toEqual({ refusal: 'mid_taken', status: 409 });
	const clone = await world.phone('r1-clone');
	const answer = await clone.send([
		{ ...shared, mid: 1 },
		{ ...clones, mid: 2 }
	]);
	expect(answer.results.map(({ status }) => status)).toEqual(['ok', 'ok']);
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('labeled');
});

test('[I26] a revoked device has no effect, with nobody signed in and with everybody', async () => {
	const before = everything();
	await world.raw(`UPDATE device SET status = 'revoked'`);
	expect(await refusal([phone.mutation(label())])).toEqual({ refusal: 'device_revoked', status: 401 });
	expect(() => phone.page()).toThrow('revoked');
	await expect(phone.hello()).rejects.toMatchObject({ refusal: 'device_revoked' });
	expect(everything()).toBe(before);
	expect(await refusal([phone.mutation(label())], { deviceId: 'nobody' })).toEqual({
		refusal: 'device_unknown',
		status: 401
	});
});

test('[I26] a revocation in the same turn as a push comes before or after it, never in between', async () => {
	const pushes = [phone.send([phone.mutation(label())]), world.raw(`UPDATE device SET status = 'revoked'`)];
	const later = await world.phone('r9').catch(() => null);
	await Promise.allSettled(pushes);
	expect(later).toBeNull();
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('labeled');
});

test('a push of another epoch, or of another device’s replica, decides nothing', async () => {
	const before = everything();
	expect(await refusal([phone.mutation(label())], { epoch: 'former' })).toEqual({ refusal: 'epoch', status: 409 });
	await world.device('device-2');
	expect(await refusal([{ ...phone.mutation(label()), mid: 1 }], { deviceId: 'device-2' })).toEqual({
		refusal: 'mid_taken',
		status: 409
	});
	expect(everything()).toBe(before);
});

test('[I22] what only a newer server can read waits undecided; what stands before it does not', async () => {
	const [known, newer] = [phone.mutation(label()), phone.anyMutation('carton.fly', '{}', { schema: 2 })];
	const answer = await phone.send([known, newer]);
	expect(answer).toMatchObject({ lmid: 1, results: [{ uid: known.uid, status: 'ok' }] });
	expect(await refusal([newer])).toEqual({ refusal: 'newer_client', status: 503 });
	expect(world.warnings.map(({ event }) => event)).toEqual(['newer_client']);
	expect(world.value(`SELECT lmid FROM replica WHERE id = 'r1'`)).toBe(1);
	// A command that this server does know is decided, whatever the app's release.
	const again = { ...phone.mutation(removeLabel(), { schema: 2 }), mid: 2 };
	expect((await phone.send([again])).results[0]).toMatchObject({ status: 'ok' });
});
