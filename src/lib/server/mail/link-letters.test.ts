/** Links that are mailed to their person: offered where mail arrives, seen by nobody else, and proof of the address. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, PASSWORD, type TestServer } from '../../../../tests/support/server.ts';
import { endNotices } from './addresses.ts';
import { processQueue } from './deliver.ts';
import { addresseeOf, mailLink, whyNotMailed, type LinkOccasion } from './link-letters.ts';
import type { Outgoing } from './transport.ts';

const SMTP = { SMTP_URL: 'smtp://mail.example.org', DEFAULT_FROM_EMAIL: 'escale@example.org' };

let server: TestServer;
beforeEach(async () => {
	server = await openServer(SMTP);
	await server.account('admin', 'admin');
	await server.account('lou', 'viewer');
	await server.raw(`UPDATE account SET email = 'Lou@example.org' WHERE login = 'lou'`);
});
afterEach(() => server.close());

const settings = () => server.world.settings;
const users = () => server.world.access.users;
const WHO = { to: 'max@example.org', name: 'Max <b>', login: 'max', locale: 'en' } as const;
const NEW = { ...WHO, structure: '', role: 'viewer', email: WHO.to } as const;

async function deliver(): Promise<Outgoing[]> {
	const got: Outgoing[] = [];
	const hands = { kind: 'smtp' as const, deliver: async (message: Outgoing) => void got.push(message) };
	await processQueue(server.world, hands, { limit: 10, includeFailed: false, dryRun: false });
	return got;
}
const linkIn = ({ text }: Outgoing) => /\/welcome\/([\w-]{43})\n/.exec(text)?.[1] ?? '';
const confirmed = () =>
	server
		.rows<{ address: string }>(`SELECT address FROM mail_address WHERE confirmed_at IS NOT NULL`)
		.map(({ address }) => address);

async function resetByMail() {
	await users().resetPassword('admin', 'lou', mailLink(settings(), 'password', addresseeOf(server.world, 'lou')!));
	const [message] = await deliver();
	return message!;
}

describe('an invitation by mail', () => {
	test('is queued with the account; its link is in the message that goes out and nowhere in the database', async () => {
		const made = await users().create('admin', NEW, mailLink(settings(), 'invitation', WHO));
		expect(made.kind).toBe('ok');
		const stored = JSON.stringify([
			server.rows('SELECT * FROM mail_message'),
			server.rows('SELECT * FROM one_time_link')
		]);
		const [message, ...more] = await deliver();
		expect(more).toEqual([]);
		expect(message).toMatchObject({ to: 'max@example.org', subject: 'Your access to Escale' });
		expect(message!.text).toContain('Login: max\n');
		expect(message!.html).toContain('Max &lt;b&gt;');
		expect(message!.headers).not.toHaveProperty('List-Unsubscribe');
		expect(linkIn(message!)).not.toBe('');
		expect(stored).not.toContain(linkIn(message!));
		expect(server.world.access.oneTimeLinks.find(linkIn(message!))).toMatchObject({ login: 'max' });
		expect(server.rows(`SELECT detail FROM audit_event`)).toEqual([{ detail: '{"role":"viewer","mailed":true}' }]);
	});

	test('of a login that is taken queues nothing', async () => {
		await users().create('admin', { ...NEW, login: 'lou' }, mailLink(settings(), 'invitation', WHO));
		expect(await deliver()).toEqual([]);
	});

	test.each<[LinkOccasion, RegExp]>([
		['invitation', /un compte Escale a été créé/],
		['account_request', /votre demande de compte Escale est acceptée/],
		['password', /choisir un nouveau mot de passe/]
	])('%s has words of its own, in its reader’s language', async (occasion, words) => {
		await server.world.store.write((db) => {
			mailLink(settings(), occasion, { ...WHO, locale: 'fr' }).queue(db, server.now.toISOString());
		});
		const [{ kind, text } = { kind: '', text: '' }] = server.rows<{ kind: string; text: string }>(
			'SELECT kind, text FROM mail_message'
		);
		expect([kind, words.test(text)]).toEqual([occasion, true]);
	});
});

describe('the address of a mailed link', () => {
	test('is confirmed when the link is used, not when it is opened; a link that an admin showed confirms nothing', async () => {
		const shown = await users().resetPassword('admin', 'lou');
		if (shown.kind !== 'ok') throw new Error(shown.why);
		await server.world.access.oneTimeLinks.setPassword(shown.token, 'another long phrase');
		expect(confirmed()).toEqual([]);
		const token = linkIn(await resetByMail());
		expect(server.world.access.oneTimeLinks.find(token)?.login).toBe('lou');
		expect(confirmed()).toEqual([]);
		expect(await server.world.access.oneTimeLinks.setPassword(token, PASSWORD)).toEqual({ kind: 'ok' });
		expect(confirmed()).toEqual(['lou@example.org']);
	});

	test('stays ended where its owner ended their notices', async () => {
		await server.world.access.oneTimeLinks.setPassword(linkIn(await resetByMail()), PASSWORD);
		const [{ token } = { token: '' }] = server.rows<{ token: string }>(
			'SELECT unsubscribe_token AS token FROM mail_address'
		);
		await server.world.store.write((db) => endNotices(db, token));
		await server.world.access.oneTimeLinks.setPassword(linkIn(await resetByMail()), 'another long phrase');
		expect(confirmed()).toEqual([]);
	});

	test('is written to only where mail arrives', async () => {
		expect(whyNotMailed(server.world, 'lou@example.org')).toBeNull();
		expect(whyNotMailed(server.world, null)).toMatch(/adresse/);
		expect(addresseeOf(server.world, 'admin')).toBeNull();
		await server.raw('UPDATE sync_meta SET staging = 1');
		expect(whyNotMailed(server.world, 'lou@example.org')).toMatch(/n’envoie pas/);
		await server.close();
		server = await openServer();
		expect(whyNotMailed(server.world, 'lou@example.org')).toMatch(/n’envoie pas/);
	});
});
