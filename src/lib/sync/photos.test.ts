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
const opening = (status: string | null, stands = 'queued') =>
	({
		name: 'shipment.dispute',
		args: JSON.stringify({ shipmentId: 's', disputeId: 'd', reason: 'abîmé' }),
		verdict: status === null ? null : { status },
		stands
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
		expect(fateOf(PHOTO, mutation)).toBe(fate);
	});

	test('of a dispute that was open before is sent at once, and stays sent or refused whatever becomes of the dispute', () => {
		expect(fateOf({ ...PHOTO, drafted: false }, undefined)).toBe('ready');
		expect(fateOf({ ...PHOTO, stands: 'sent' }, opening('rejected', 'done'))).toBe('sent');
		expect(fateOf({ ...PHOTO, stands: 'refused' }, opening(null))).toBe('refused');
	});

	test('a dismissed opening opens nothing: its photos are drafts again', () => {
		const dismissed = { ...opening(null), dismissed: { by: 'p', at: '' } };
		expect(disputesIn([dismissed])).toEqual(new Map());
		expect(disputesIn([opening(null)]).get('d')).toBeDefined();
	});
});
