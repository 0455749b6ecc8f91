/**
 * What phones ask all day, answered straight from the HTTP server: for a push of one scan, SvelteKit's and fetch's objects
 * cost three times what the decision does. The procedures, who may call them and what they answer are the API's own.
 *
 * Only a call that nobody has a reason to refuse comes in here. Every other one (a foreign origin, no known length, a
 * maintenance window, a browser that is not registered …) goes on to SvelteKit as if there were no door, so that each refusal
 * stands in one place.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from '@trpc/server';
import type { AccessCookies } from '#lib/server/access/cookies.ts';
import type { Device } from '#lib/server/access/devices.ts';
import { API_HEADERS } from '#lib/server/access/secure-headers.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { inRequest } from '#lib/server/logs/request-context.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { recordRequest } from './record-request.ts';
import { MAX_CALL_BYTES } from './refused-before-parsing.ts';
import { appRouter } from './router.ts';
import { answerMeta, noteUnforeseen, type ApiContext } from './trpc.ts';

/** Those that set no cookie and may be called as often as a phone has something to say. */
const CALLS = new Map(['sync.push', 'sync.pull', 'sync.digest'].map((path) => [`/api/trpc/${path}`, path]));

const config = appRouter._def._config;
const utf8 = new TextDecoder();

/** Who asks, as the cookies say. */
interface Caller {
	person: SignedIn | null;
	device: Device;
}

/** One for each web server; made when its world is. */
export class SyncDoor {
	readonly #world: ServerWorld;
	readonly #cookies: AccessCookies;
	readonly #host: string;

	constructor(world: ServerWorld, cookies: AccessCookies) {
		this.#world = world;
		this.#cookies = cookies;
		this.#host = new URL(world.settings.origin).host;
	}

	/** @returns false: nothing was read or written, the request is SvelteKit's */
	answer(request: IncomingMessage, response: ServerResponse): boolean {
		const path = CALLS.get(request.url ?? '');
		if (path === undefined || !this.#isOrdinary(request)) return false;
		const caller = this.#callerOf(request);
		if (caller === null) return false;
		const started = performance.now();
		const requestId = newUuid();
		const { person, device } = caller;
		const context = { request_id: requestId, ...(person && { person: person.personId }) };
		const finish = async (body: Buffer) => {
			const { status, headers, text } = await this.#call(path, body, { person, device, requestId });
			const ms = performance.now() - started;
			const endpoint = request.url!;
			recordRequest(this.#world, { method: 'POST', endpoint, status, ms, deviceId: device.id });
			response.writeHead(status, {
				...API_HEADERS,
				...headers,
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(text),
				vary: 'trpc-accept, accept',
				'x-request-id': requestId
			});
			response.end(text);
		};
		readBody(request, (body) => void inRequest(context, () => finish(body)));
		return true;
	}

	/** As a phone of ours sends it. */
	#isOrdinary({ method, headers }: IncomingMessage): boolean {
		const { host, origin, accept, 'sec-fetch-site': site, 'content-length': length } = headers;
		return (
			method === 'POST' &&
			host === this.#host &&
			(origin === undefined || origin === this.#world.settings.origin) &&
			(site === undefined || site === 'same-origin' || site === 'none') &&
			headers['content-type'] === 'application/json' &&
			// Compressed or in parts, its length says nothing.
			headers['transfer-encoding'] === undefined &&
			headers['content-encoding'] === undefined &&
			length !== undefined &&
			Number(length) <= MAX_CALL_BYTES &&
			headers['trpc-accept'] === undefined &&
			(accept === undefined || accept === '*/*') &&
			this.#world.maintenance.state !== 'on'
		);
	}

	/** Null: not a device that may sync, or cookies that no browser of ours writes. */
	#callerOf({ headers: { cookie } }: IncomingMessage): Caller | null {
		if (cookie === undefined || /[%"]/.test(cookie)) return null;
		const { sessions, devices } = this.#world.access;
		const shown = { get: (name: string) => readCookie(cookie, name) };
		try {
			const device = devices.find(this.#cookies.device(shown));
			return device?.status === 'active' ? { device, person: sessions.find(this.#cookies.session(shown)) } : null;
		} catch {
			// The database cannot be read: whoever asks next says so.
			return null;
		}
	}

	async #call(
		path: string,
		body: Buffer,
		caller: Caller & { requestId: string }
	): Promise<{ status: number; headers: Record<string, string>; text: string }> {
		const ctx: ApiContext = { world: this.#world, ...caller, ...OF_NO_SYNC_CALL };
		let input: unknown;
		const getRawInput = () => Promise.resolve((input = parsed(body)));
		const call = { path, type: 'mutation' as const, ctx, signal: undefined, batchIndex: 0, getRawInput };
		try {
			const data: unknown = await callTRPCProcedure({ ...call, router: appRouter });
			return { status: 200, headers: {}, text: JSON.stringify({ result: { data } }) };
		} catch (thrown) {
			const error = getTRPCErrorFromUnknown(thrown);
			noteUnforeseen(this.#world, error, path);
			const shape = getTRPCErrorShape({ config, error, type: 'mutation', path, input, ctx });
			return { ...answerMeta(error), text: JSON.stringify({ error: shape }) };
		}
	}
}

/** @throws TRPCError in tRPC's own words; nothing at all is for the schema to refuse */
function parsed(body: Buffer): unknown {
	if (body.length === 0) return undefined;
	try {
		return JSON.parse(utf8.decode(body));
	} catch (cause) {
		throw new TRPCError({ code: 'BAD_REQUEST', message: (cause as SyntaxError).message, cause });
	}
}

/** What calls in here never ask for: they open no session, renew no cookie and try no password. */
const OF_NO_SYNC_CALL = {
	address: () => '',
	userAgent: '',
	renewDevice: () => undefined,
	keepSession: () => undefined
};

function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	// A client that went away in the middle has said nothing: there is no end then.
	request.on('end', () => then(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

/** The first of this name, as SvelteKit takes it. */
function readCookie(header: string, name: string): string | undefined {
	for (const pair of header.split(';')) {
		const at = pair.indexOf('=');
		if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
	}
	return undefined;
}
