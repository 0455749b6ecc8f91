import type { TestServer } from './server.ts';

/** By name; a list where a name stands there several times. */
export type Fields = Record<string, string> | [name: string, value: string][];

/**
 * What SvelteKit gives the load of a page or, with fields, one of its form actions.
 * @param token of the session that asks; null: nobody is signed in
 */
export function pageEvent(
	server: TestServer,
	path: string,
	token: string | null,
	fields?: Fields,
	params: Record<string, string> = {}
): never {
	const url = new URL(path, 'http://localhost:3000');
	const request = new Request(url, fields && { method: 'POST', body: new URLSearchParams(fields) });
	const locals = { world: server.world, person: token === null ? null : server.who(token) };
	return { url, request, params, locals, depends: () => undefined } as never;
}
