/** Taking a phone over, with the real cryptography over a phone's storage in memory, and a server that the test plays. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { SwitchOutput } from '#lib/protocol/envelope.ts';
import type { Answer } from '#lib/sync/ports.ts';
import { isVerifier, type MetaRecord } from '#lib/sync/records.ts';
import { keepSignIns } from '#lib/sync/sign-ins.ts';
import { changeReplica, prepare, readState, rememberOperator, writeOperator } from '#lib/sync/state.ts';
import { MemoryStore } from '../../../tests/sync/memory-store.ts';
import { BadgeDesk } from './badge-desk.ts';

// Six hundred thousand rounds a PIN, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const STARTS_AT = Date.parse('2026-03-02T08:00:00.000Z');
const SHIFT_MS = 12 * 3_600_000;
const MINUTE_MS = 60_000;
const ANNA = { badgeCode: 'BADGE-ANNA', pin: '4071' };
const MANAGER = { personId: 'manager', name: 'Marc', structure: 'Entrepôt', role: 'manager' as const };

let store: MemoryStore;
let now: number;
let left: number;
let answer: Answer<SwitchOutput>;
/** As after a reload: nothing but what is stored. */
const desk = () => new BadgeDesk(store, { now: () => now }, () => Promise.resolve(answer));
const alone = (pin: string, badgeCode = ANNA.badgeCode) =>
	desk().switchTo({ badgeCode, pin }, { ask: false, leaving: () => left++ });
const meta = (): MetaRecord[] => store.content('meta') as MetaRecord[];
const working = () => store.transaction('read', ['meta'], async (tx) => (await readState(tx)).operator);
const iso = (at: number): string => new Date(at).toISOString();

const handed = (pinGeneration = 1): Answer<SwitchOutput> => ({
	kind: 'ok',
	value: {
		kind: 'ok',
		operator: { personId: 'anna', name: 'Anna', structure: 'Entrepôt', role: 'operator' },
		...{ until: iso(now + SHIFT_MS), pinGeneration, serverNow: iso(now) }
	}
});
async function online(): Promise<void> {
	answer = handed();
	expect(await desk().switchTo(ANNA, { ask: true, leaving: () => left++ })).toMatchObject({ kind: 'switched' });
	await writeOperator(store, MANAGER);
	answer = { kind: 'silent', why: 'offline' };
}

beforeEach(async () => {
	store = new MemoryStore();
	[now, left] = [STARTS_AT, 0];
	let ids = 0;
	await prepare(store, () => `id-${++ids}`);
	await writeOperator(store, MANAGER);
	answer = { kind: 'silent', why: 'offline' };
});

describe('online', () => {
	test('[I21] the server’s yes changes who works, as operator until the end of the shift', async () => {
		answer = handed();
		const switched = await desk().switchTo(ANNA, { ask: true, leaving: () => left++ });
		expect(switched).toMatchObject({ kind: 'switched', how: 'online' });
		expect(await working()).toMatchObject({ personId: 'anna', signedInBy: 'pin', until: iso(now + SHIFT_MS) });
		// The server has ended the former session itself.
		expect(left).toBe(0);
	});

	test.each([
		[
			{ kind: 'ok', value: { kind: 'wrong' } },
			{ kind: 'wrong', left: null }
		],
		[{ kind: 'ok', value: { kind: 'inactive' } }, { kind: 'inactive' }],
		[
			{ kind: 'ok', value: { kind: 'wait', seconds: 30 } },
			{ kind: 'wait', seconds: 30 }
		],
		[
			{ kind: 'refused', refusal: 'device_revoked', status: 401, retryAfterMs: null },
			{ kind: 'refused', why: 'device_revoked' }
		],
		[
			{ kind: 'refused', refusal: 'too_many_requests', status: 429, retryAfterMs: 9 },
			{ kind: 'refused', why: 'busy' }
		]
	] as const)('%j is the last word, whatever this phone remembers', async (said, heard) => {
		await online();
		answer = said as Answer<SwitchOutput>;
		expect(await desk().switchTo(ANNA, { ask: true, leaving: () => left++ })).toEqual(heard);
		expect(await working()).toMatchObject({ personId: 'manager' });
	});

	test('the phone keeps no PIN, and a key that cannot be taken out of it', async () => {
		await online();
		const [verifier] = meta().filter(isVerifier);
		expect(verifier).toMatchObject({ iterations: 600_000, failures: 0 });
		expect([verifier!.salt.length, verifier!.proof.length]).toEqual([16, 32]);
		const held = meta().find(({ key }) => key === 'device-key') as unknown as { hmac: CryptoKey };
		expect(held.hmac.extractable).toBe(false);
		await expect(crypto.subtle.exportKey('raw', held.hmac)).rejects.toThrow();
	});
});

describe('without network', () => {
	test('[I21] badge and PIN of a colleague of this shift change who works; the server’s session is owed an end first', async () => {
		await online();
		const before: unknown[] = [];
		const leaving = () => void before.push(meta().find(({ key }) => key === 'operator'));
		expect(await desk().switchTo(ANNA, { ask: true, leaving })).toMatchObject({ kind: 'switched', how: 'offline' });
		expect(before).toEqual([{ key: 'operator', operator: MANAGER }]);
		expect(await working()).toMatchObject({ personId: 'anna', role: 'operator', signedInBy: 'pin' });
	});

	test('who was never let in here online needs the network', async () => {
		await online();
		expect(await alone('4071', 'BADGE-BEN')).toEqual({ kind: 'needs_network', why: 'unknown' });
		expect(await desk().offline()).toMatchObject([{ personId: 'anna', badgeCode: 'BADGE-ANNA' }]);
	});

	test('the shift’s end and a clock that went back need it too', async () => {
		await online();
		now = STARTS_AT - 2 * MINUTE_MS;
		expect(await alone('4071')).toEqual({ kind: 'needs_network', why: 'clock' });
		now = STARTS_AT + SHIFT_MS;
		expect(await alone('4071')).toEqual({ kind: 'needs_network', why: 'shift_over' });
		expect(await desk().offline()).toEqual([]);
	});

	test('[I25] the shift ends by the clock as the last contact corrected it', async () => {
		await changeReplica(store, () => ({ clockOffset: 3_600_000 }));
		answer = handed();
		await desk().switchTo(ANNA, { ask: true, leaving: () => left++ });
		now = STARTS_AT + SHIFT_MS - 3_600_000;
		expect(await alone('4071')).toEqual({ kind: 'needs_network', why: 'shift_over' });
		now -= 1;
		expect(await alone('4071')).toMatchObject({ kind: 'switched' });
	});

	test('a wrong PIN is counted before it is compared: a kill in between gives nothing back', async () => {
		await online();
		const counted = new Promise<number>((resolve) => {
			store.onCommit = () => resolve(meta().filter(isVerifier)[0]!.failures);
		});
		const answered = alone('9305');
		expect(await counted).toBe(1);
		store.onCommit = null;
		expect(await answered).toEqual({ kind: 'wrong', left: 9 });
	});

	test('four wrong ones are free, then it waits 1, 5 and 15 minutes, through reloads, and the tenth is the last', async () => {
		await online();
		for (const tries of [9, 8, 7, 6]) expect(await alone('9305')).toEqual({ kind: 'wrong', left: tries });
		for (const minutes of [1, 5, 15, 15, 15]) {
			expect(await alone('9305')).toEqual({ kind: 'wait', seconds: minutes * 60 });
			// The right one does not help while it waits, and does not count either.
			expect(await alone('4071')).toEqual({ kind: 'wait', seconds: minutes * 60 });
			now += minutes * MINUTE_MS;
		}
		expect(await alone('9305')).toEqual({ kind: 'needs_network', why: 'forgotten' });
		expect(await alone('4071')).toEqual({ kind: 'needs_network', why: 'unknown' });
		expect(left).toBe(0);
	});

	test('the right PIN forgives the wrong ones before it', async () => {
		await online();
		for (let i = 0; i < 4; i++) await alone('9305');
		expect(await alone('4071')).toMatchObject({ kind: 'switched' });
		expect(await alone('9305')).toEqual({ kind: 'wrong', left: 9 });
	});
});

describe('what the server says at hello', () => {
	const heard = (signIns: { personId: string; pinGeneration: number }[], at = STARTS_AT + 1) =>
		keepSignIns(store, { badgeSignIns: signIns, serverNow: iso(at) });

	test('keeps who is named with the PIN of now', async () => {
		await online();
		await heard([{ personId: 'anna', pinGeneration: 1 }]);
		expect(await alone('4071')).toMatchObject({ kind: 'switched' });
	});

	test.each([[[]], [[{ personId: 'anna', pinGeneration: 2 }]]])('forgets everybody else: %j', async (signIns) => {
		await online();
		await heard(signIns);
		expect(await alone('4071')).toEqual({ kind: 'needs_network', why: 'unknown' });
		expect(await working()).toEqual(MANAGER);
	});

	test('asks for the PIN again when it is who works just now', async () => {
		answer = handed();
		await desk().switchTo(ANNA, { ask: true, leaving: () => left++ });
		await heard([]);
		expect((await working())?.until).toBe(iso(STARTS_AT + 1));
	});

	test('said before a switch, does not undo it', async () => {
		await online();
		await heard([], STARTS_AT);
		expect(await alone('4071')).toMatchObject({ kind: 'switched' });
	});
});

describe('whom the server’s session names', () => {
	const named = (personId: string, signedInBy?: 'pin') => ({
		...{ personId, name: personId, structure: '', role: 'operator' as const },
		...(signedInBy ? { signedInBy, until: iso(now + SHIFT_MS) } : {})
	});

	test('works here, unless somebody took the phone over while it was asked', async () => {
		expect((await rememberOperator(store, named('ben'), 'manager')).personId).toBe('ben');
		await online();
		await alone('4071');
		expect((await rememberOperator(store, named('manager'), 'manager')).personId).toBe('anna');
	});

	test('by badge and PIN, is nobody else than who works: that switch was never heard of here', async () => {
		expect((await rememberOperator(store, named('anna', 'pin'), 'manager')).personId).toBe('manager');
		await writeOperator(store, null);
		expect((await rememberOperator(store, named('anna', 'pin'), null)).personId).toBe('anna');
	});
});
