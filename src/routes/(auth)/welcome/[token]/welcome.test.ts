/** Choosing a first password by a one-time link, through the page's own load and action, on a whole server. */
import { isActionFailure, isRedirect } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../../tests/support/server.ts';
import { actions, load } from './+page.server.ts';

const CHOSEN = 'un cargo part lundi matin';
let server: TestServer;
let token: string;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	token = await server.world.access.oneTimeLinks.make('admin');
});
afterEach(() => server.close());

function eventOf(password?: string, of = token) {
	const url = new URL(`/welcome/${of}`, 'http://localhost:3000');
	const body = password === undefined ? undefined : new URLSearchParams({ password });
	const request = new Request(url, body ? { method: 'POST', body } : {});
	return { url, request, params: { token: of }, locals: { world: server.world }, setHeaders: () => undefined } as never;
}

const who = async (of = token) => ((await load(eventOf(undefined, of))) as { who: object | null }).who;

async function choose(password: string): Promise<{ location?: string; says?: string }> {
	try {
		const result: unknown = await actions['default']!(eventOf(password));
		if (!isActionFailure(result)) throw new Error('neither refused nor led on');
		const { form } = result.data as unknown as { form: { errors: { password: string[] }; data: object } };
		expect(form.data).toEqual({ password: '' });
		return { says: form.errors.password[0]! };
	} catch (thrown) {
		if (isRedirect(thrown)) return { location: thrown.location };
		throw thrown;
	}
}

describe('the page behind a one-time link', () => {
	test('knows whose it is, takes a password and leads to the sign-in', async () => {
		expect(await who()).toEqual({ name: 'Test admin', login: 'admin' });
		expect(await choose(CHOSEN)).toEqual({ location: '/login' });
		expect(await server.try('admin', { password: CHOSEN })).toMatchObject({ kind: 'ok' });
	});

	test('tells nobody anything about a link that was used or never given out', async () => {
		await choose(CHOSEN);
		expect(await who()).toBeNull();
		expect(await who('made-up')).toBeNull();
		expect(await choose('another long password')).toEqual({ location: `/welcome/${token}` });
		expect(await server.try('admin', { password: CHOSEN })).toMatchObject({ kind: 'ok' });
	});

	test.for([
		['court', /12/],
		['mot de passe '.repeat(20), /128/],
		['x'.repeat(2000), /128/],
		['aaaaaaaaaaaaaaaa', /simple/],
		['admin-escale1', /proche/]
	] as const)('says why it is refused (%$), and keeps the link', async ([password, says]) => {
		expect(await choose(password)).toEqual({ says: expect.stringMatching(says) });
		expect(await who()).not.toBeNull();
	});
});
