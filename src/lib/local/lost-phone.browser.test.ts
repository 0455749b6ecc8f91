import Dexie from 'dexie';
import { afterEach, expect, test } from 'vitest';
import type { SalvageInput, SalvageOutput } from '#lib/protocol/salvage.ts';
import type { Answer } from '#lib/sync/ports.ts';
import { prepare } from '#lib/sync/state.ts';
import { makePhotoDatabase } from './database.ts';
import { IdbStore } from './idb-store.ts';
import { giveUpPhone } from './lost-phone.ts';
import { PhoneDatabase } from './phone-database.ts';

const NAME = 'lost-phone-test';
afterEach(() => Promise.all([Dexie.delete(NAME), Dexie.delete(`${NAME}-photos`)]));

test('[I26] a revoked phone is erased once the server has answered, photos included, and says so; not before', async () => {
	const database = new PhoneDatabase(NAME);
	const store = new IdbStore(database);
	await prepare(store, () => 'replica-1');
	const photos = await makePhotoDatabase(NAME).open();
	const offered: SalvageInput[] = [];
	const answers: Answer<SalvageOutput>[] = [{ kind: 'silent', why: 'offline' }];
	let stopped = 0;
	let waited = 0;
	await store.transaction('write', ['mutations'], (tx) =>
		tx.put('mutations', [
			{
				...{ mid: 1, uid: 'uid-1', stands: 'queued', name: 'carton.label', version: 1, schema: 1, args: '{}' },
				...{ actorId: 'operator', deviceTime: '2026-03-02T08:00:00.000Z', clockOffset: 0, code: 'MM-1' },
				...{ actor: { name: 'X', structure: '', role: 'operator' }, reads: [], writes: [], undo: null },
				...{ conflict: null, verdict: null, decidedAt: null, settledAt: null }
			}
		])
	);
	localStorage.setItem(`${NAME}-held`, 'replica-1 1');
	await giveUpPhone({
		store,
		database,
		stop: () => {
			photos.close();
			stopped++;
		},
		offer: (input) => {
			offered.push(input);
			return Promise.resolve(answers.shift() ?? { kind: 'ok', value: { kept: 1, full: false } });
		},
		after: async () => {
			waited++;
			// The server was silent: everything is still here.
			expect(await Dexie.exists(NAME)).toBe(true);
			expect(stopped).toBe(0);
		}
	});
	expect([waited, stopped]).toEqual([1, 1]);
	// A phone that is new says what a former one may have lost: this one handed it in.
	expect(localStorage.getItem(`${NAME}-held`)).toBe('replica-1 0');
	expect(await Promise.all([Dexie.exists(NAME), Dexie.exists(`${NAME}-photos`)])).toEqual([false, false]);
	expect(offered.map(({ mutations, cleared }) => [mutations.length, cleared])).toEqual([
		[1, false],
		[1, false],
		[0, true]
	]);
});
