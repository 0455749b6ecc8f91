import { beforeEach, expect, test } from 'vitest';
import { noteHeld, readMark, writeMark } from './held-mark.ts';

beforeEach(() => localStorage.clear());
const own = { replicaId: 'r1', isNew: false };

test('[I17] how much is held is noted outside of the database, per database', () => {
	expect(readMark('one')).toBeNull();
	noteHeld('one', { ...own, pending: 3 });
	noteHeld('two', { ...own, pending: 5 });
	expect(readMark('one')).toEqual({ replicaId: 'r1', pending: 3 });
	noteHeld('one', { ...own, pending: 0 });
	expect(readMark('one')).toEqual({ replicaId: 'r1', pending: 0 });
});

test('[I17] a new database keeps what the former one held until the server has heard of it', () => {
	noteHeld('one', { ...own, pending: 3 });
	noteHeld('one', { replicaId: 'r2', pending: 1, isNew: true });
	expect(readMark('one')).toEqual({ replicaId: 'r1', pending: 3 });
	writeMark('one', { replicaId: 'r2', pending: 0 });
	noteHeld('one', { replicaId: 'r2', pending: 1, isNew: true });
	expect(readMark('one')).toEqual({ replicaId: 'r2', pending: 1 });
});

test('[I5] a replica that took another name is no new database', () => {
	noteHeld('one', { ...own, pending: 3 });
	noteHeld('one', { replicaId: 'r2', pending: 3, isNew: false });
	expect(readMark('one')).toEqual({ replicaId: 'r2', pending: 3 });
});

test('what somebody else wrote there is nothing', () => {
	for (const text of ['', 'r1', 'r1 many', ' 4']) {
		localStorage.setItem('one-held', text);
		expect(readMark('one')).toBeNull();
	}
});
