import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { address, queued, queueNotices, states } from '../../../../tests/support/mail.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { tokenHash } from '#lib/server/access/tokens.ts';
import { endNotices } from './addresses.ts';
import { processQueue, type ProcessOptions } from './deliver.ts';
import { discardHeld, holdQueued, releaseHeld } from './held.ts';
import { actOnMail } from './mail-acts.ts';
import { mailedToken, TOKEN_PLACE } from './mailed-link.ts';
import { DeliveryFailed, type Outgoing, type Transport } from './transport.ts';

let server: TestServer;
beforeEach(async () => void (server = await openServer()));
afterEach(() => server.close());

const SECOND = 1000;

/** Takes everything over, or what `refuse` does not throw for. */
class Hands implements Transport {
	readonly kind = 'log';
	readonly got: Outgoing[] = [];
	constructor(readonly refuse: (message: Outgoing) => unknown = () => undefined) {}
	async deliver(message: Outgoing): Promise<void> {
		await this.refuse(message);
		this.got.push(message);
	}
}
const down = () => {
	throw new DeliveryFailed('ECONNREFUSED', 'nobody there');
};

const run = (transport: Transport, more: Partial<ProcessOptions> = {}) =>
	processQueue(server.world, transport, { limit: 100, includeFailed: false, dryRun: false, ...more });

describe('[operations, Mail] retries', () => {
	test('come after 60, 120, 240 and 480 s, and the fifth failure is the last', async () => {
		await queueNotices(server, 1);
		for (const [n, seconds] of [60, 120, 240, 480].entries()) {
			expect(await run(new Hands(down))).toMatchObject({ selected: 1, retried: 1, deferred: 0 });
			const [message] = queued(server);
			expect(message).toMatchObject({ state: 'pending', attempts: n + 1, reason: 'ECONNREFUSED: nobody there' });
			expect(Date.parse(message!.due) - server.now.getTime()).toBe(seconds * SECOND);
			server.advance(seconds * SECOND - 1);
			expect(await run(new Hands())).toMatchObject({ selected: 0, deferred: 1 });
			server.advance(1);
		}
		expect(await run(new Hands(down))).toMatchObject({ selected: 1, failed: 1 });
		expect(queued(server)).toMatchObject([{ state: 'failed', attempts: 5 }]);
		expect(await run(new Hands())).toMatchObject({ selected: 0 });
	});

	test('come no later than the longest delay of the settings', async () => {
		await server.close();
		server = await openServer({ EMAIL_QUEUE_RETRY_MAX_SECONDS: '100', EMAIL_QUEUE_RETRY_BASE_SECONDS: '60' });
		await queueNotices(server, 1);
		await run(new Hands(down));
		server.advance(60 * SECOND);
		await run(new Hands(down));
		expect(Date.parse(queued(server)[0]!.due) - server.now.getTime()).toBe(100 * SECOND);
	});

	test('start over with --include-failed, and are all delivered', async () => {
		await queueNotices(server, 3);
		for (let n = 0; n < 5; n++) {
			await run(new Hands(down));
			server.advance(480 * SECOND);
		}
		expect(states(server)).toEqual({ failed: 3 });
		const hands = new Hands();
		expect(await run(hands, { includeFailed: true })).toMatchObject({ replayed: 3, processed: 3 });
		expect(hands.got.map(({ to }) => to)).toEqual([1, 2, 3].map(address));
	});

	test('of a server that is down for an hour lose nothing', async () => {
		await queueNotices(server, 3);
		for (let minute = 0; minute < 60; minute++) {
			await run(new Hands(down));
			server.advance(60 * SECOND);
		}
		expect(states(server)).toEqual({ failed: 3 });
		await run(new Hands(), { includeFailed: true });
		expect(states(server)).toEqual({ processed: 3 });
	});
});

describe('[operations, Mail] the queue', () => {
	test('is worked off first come, first served; what is not due is deferred and uses up no limit', async () => {
		await queueNotices(server, 2);
		await run(new Hands(down));
		server.advance(SECOND);
		await queueNotices(server, 4);
		const hands = new Hands();
		expect(await run(hands, { limit: 3 })).toMatchObject({ selected: 3, processed: 3, deferred: 2 });
		server.advance(59 * SECOND);
		expect(await run(hands, { limit: 2 })).toMatchObject({ selected: 2, deferred: 0 });
		expect(hands.got.map(({ to }) => to)).toEqual([1, 2, 3, 1, 2].map(address));
	});

	test('a dry run counts and changes nothing', async () => {
		await queueNotices(server, 3);
		const before = queued(server);
		const hands = new Hands();
		expect(await run(hands, { dryRun: true, limit: 2 })).toMatchObject({ selected: 2, processed: 0, deferred: 0 });
		expect([queued(server), hands.got]).toEqual([before, []]);
	});

	test('two runners at once never send the same message, and people write meanwhile', async () => {
		await queueNotices(server, 30);
		const write = () => server.world.store.write((db) => db.prepare('SELECT 1').get());
		const hands = new Hands(write);
		const [one, other] = await Promise.all([run(hands), run(hands)]);
		expect(one.processed + other.processed).toBe(30);
		expect(new Set(hands.got.map(({ to }) => to)).size).toBe(30);
		expect(hands.got).toHaveLength(30);
	});

	test('is left when the server stops: what is on its way is finished, no other message is begun', async () => {
		await queueNotices(server, 20);
		const stop = new AbortController();
		const hands = new Hands(() => stop.abort());
		const { selected, processed } = await run(hands, { signal: stop.signal });
		expect(selected).toBeLessThan(20);
		expect(states(server)).toEqual({ processed, pending: 20 - processed });
		expect(hands.got).toHaveLength(selected);
	});

	test('a fault of our own counts as a failure and stops nobody else', async () => {
		await queueNotices(server, 2);
		const hands = new Hands(({ to }) => {
			if (to === address(1)) throw new TypeError('a bug');
		});
		expect(await run(hands)).toMatchObject({ processed: 1, retried: 1 });
		expect(queued(server)[0]).toMatchObject({ state: 'pending', reason: 'fault: See the log.' });
	});
});

describe('[operations, Mail] who dies between sending and recording', () => {
	/** The process ends after the server has taken the message over. */
	async function crash(): Promise<Hands> {
		const hands = new Hands();
		let writes = 0;
		const store = new Proxy(server.world.store, {
			get: (target, name) => {
				if (name !== 'write') return Reflect.get(target, name, target) as unknown;
				return (work: Parameters<typeof target.write>[0]) => {
					// Preparing, claiming, recording.
					if (++writes === 3) throw new Error('power loss');
					return target.write(work);
				};
			}
		});
		const options = { limit: 1, includeFailed: false, dryRun: false };
		await expect(processQueue({ ...server.world, store }, hands, options)).rejects.toThrow('power loss');
		return hands;
	}

	test('leaves a message that is sent again under the same Message-ID, without counting an attempt', async () => {
		await queueNotices(server, 1);
		const before = await crash();
		expect(states(server)).toEqual({ processing: 1 });
		server.advance(900 * SECOND - 1);
		const after = new Hands();
		expect(await run(after)).toMatchObject({ selected: 0, reclaimed: 0 });
		server.advance(1);
		expect(await run(after)).toMatchObject({ reclaimed: 1, processed: 1 });
		expect(queued(server)).toMatchObject([{ state: 'processed', attempts: 0 }]);
		expect(after.got[0]!.messageId).toBe(before.got[0]!.messageId);
		expect(after.got[0]!.tryId).toBe(before.got[0]!.tryId);
	});

	test('and comes back late changes nothing of what another one did meanwhile', async () => {
		await queueNotices(server, 1);
		let finish = () => undefined as void;
		const slow = run(new Hands(() => new Promise<void>((resolve) => (finish = resolve))));
		await expect.poll(() => states(server)).toEqual({ processing: 1 });
		server.advance(900 * SECOND);
		await run(new Hands(down));
		finish();
		await slow;
		expect(queued(server)).toMatchObject([{ state: 'pending', attempts: 1 }]);
	});

	test('a clock that was a day ahead keeps nothing back', async () => {
		server.advance(24 * 3600 * SECOND);
		await queueNotices(server, 2);
		await run(new Hands(down), { limit: 1 });
		await crash();
		server.advance(-24 * 3600 * SECOND);
		expect(await run(new Hands())).toMatchObject({ processed: 2, reclaimed: 1 });
	});
});

describe('a message goes out', () => {
	test('with what lets its reader end it in one click, and says that a machine wrote it', async () => {
		await queueNotices(server, 1);
		const hands = new Hands();
		await run(hands);
		const [{ token } = { token: '' }] = server.rows<{ token: string }>(
			'SELECT unsubscribe_token AS token FROM mail_address'
		);
		expect(hands.got[0]!.headers).toEqual({
			'Auto-Submitted': 'auto-generated',
			'X-Auto-Response-Suppress': 'All',
			'List-Unsubscribe': `<http://localhost:3000/unsubscribe/${token}>`,
			'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
		});
	});

	test('to nobody who ended their notices after it was queued', async () => {
		await queueNotices(server, 1);
		const [{ token } = { token: '' }] = server.rows<{ token: string }>(
			'SELECT unsubscribe_token AS token FROM mail_address'
		);
		await server.world.store.write((db) => endNotices(db, token));
		const hands = new Hands();
		expect(await run(hands)).toMatchObject({ selected: 1, discarded: 1 });
		expect(hands.got).toEqual([]);
	});

	test.each([
		['an address', { to: 'a@example.org\r\nBcc: b@example.org' }],
		['two addresses', { to: 'a@example.org, b@example.org' }],
		['a subject', { subject: 'Objet\r\nBcc: b@example.org' }]
	])('never with %s that writes headers', async (_what, more) => {
		await queueNotices(server, 1, { kind: 'password', ...more });
		const hands = new Hands();
		expect(await run(hands)).toMatchObject({ retried: 1 });
		expect([hands.got, queued(server)[0]!.reason]).toEqual([[], expect.stringMatching(/^malformed/)]);
	});

	test('with its one-time link, which the database does not hold; not when the link is void', async () => {
		const { sessionSecret } = server.world.settings;
		const text = `http://localhost:3000/welcome/${TOKEN_PLACE}`;
		const keys = ['invitation:1', 'invitation:2'];
		for (const key of keys) {
			await queueNotices(server, 1, { key, kind: 'invitation', text, html: text });
			await server.raw(
				'INSERT INTO one_time_link (id, person_id, created_at, expires_at) VALUES (?, ?, ?, ?)',
				...[tokenHash(mailedToken(key, sessionSecret), sessionSecret), key, '2026', '2027']
			);
		}
		await server.raw('DELETE FROM one_time_link WHERE person_id = ?', keys[1]);
		const hands = new Hands();
		expect(await run(hands)).toMatchObject({ processed: 1, discarded: 1 });
		const token = mailedToken(keys[0]!, sessionSecret);
		expect(hands.got.map((mail) => [mail.text, mail.html])).toEqual([
			[`http://localhost:3000/welcome/${token}`, `http://localhost:3000/welcome/${token}`]
		]);
		expect(JSON.stringify(server.rows('SELECT * FROM mail_message'))).not.toContain(token);
	});

	test('in a custom text the mark of a link stays what it is', async () => {
		await queueNotices(server, 1, { text: TOKEN_PLACE });
		const hands = new Hands();
		await run(hands);
		expect(hands.got[0]!.text).toBe(TOKEN_PLACE);
	});
});

describe('[operations, Mail] what a restore held', () => {
	beforeEach(async () => {
		await queueNotices(server, 3);
		await server.world.store.write(holdQueued);
	});

	test('is not delivered', async () => {
		expect(await run(new Hands(), { includeFailed: true })).toMatchObject({ selected: 0, deferred: 0 });
		expect(states(server)).toEqual({ held: 3 });
	});

	test('goes out in its order when an admin releases it, which the audit log tells', async () => {
		expect(await actOnMail(server.world.store, 'release', null, 'admin', server.now)).toBe(3);
		const hands = new Hands();
		await run(hands);
		expect(hands.got.map(({ to }) => to)).toEqual([1, 2, 3].map(address));
		expect(server.rows('SELECT act, actor_id AS who, subject_id AS what, detail FROM audit_event')).toEqual([
			{ act: 'mail.release', who: 'admin', what: 'all', detail: '{"messages":3}' }
		]);
	});

	test('never goes out when it is discarded, one by one or all', async () => {
		const [{ id } = { id: '' }] = server.rows<{ id: string }>('SELECT id FROM mail_message ORDER BY id');
		const at = server.now.toISOString();
		expect(await server.world.store.write((db) => discardHeld(db, at, id))).toBe(1);
		expect(await server.world.store.write((db) => releaseHeld(db, at, id))).toBe(0);
		expect(await server.world.store.write((db) => discardHeld(db, at))).toBe(2);
		expect(await run(new Hands(), { includeFailed: true })).toMatchObject({ selected: 0 });
	});
});
