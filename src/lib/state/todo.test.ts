import { describe, expect, test } from 'vitest';
import { refuse } from '#lib/domain/refuse.ts';
import type { TodoItem } from '#lib/sync/client.ts';
import { FakeReplica } from '../../../tests/support/fake-replica.ts';
import { Answers } from './answers.svelte.ts';
import { Floor } from './floor.ts';
import { groupByCause, Todo } from './todo.svelte.ts';

const item = (uid: string, causedBy: string | null, minute: number, command?: TodoItem['command']): TodoItem => ({
	uid,
	command: command ?? { name: 'carton.label', args: { cartonId: 'c1', shipmentId: 's1' } },
	status: 'rejected',
	rejection: refuse('carton_not_assigned', { code: 'BOX-1', status: 'packed' }, 'c1'),
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
		const floor = new Floor({ client: replica, answers, open: () => Promise.resolve(), newId: () => 'id' });
		await new Todo(floor).redo(item('a', null, 1));
		expect(replica.submitted).toEqual([{ name: 'carton.label', args: { cartonId: 'c1', shipmentId: 's2' } }]);
		expect(replica.settled).toEqual(['a']);
		await new Todo(floor).redo(item('b', null, 1, { name: 'carton.discard', args: { cartonId: 'c1' } }));
		expect(answers.current?.tone).toBe('no');
		expect(replica.settled).toEqual(['a']);
	});
});
