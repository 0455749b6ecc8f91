import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';

const CHOSEN = 'un cargo part lundi matin';
let server: TestServer;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
});
afterEach(() => server.close());

const links = () => server.world.access.oneTimeLinks;

describe('a one-time link', () => {
	test('sets the password once, ends the person’s sessions and forgives locked tries', async () => {
		const { token: session } = await server.signIn('admin');
		for (let i = 0; i < 6; i++) await server.try('admin', { password: 'guessed wrongly' });
		const token = await links().make('admin');
		expect(links().find(token)).toEqual({ personId: 'admin', login: 'admin', name: 'Test admin' });
		expect(await links().setPassword(token, CHOSEN)).toEqual({ kind: 'ok' });
		expect(server.who(session)).toBeNull();
		expect(await server.try('admin', { password: CHOSEN })).toMatchObject({ kind: 'ok' });
		expect(links().find(token)).toBeNull();
		expect(await links().setPassword(token, 'another long password')).toEqual({ kind: 'gone' });
	});

	test('used twice at once works once', async () => {
		const token = await links().make('admin');
		const outcomes = await Promise.all([links().setPassword(token, CHOSEN), links().setPassword(token, `${CHOSEN}!`)]);
		expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['gone', 'ok']);
	});

	test('ends after 24 hours, with a newer one, and with the account', async () => {
		const first = await links().make('admin');
		const second = await links().make('admin');
		expect(links().find(first)).toBeNull();
		server.advance(24 * 3_600_000 + 1);
		expect(links().find(second)).toBeNull();
		const third = await links().make('admin');
		await server.raw('UPDATE account SET active = 0');
		expect(await links().setPassword(third, CHOSEN)).toEqual({ kind: 'gone' });
	});

	test('refuses a weak password and stays', async () => {
		const token = await links().make('admin');
		expect(await links().setPassword(token, 'admin')).toEqual({ kind: 'refused', fault: 'too_short' });
		expect(links().find(token)).not.toBeNull();
	});

	test('is not in the database: only a hash of its token is', async () => {
		const token = await links().make('admin');
		expect(JSON.stringify(server.rows('SELECT * FROM one_time_link'))).not.toContain(token);
	});
});
