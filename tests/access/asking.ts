/**
 * Asks a route of `src/routes` as a caller would, through the real hooks and the route's own module, without HTTP and without
 * rendering: a load, an action or a method at a time, since a tampered client can ask for each alone.
 */
import { isActionFailure, isHttpError, isRedirect, type Handle } from '@sveltejs/kit';
import { with_request_store } from '@sveltejs/kit/internal/server';
import { AccessCookies } from '#lib/server/access/cookies.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { TestServer } from '../support/server.ts';
import type { Route, Way } from './route.ts';

const ORIGIN = 'http://localhost:3000';

type Call = (event: never) => unknown;
/** What a server file of a route exports. */
export interface RouteModule {
	load?: Call;
	actions?: Record<string, Call>;
	[method: string]: Call | Record<string, Call> | undefined;
}

const UNTRACED = { setAttribute: () => undefined, setStatus: () => undefined, end: () => undefined };

/** What a caller shows. */
export interface Shown {
	session?: string;
	device?: string;
}

/** `in` when the caller was let in, whatever came of it; else how they were refused. */
export type Heard = 'in' | 'sign-in' | 'forbidden' | `to ${string}` | `broken: ${string}`;

/** The route's path with its brackets filled, and what they were filled with. */
export function pathOf(id: string, at: Route['at'] = {}): { path: string; params: Record<string, string> } {
	const params: Record<string, string> = {};
	const path = id
		.replaceAll(/\/\([^)]+\)/g, '')
		.replaceAll(/\[(?:\.\.\.)?(\w+)(?:=\w+)?\]/g, (_all, name: string) => (params[name] = at[name] ?? 'x'));
	const search = Object.entries(at).filter(([name]) => name.startsWith('?'));
	const query = new URLSearchParams(search.map(([name, value]) => [name.slice(1), value])).toString();
	return { path: `${path || '/'}${query && `?${query}`}`, params };
}

/** What is sent with a way, as a request's body. */
export function bodyOf(way: Way): URLSearchParams | string {
	const sent = typeof way === 'string' ? {} : way[1];
	if (typeof sent === 'string') return sent;
	const form = new URLSearchParams();
	for (const [name, values] of Object.entries(sent))
		for (const value of [values].flat()) form.append(name, value === '$uuid' ? newUuid() : value);
	return form;
}

export class Asking {
	/** A role that the rule book refused while the last call was answered. */
	#forbidden = false;
	#calls = 0;
	readonly #cookies = new AccessCookies(ORIGIN);

	constructor(
		readonly server: TestServer,
		readonly handle: Handle
	) {
		const { world } = server;
		(globalThis as { escale?: object }).escale = { world, cookies: this.#cookies };
		const run = world.store.runCommand.bind(world.store);
		world.store.runCommand = async (request) => {
			const verdict = await run(request);
			this.#forbidden ||= verdict.rejection?.code === 'forbidden';
			return verdict;
		};
	}

	/** @param call the load, action or method @param method as which HTTP method */
	async heard(
		id: string,
		call: Call | undefined,
		method: string,
		way: Way,
		shown: Shown,
		at?: Route['at']
	): Promise<Heard> {
		const { path, params } = pathOf(id, at);
		const url = new URL(path, ORIGIN);
		const body = ['GET', 'HEAD', 'OPTIONS'].includes(method) ? null : bodyOf(way);
		const type = typeof body === 'string' ? { 'content-type': 'application/json' } : undefined;
		const abort = new AbortController();
		const request = new Request(url, { method, body, signal: abort.signal, ...(type && { headers: type }) });
		const jar: Record<string, string | undefined> = {
			'__Host-escale_session': shown.session,
			'__Host-escale_device': shown.device
		};
		const event = {
			...{ url, request, params, route: { id }, locals: {}, isDataRequest: false, isSubRequest: false },
			cookies: { get: (name: string) => jar[name], getAll: () => [], set: () => undefined, delete: () => undefined },
			// An address of its own, so that none runs into the limits by address.
			getClientAddress: () => `192.0.${(this.#calls >> 8) % 256}.${this.#calls % 256}`,
			...{ setHeaders: () => undefined, depends: () => undefined, untrack: (f: () => unknown) => f() },
			...{ parent: () => Promise.resolve({}), fetch, platform: undefined }
		};
		this.#calls += 1;
		this.#forbidden = false;
		const resolve = async (asked: object) => answerOf(() => call?.(asked as never));
		// What SvelteKit keeps of a request beside it; nothing is traced.
		const state = { tracing: { record_span: ({ fn }: { fn: (span: object) => unknown }) => fn(UNTRACED) } };
		const response = await with_request_store({ event, state }, () => this.handle({ event, resolve } as never));
		abort.abort();
		await response.body?.cancel().catch(() => undefined);
		return this.#forbidden ? 'forbidden' : heardIn(response);
	}
}

/** What SvelteKit makes of what a load, an action or a method returns or throws. */
async function answerOf(call: () => unknown): Promise<Response> {
	try {
		const answer = await call();
		if (answer instanceof Response) return answer;
		return new Response(null, { status: isActionFailure(answer) ? answer.status : 200 });
	} catch (thrown) {
		if (isRedirect(thrown))
			return new Response(null, { status: thrown.status, headers: { location: thrown.location } });
		if (isHttpError(thrown)) return new Response(null, { status: thrown.status });
		return new Response(null, {
			status: 500,
			statusText: String(thrown)
				.replaceAll(/[^ -~]/g, ' ')
				.slice(0, 300)
		});
	}
}

function heardIn({ status, statusText, headers }: Response): Heard {
	if (status >= 500) return `broken: ${status} ${statusText}`;
	const location = headers.get('location') ?? '';
	if (status === 401 || location.startsWith('/login?')) return 'sign-in';
	if (status === 403) return 'forbidden';
	return status >= 300 && status < 400 ? `to ${location}` : 'in';
}
