/**
 * Answers a request below /api/v1: finds the operation, then the key, its budget and its scopes, then checks what was given.
 * Whatever goes wrong is a problem document with the request's id; what nobody foresaw is logged and says nothing else.
 */
import { createHash } from 'node:crypto';
import type { Locale } from '#lib/domain/labels.ts';
import { wishedLocale } from '#lib/server/access/readers-language.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import type { z } from 'zod';
import type { ApiCaller } from './api-keys.ts';
import { openApiDocument } from './openapi.ts';
import { answerProblem, Problem, RuleProblem } from './problem.ts';
import { OPERATIONS, type Call, type Operation } from './v1-operations.ts';
import type { Reply } from './v1-write.ts';

/** Bytes of a request's body. */
const MAX_BODY = 64 * 1024;
const BASE = '/api/v1';
const IDEMPOTENCY_KEY = /^[\w.:-]{1,40}$/;

export interface Asked {
	world: ServerWorld;
	request: Request;
	url: URL;
	requestId: string;
}

export async function answerV1({ world, request, url, requestId }: Asked): Promise<Response> {
	const locale = wishedLocale(request.headers.get('accept-language') ?? '');
	try {
		// Made of nothing that anybody keeps to themselves; nobody is asked for a key.
		if (url.pathname === `${BASE}/openapi.json`) return openApi(request, world.settings.origin, world.version);
		return await answer({ world, request, url, requestId }, locale);
	} catch (error) {
		const problem = problemOf(error);
		if (problem instanceof Problem && problem.code === 'internal')
			world.log.error({ event: 'request_failed', request_id: requestId, err: error }, 'request failed');
		return answerProblem(problem, { locale, siteTimeZone: world.store.siteTimeZone, requestId });
	}
}

function problemOf(error: unknown): Problem | RuleProblem {
	if (error instanceof Problem || error instanceof RuleProblem) return error;
	if (error instanceof TransportError && error.status >= 500)
		return new Problem('busy', { retryAfterSeconds: Math.ceil((error.retryAfterMs ?? 2_000) / 1000) });
	return new Problem('internal');
}

async function answer({ world, request, url }: Asked, locale: Locale): Promise<Response> {
	const { operation, named } = operationFor(request.method, url.pathname);
	const caller = await callerOf(world, request, operation);
	const query = operation.query === undefined ? noQuery(url) : parseQuery(operation.query, url);
	const body =
		operation.body === undefined ? undefined : check(operation.body, await readJson(request), 'invalid_body');
	const idempotencyKey = operation.idempotent ? idempotencyKeyOf(request) : '';
	const question = { id: operation.id, named, body: body ?? null };
	const call = { world, caller, scope: operation.scope, locale, named, query, body, idempotencyKey, question };
	const reply = await operation.run(call as Call<never, never>);
	return send(reply, request);
}

/** @throws Problem `not_found`, `method_not_allowed` */
function operationFor(method: string, pathname: string): { operation: Operation; named: string } {
	const here = OPERATIONS.flatMap((operation) => {
		const named = match(operation.path, pathname);
		return named === null ? [] : [{ operation, named }];
	});
	if (here.length === 0) throw new Problem('not_found');
	const wanted = method === 'HEAD' ? 'GET' : method;
	const found = here.find(({ operation }) => operation.method === wanted);
	if (found !== undefined) return found;
	const methods = here.map(({ operation }) => operation.method);
	throw new Problem('method_not_allowed', { allow: methods.includes('GET') ? [...methods, 'HEAD'] : methods });
}

/** What stands in the braces of `path`, '' where it has none; null when this is another path. */
function match(path: string, pathname: string): string | null {
	const want = (BASE + path).split('/');
	const have = pathname.split('/');
	if (want.length !== have.length) return null;
	let named = '';
	for (const [n, part] of want.entries()) {
		if (part.startsWith('{')) named = decoded(have[n]!);
		else if (part !== have[n]) return null;
	}
	return named === '' && path.includes('{') ? null : named;
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return '';
	}
}

/** @throws Problem `key_missing`, `key_unknown`, `too_many_requests`, `scope_missing` */
async function callerOf(world: ServerWorld, request: Request, { scope, also }: Operation): Promise<ApiCaller> {
	const key = request.headers.get('x-escale-key');
	if (key === null) throw new Problem('key_missing');
	const caller = world.apiKeys.find(key);
	if (caller === null) throw new Problem('key_unknown');
	const waitMs = await world.apiBudget.spend(caller.keyId);
	if (waitMs > 0) throw new Problem('too_many_requests', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
	for (const needed of [scope, also])
		if (needed !== undefined && !caller.scopes.includes(needed)) throw new Problem('scope_missing', { scope: needed });
	return caller;
}

function noQuery({ searchParams }: URL): void {
	const [name] = searchParams.keys();
	if (name !== undefined) throw new Problem('invalid_query', { errors: [{ path: name, message: 'unknown' }] });
}

function parseQuery(schema: z.ZodObject, { searchParams }: URL): unknown {
	const twice = [...searchParams.keys()].find((name) => searchParams.getAll(name).length > 1);
	if (twice !== undefined) throw new Problem('invalid_query', { errors: [{ path: twice, message: 'twice' }] });
	return check(schema, Object.fromEntries(searchParams), 'invalid_query');
}

/** @throws Problem naming each field that is wrong */
function check(schema: z.ZodObject, given: unknown, code: 'invalid_query' | 'invalid_body'): unknown {
	const parsed = schema.safeParse(given);
	if (parsed.success) return parsed.data;
	const errors = parsed.error.issues.flatMap((issue) => {
		const path = issue.path.join('.');
		if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
		return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: 'unknown' }));
	});
	throw new Problem(code, { errors: errors.slice(0, 20) });
}

/** @throws Problem `not_json`, `too_large`, `invalid_json` */
async function readJson(request: Request): Promise<unknown> {
	const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') throw new Problem('not_json');
	if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) throw new Problem('too_large');
	const text = await readText(request);
	try {
		return JSON.parse(text);
	} catch {
		throw new Problem('invalid_json');
	}
}

/** Reads no further than the limit, whatever the header promised. */
async function readText(request: Request): Promise<string> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
		size += part.byteLength;
		if (size > MAX_BODY) throw new Problem('too_large');
		parts.push(part);
	}
	return Buffer.concat(parts).toString('utf8');
}

function idempotencyKeyOf(request: Request): string {
	const key = request.headers.get('idempotency-key') ?? '';
	if (!IDEMPOTENCY_KEY.test(key)) throw new Problem('idempotency_key_missing');
	return key;
}

function send({ body, status = 200, headers = {} }: Reply, request: Request): Response {
	if (status !== 200 && body === null) return new Response(null, { status, headers });
	const text = JSON.stringify(body);
	const json = { 'content-type': 'application/json', ...headers };
	if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(text, { status, headers: json });
	return tagged(text, json, request);
}

/** A read that says what it was by its ETag: who has it already gets 304. */
function tagged(text: string, headers: Record<string, string>, request: Request): Response {
	const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
	const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
	if (known.includes(etag)) return new Response(null, { status: 304, headers: { etag } });
	return new Response(request.method === 'HEAD' ? null : text, { headers: { ...headers, etag } });
}

function openApi(request: Request, origin: string, version: string): Response {
	if (request.method !== 'GET' && request.method !== 'HEAD')
		throw new Problem('method_not_allowed', { allow: ['GET', 'HEAD'] });
	const text = JSON.stringify(openApiDocument(origin, version));
	return tagged(text, { 'content-type': 'application/json' }, request);
}
