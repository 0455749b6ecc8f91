import { describe, expect, test } from 'vitest';
import type { StoredMutation } from './records.ts';
import { disputesIn, fateOf, type StoredPhoto } from './photos.ts';

const PHOTO: StoredPhoto = {
	id: 'p',
	shipmentId: 's',
	disputeId: 'd',
	drafted: true,
	personId: 'operator',
	takenAt: '2026-03-02T07:00:00.000Z',
	type: 'image/jpeg',
	bytes: new ArrayBuffer(1),
	stands: 'kept',
	refusal: null,
	sentAt: null
};
const DISPUTE = { shipmentId: 's', disputeId: 'd', reason: 'abîmé' };
const opening = (status: string | null, stands = 'queued') =>
	({
		name: 'shipment.dispute',
		args: JSON.stringify(DISPUTE),
		verdict: status === null ? null : { status },
		stands
	}) as StoredMutation;
const handOver = (status: string | null, stands = 'queued') =>
	({
		...opening(status, stands),
		name: 'refusal.handOver',
		args: JSON.stringify({ refusalId: 'r', command: 'shipment.dispute', arguments: DISPUTE, code: 'case_closed' })
	}) as StoredMutation;

describe('[D1] what becomes of a photo', () => {
	test.for([
		['a draft while its dispute was not opened', undefined, 'draft'],
		['waits while the dispute has no verdict', opening(null), 'waiting'],
		['is sent once it was accepted', opening('ok', 'accepted'), 'ready'],
		['is sent when there was a dispute already', opening('noop', 'done'), 'ready'],
		['is kept with the refused dispute', opening('rejected', 'todo'), 'held'],
		['is over when that was dealt with', opening('rejected', 'done'), 'over'],
		['is kept with one that the server could not decide', opening('dead', 'todo'), 'held']
	] as const)('%s', ([, mutation, fate]) => {
		expect(fateOf(PHOTO, mutation && { opening: mutation })).toBe(fate);
	});

	test.for([
		['waits while the office was not told yet', handOver(null), 'waiting'],
		['is sent to the office once that has it', handOver('ok', 'handed'), 'handed'],
		['is sent when another phone had handed it over', handOver('noop', 'done'), 'handed'],
		['is kept with a hand-over that was refused', handOver('rejected', 'todo'), 'held'],
		['is over when that was dealt with', handOver('rejected', 'done'), 'over']
	] as const)('[§11] of a refused dispute that was handed over: %s', ([, mutation, fate]) => {
		const told = { opening: opening('rejected', 'done'), handOver: mutation };
		expect(fateOf(PHOTO, told)).toBe(fate);
		expect(fateOf(PHOTO, { handOver: mutation }), 'the opening is forgotten').toBe(fate);
		expect(fateOf(PHOTO, { ...told, opening: opening(null) }), 'opened again').toBe('waiting');
	});

	test('of a dispute that was open before is sent at once, and stays sent or refused whatever becomes of the dispute', () => {
		expect(fateOf({ ...PHOTO, drafted: false }, undefined)).toBe('ready');
		expect(fateOf({ ...PHOTO, stands: 'sent' }, { opening: opening('rejected', 'done') })).toBe('sent');
		expect(fateOf({ ...PHOTO, stands: 'refused' }, { opening: opening(null) })).toBe('refused');
	});

	test('a dismissed opening opens nothing: its photos are drafts again', () => {
		const dismissed = { ...opening(null), dismissed: { by: 'p', at: '' } };
		expect(disputesIn([dismissed])).toEqual(new Map());
		const [opened, handed] = [opening('rejected', 'done'), handOver(null)];
		const other = {
			...handOver(null),
			args: JSON.stringify({ refusalId: 'r', command: 'carton.label', arguments: {} })
		};
		expect(disputesIn([opened, other, handed])).toEqual(new Map([['d', { opening: opened, handOver: handed }]]));
	});
});
