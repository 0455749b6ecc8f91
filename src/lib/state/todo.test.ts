import { describe, expect, test } from 'vitest';
import { refuse } from '#lib/domain/refuse.ts';
import type { TodoItem } from '#lib/sync/client.ts';
import { FakeReplica, WORKER } from '../../../tests/support/fake-replica.ts';
import { Answers } from './answers.svelte.ts';
import { Floor } from './floor.ts';
import { groupByCause, Todo } from './todo.svelte.ts';

const item = (uid: string, causedBy: string | null, minute: number, command?: TodoItem['command']): TodoItem => ({
	uid,
	command: command ?? { name: 'carton.label', args: { cartonId: 'c1', shipmentId: 's1' } },
	status: 'rejected',
	rejection: refuse('carton_not_assigned', { code: 'BOX-1', status: 'packed' }, 'c1'),
	code: '',
	causedBy,
	at: `2026-11-20T09:${String(minute).padStart(2, '0')}:00.000Z`,
	actorId: 'p'
});

describe('À traiter', () => {
	test('[sync §4.6] consequences stand under their cause, through one another; the newest cause first', () => {
		const groups = groupByCause([item('old', null, 1), item('c', 'b', 5), item('b', 'a', 4), item('a', null, 3)]);
		expect(groups.map(({ first, followers }) => [first.uid, followers.map(({ uid }) => uid)])).toEqual([
			['a', ['b', 'c']],
			['old', []]
		]);
	});

	test('[sync §4.6] a cause that was dealt with leaves its consequence on its own; a circle ends', () => {
		expect(groupByCause([item('b', 'gone', 1)]).map(({ first }) => first.uid)).toEqual(['b']);
		expect(
			groupByCause([item('x', 'y', 1), item('y', 'x', 2)]).flatMap(({ first, followers }) => [first, ...followers])
		).toHaveLength(2);
	});

	test('a card goes by the code that was scanned where the thing has left this phone', async () => {
		const replica = new FakeReplica();
		const floor = new Floor({
			client: replica,
			answers: new Answers({ play: () => undefined }, () => 'Europe/Paris'),
			open: () => Promise.resolve(),
			newId: () => 'id',
			askPin: () => undefined
		});
		const dispute = { shipmentId: 'gone', disputeId: 'd', reason: 'abîmé' };
		const gone = { ...item('a', null, 1, { name: 'shipment.dispute', args: dispute }), code: '260019' };
		const todo = new Todo(floor);
		expect(todo.nameOf(gone)).toBe('260019');
		replica.todoItems = [gone];
		await todo.handOver([gone], '');
		expect(replica.log).toMatchObject([{ command: 'refusal.handOver', code: '260019' }]);
	});

	test('[§11] the office gets the cause first, with what was meant, why not, and a word; both leave the list', async () => {
		const replica = new FakeReplica();
		replica.todoItems = [item('a', null, 1), item('b', 'a', 2)];
		const answers = new Answers({ play: () => undefined }, () => 'Europe/Paris');
		const floor = new Floor({
			client: replica,
			answers,
			open: () => Promise.resolve(),
			newId: () => 'id',
			askPin: () => undefined
		});
		await new Todo(floor).handOver(replica.todoItems, 'Il est sur le quai');
		const told = {
			command: 'carton.label',
			arguments: { cartonId: 'c1', shipmentId: 's1' },
			code: 'carton_not_assigned',
			note: 'Il est sur le quai'
		};
		expect(replica.submitted).toEqual([
			{ name: 'refusal.handOver', args: { refusalId: 'a', ...told } },
			{ name: 'refusal.handOver', args: { refusalId: 'b', ...told } }
		]);
		expect(replica.settled).toEqual(['a', 'b']);
		expect(replica.todoItems).toEqual([]);
		expect(answers.current).toMatchObject({ tone: 'ok', headline: 'Au bureau', fate: 'queued' });
	});

	test('[§9] who may not hand over keeps the refusal in the list', async () => {
		const replica = new FakeReplica();
		replica.person = { ...WORKER, role: 'viewer' };
		replica.todoItems = [item('a', null, 1)];
		const answers = new Answers({ play: () => undefined }, () => 'Europe/Paris');
		const floor = new Floor({
			client: replica,
			answers,
			open: () => Promise.resolve(),
			newId: () => 'id',
			askPin: () => undefined
		});
		const todo = new Todo(floor);
		await todo.handOver(replica.todoItems, '');
		expect(answers.current?.tone).toBe('no');
		expect(replica.settled).toEqual([]);
		const itself = { refusalId: 'a', command: 'carton.label', arguments: {}, code: 'x' };
		expect(todo.canHandOver(item('c', null, 1, { name: 'refusal.handOver', args: itself }))).toBe(false);
	});

	test('[ux] redo asks with what is seen now, and deals with the refused one when it is taken', async () => {
		const replica = new FakeReplica();
		replica.addShipment({ id: 's2', reference: '260139' });
		replica.addCarton({
			id: 'c1',
			code: 'BOX-1',
			status: 'assigned',
			shipmentId: 's2',
			items: [{ productId: 'p', quantity: 1, lotCode: null, expiresOn: null }]
		});
		const answers = new Answers({ play: () => undefined }, () => 'Europe/Paris');
		const floor = new Floor({
			client: replica,
			answers,
			open: () => Promise.resolve(),
			newId: () => 'id',
			askPin: () => undefined
		});
		await new Todo(floor).redo(item('a', null, 1));
		expect(replica.submitted).toEqual([{ name: 'carton.label', args: { cartonId: 'c1', shipmentId: 's2' } }]);
		expect(replica.settled).toEqual(['a']);
		await new Todo(floor).redo(item('b', null, 1, { name: 'carton.discard', args: { cartonId: 'c1' } }));
		expect(answers.current?.tone).toBe('no');
		expect(replica.settled).toEqual(['a']);
	});
});
