import { describe, expect, test } from 'vitest';
import type { Operator } from '#lib/sync/client.ts';
import { Session } from './session.svelte.ts';

const WORKER: Operator = { personId: 'p', name: 'Opérateur', structure: 'Entrepôt', role: 'operator' };

/** Lets what was promised happen. */
async function turns(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

/** A session on a phone that remembers `remembered`, with a server that names `named` (null: silent or nobody). */
function phone(remembered: Operator | null, named: Operator | null) {
	let left = 0;
	const online = { value: true };
	const owes = { value: false };
	const answers: (() => void)[] = [];
	const session = new Session({
		client: {
			operator: (listener) => {
				listener(remembered);
				return () => undefined;
			},
			refreshOperator: () => new Promise((resolve) => answers.push(() => resolve(named))),
			signOut: () => Promise.resolve(),
			syncNow: () => undefined
		},
		signIn: () => void left++,
		endSession: () => Promise.resolve(online.value),
		owesEnd: { get: () => owes.value, set: (value) => (owes.value = value) }
	});
	session.start();
	return {
		session,
		online,
		owes,
		left: () => left,
		serverAnswers: async () => {
			await turns();
			answers.shift()?.();
			await turns();
		}
	};
}

describe('who works with this phone', () => {
	test('[ux] a remembered worker works offline at once', () => {
		const { session, left } = phone(WORKER, null);
		expect(session.situation).toBe('known');
		session.follow({ connection: 'offline' });
		expect(left()).toBe(0);
	});

	test('[ux] nobody remembered and no network: said so, no redirect', async () => {
		const { session, left, serverAnswers } = phone(null, null);
		session.follow({ connection: 'offline' });
		expect(session.situation).toBe('starting');
		await serverAnswers();
		expect([session.situation, left()]).toEqual(['signed_out', 0]);
	});

	test('[ux] nobody remembered and the server answers: the sign-in page, once', async () => {
		const { session, left, serverAnswers } = phone(null, null);
		session.follow({ connection: 'online' });
		await serverAnswers();
		session.follow({ connection: 'syncing' });
		await serverAnswers();
		expect(left()).toBe(1);
	});

	test('[ux] back in range the server is asked again before anybody is sent away', async () => {
		const { session, left, serverAnswers } = phone(null, null);
		session.follow({ connection: 'offline' });
		await serverAnswers();
		session.follow({ connection: 'online' });
		expect(left()).toBe(0);
		await serverAnswers();
		expect(left()).toBe(1);
	});

	test('[ux] the server knows who is signed in: no redirect', async () => {
		const { session, left, serverAnswers } = phone(null, WORKER);
		session.follow({ connection: 'online' });
		await serverAnswers();
		expect([session.situation, session.operator, left()]).toEqual(['known', WORKER, 0]);
	});

	test('[ux] signing out ends the server session before anybody is recognised by it, also when it was done offline', async () => {
		const { session, left, online, owes, serverAnswers } = phone(WORKER, WORKER);
		await serverAnswers();
		online.value = false;
		await session.signOut();
		expect([owes.value, left()]).toEqual([true, 0]);
		online.value = true;
		await session.signOut();
		expect([owes.value, left()]).toEqual([false, 1]);
	});

	test('[I21] taken over without network: the former worker’s session ends as soon as the server answers, and nobody leaves', async () => {
		const { session, left, online, owes, serverAnswers } = phone(WORKER, null);
		await serverAnswers();
		online.value = false;
		session.oweEnd(true);
		session.follow({ connection: 'offline' });
		await serverAnswers();
		expect(owes.value).toBe(true);
		online.value = true;
		session.follow({ connection: 'syncing' });
		await serverAnswers();
		expect([owes.value, session.situation, left()]).toEqual([false, 'known', 0]);
	});

	test('[I17] a session that has expired sends nobody away who is remembered', async () => {
		const { session, left, serverAnswers } = phone(WORKER, null);
		session.follow({ connection: 'online' });
		await serverAnswers();
		expect([session.situation, left()]).toEqual(['known', 0]);
	});
});
