/**
 * /api/v1 as a program meets it: requests through the route's own handler, and every answer held to the OpenAPI document that
 * the server serves: status, content type and body.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { SCOPES, type Scope } from '#lib/server/integrations/scopes.ts';
import { fallback } from '../../src/routes/api/v1/[...path]/+server.ts';
import { seedWorld } from './seed.ts';
import type { TestServer } from './server.ts';
import { openServer } from './server.ts';
import type { TestWorld } from './world.ts';

const ORIGIN = 'http://localhost:3000';

interface Content {
	schema: { $ref: string };
}
export interface OpenApi {
	paths: Record<
		string,
		Record<
			string,
			{ operationId: string; description: string; responses: Record<string, { content?: Record<string, Content> }> }
		>
	>;
	components: { schemas: Record<string, object> };
}

export interface Answered {
	status: number;
	headers: Headers;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the document says what it is, and that is checked
	body: any;
}

export interface Sending {
	/** Null: none. Default: a key with all scopes. */
	key?: string | null;
	body?: unknown;
	headers?: Record<string, string>;
	/** Sent as the body as it is. */
	raw?: string;
}

export class TestApi {
	/** With all scopes. */
	key = '';
	document!: OpenApi;
	/** `operationId status` of everything that was answered. */
	readonly seen = new Set<string>();
	readonly #validators = new Map<string, ValidateFunction>();
	readonly #ajv = new Ajv2020({ allErrors: true, strict: false });
	#keys = 0;

	constructor(readonly server: TestServer) {
		(formats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
	}

	get world() {
		return this.server.world;
	}

	async keyWith(...scopes: Scope[]): Promise<string> {
		return (await this.world.apiKeys.create({ name: 'Test', scopes, expiresAt: null, by: 'admin' })).key;
	}

	/** One request, with an Idempotency-Key of its own where it is a write. @throws Error when the answer is not as the document says */
	async call(method: string, path: string, { key, body, headers = {}, raw }: Sending = {}): Promise<Answered> {
		const sent = new Headers();
		const shown = key === undefined ? this.key : key;
		if (shown !== null) sent.set('x-escale-key', shown);
		const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
		if (text !== undefined) sent.set('content-type', 'application/json');
		if (method !== 'GET') sent.set('idempotency-key', `own-${++this.#keys}`);
		for (const [name, value] of Object.entries(headers)) sent.set(name, value);
		const url = new URL(`/api/v1${path}`, ORIGIN);
		const request = new Request(url, { method, headers: sent, ...(text === undefined ? {} : { body: text }) });
		const event = { locals: { world: this.world, requestId: 'request-1' }, request, url };
		const response = await fallback(event as unknown as Parameters<typeof fallback>[0]);
		const answer = await response.text();
		const answered = {
			status: response.status,
			headers: response.headers,
			body: answer === '' ? null : (JSON.parse(answer) as unknown)
		};
		if (this.document !== undefined) this.#holdToDocument(method, url.pathname.slice('/api/v1'.length), answered);
		return answered;
	}

	read(path: string, sending: Sending = {}): Promise<Answered> {
		return this.call('GET', path, sending);
	}

	async start(): Promise<this> {
		this.key = await this.keyWith(...SCOPES);
		this.document = (await this.read('/openapi.json', { key: null })).body as OpenApi;
		this.#ajv.addSchema(this.document as object, 'document');
		return this;
	}

	#holdToDocument(method: string, path: string, { status, headers, body }: Answered): void {
		if (path === '/openapi.json') return;
		const template = Object.keys(this.document.paths).find((one) => matches(one, path));
		const operation = template && this.document.paths[template]![method === 'HEAD' ? 'get' : method.toLowerCase()];
		// What is nowhere in the document is answered with a problem.
		const content = operation ? this.#contentOf(operation, status) : { 'application/problem+json': PROBLEM };
		if (operation) this.seen.add(`${operation.operationId} ${status}`);
		const type = headers.get('content-type');
		if (content === undefined || body === null) {
			if (content !== undefined && method !== 'HEAD') throw new Error(`${method} ${path} ${status}: no body`);
			if (body !== null) throw new Error(`${method} ${path} ${status}: a body that the document does not know`);
			return;
		}
		const { schema } = content[type ?? ''] ?? {};
		if (schema === undefined) throw new Error(`${method} ${path} ${status}: ${type} is not in the document`);
		const validate = this.#validatorOf(schema.$ref);
		if (!validate(body)) throw new Error(`${method} ${path} ${status}: ${this.#ajv.errorsText(validate.errors)}`);
	}

	#contentOf({ operationId, responses }: OpenApi['paths'][string][string], status: number) {
		const said = responses[status];
		if (said === undefined) throw new Error(`${operationId} does not say that it answers ${status}`);
		return said.content;
	}

	#validatorOf(ref: string): ValidateFunction {
		const known = this.#validators.get(ref) ?? this.#ajv.compile({ $ref: `document${ref}` });
		this.#validators.set(ref, known);
		return known;
	}
}

const PROBLEM: Content = { schema: { $ref: '#/components/schemas/Problem' } };

const matches = (template: string, path: string): boolean =>
	new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);

/** A server with what most tests need, and a program with all scopes. Close `server` at the end. */
export async function openApi(env: Record<string, string> = {}): Promise<TestApi> {
	const server = await openServer({ REQUESTS_PER_MINUTE: '100000', ...env });
	const { store } = server.world;
	const seeds = {
		store,
		person: (id: string, role: 'viewer') => server.account(id, role),
		device: () => Promise.resolve('')
	};
	await seedWorld(seeds as unknown as TestWorld);
	return new TestApi(server).start();
}
