import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { addressToConfirm, addressToEnd, askToConfirm, confirmAddress, endNotices, masked } from './addresses.ts';
import { isLinkLive, mailedToken, TOKEN_PLACE } from './mailed-link.ts';

let server: TestServer;
beforeEach(async () => void (server = await openServer()));
afterEach(() => server.close());

const settings = () => server.world.settings;
const ask = (address: string, by = 'viewer') =>
	server.world.store.write((db) => askToConfirm(db, { address, locale: 'fr', by }, settings(), server.now));
const questions = () =>
	server.rows<{ key: string; to: string; text: string; html: string }>(
		`SELECT notice_key AS key, to_address AS "to", text, html FROM mail_message WHERE kind = 'confirm' ORDER BY id`
	);
const tokenOf = (n: number) => mailedToken(questions()[n]!.key, settings().sessionSecret);
const confirmable = (token: string) =>
	server.world.store.read((db) => addressToConfirm(db, token, settings(), server.now));

describe('an address that somebody gave', () => {
	test('is asked once in ten minutes, by a link whose token is not in the database', async () => {
		expect(await ask('Quai@Example.org')).toBe('asked');
		expect(await ask('quai@example.org')).toBe('asked_before');
		const [question, ...more] = questions();
		expect(more).toEqual([]);
		expect(question!.to).toBe('Quai@Example.org');
		for (const body of [question!.text, question!.html])
			expect(body).toContain(`http://localhost:3000/confirm-address/${TOKEN_PLACE}`);
		const stored = JSON.stringify([
			server.rows('SELECT * FROM mail_message'),
			server.rows('SELECT * FROM mail_address')
		]);
		expect(stored).not.toContain(tokenOf(0));
		expect(confirmable(tokenOf(0))).toBe('quai@example.org');
		server.advance(10 * 60_000);
		expect(await ask('quai@example.org')).toBe('asked');
		expect([confirmable(tokenOf(0)), confirmable(tokenOf(1))]).toEqual([null, 'quai@example.org']);
	});

	test('is confirmed by its link, once, within a week; then nothing is asked any more', async () => {
		await ask('a@example.org');
		await ask('b@example.org');
		const [first, second] = [tokenOf(0), tokenOf(1)];
		await server.world.store.write((db) => confirmAddress(db, 'a@example.org', server.now.toISOString()));
		expect(confirmable(first)).toBeNull();
		expect(await ask('A@example.org')).toBe('confirmed');
		server.advance(7 * 24 * 3_600_000 + 1);
		expect(confirmable(second)).toBeNull();
		const isLive = server.world.store.read((db) =>
			isLinkLive(db, questions()[1]!.key, settings().sessionSecret, server.now)
		);
		expect(isLive).toBe(false);
	});

	test('one person has at most twenty asked in a day', async () => {
		for (let n = 0; n < 20; n++) expect(await ask(`n${n}@example.org`)).toBe('asked');
		expect(await ask('last@example.org')).toBe('too_many');
		expect(await ask('last@example.org', 'operator')).toBe('asked');
		server.advance(24 * 3_600_000);
		expect(await ask('another@example.org')).toBe('asked');
	});
});

describe('[RFC 8058] the link that ends all notices to an address', () => {
	test('ends those of a colleague and of a plain address, and works again and again', async () => {
		await server.account('viewer', 'viewer');
		await server.raw(`UPDATE account SET email = 'Both@example.org'`);
		await server.world.store.write((db) => confirmAddress(db, 'Both@Example.org', server.now.toISOString()));
		const insert = `INSERT INTO notice_subscription (id, subscriber, person_id, kind, scope, created_by, created_at) VALUES (?, ?, ?, 'status', 'all', 'x', '2026')`;
		await server.raw(insert, '1', 'person:viewer', 'viewer');
		await server.raw(insert, '2', 'address:both@example.org', null);
		await server.raw(insert, '3', 'address:other@example.org', null);
		const [{ token } = { token: '' }] = server.rows<{ token: string }>(
			`SELECT unsubscribe_token AS token FROM mail_address`
		);
		for (let n = 0; n < 2; n++) expect(await server.world.store.write((db) => endNotices(db, token))).toBe(true);
		expect(server.rows('SELECT id FROM notice_subscription')).toEqual([{ id: '3' }]);
		expect(server.rows('SELECT confirmed_at AS at FROM mail_address')).toEqual([{ at: null }]);
		expect(server.world.store.read((db) => addressToEnd(db, token))).toBe('both@example.org');
		expect(await server.world.store.write((db) => endNotices(db, 'guessed'))).toBe(false);
	});

	test('a page shows an address to whoever holds a link only in part', () => {
		expect(masked('marie.curie@example.org')).toBe('m…@example.org');
	});
});
