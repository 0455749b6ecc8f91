/** The OpenAPI 3.1 document of /api/v1, made of the table of operations and the schemas that check what they take and give. */
import { z } from 'zod';
import { NOOP_CODES, REFUSAL_CODES } from '#lib/domain/rejections.ts';
import { problemWords, PROBLEMS, type ProblemCode } from './problem.ts';
import { SCOPES } from './scopes.ts';
import { OPERATIONS, type Operation } from './v1-operations.ts';
import { NAMED } from './v1-schemas.ts';

type Json = Record<string, unknown>;

/** What any operation may answer: it is said of each. */
const ALWAYS: readonly ProblemCode[] = [
	...(['invalid_query', 'key_missing', 'key_unknown', 'scope_missing', 'too_many_requests', 'internal'] as const)
];
/** The statuses of what the rule book refuses. */
const RULED = [403, 409, 422, 500];

/** @param origin of the server that this is asked of */
export function openApiDocument(origin: string, version: string): Json {
	return {
		openapi: '3.1.0',
		info: {
			title: 'Escale',
			version,
			license: { name: 'Unlicensed', identifier: 'LicenseRef-Unlicensed' },
			description:
				'Products, shipments, destinations, cartons, and what happens to them. Times are ISO 8601 UTC. A key carries scopes: ' +
				`${SCOPES.join(', ')}. What is changed is decided by the same rules as at the desk. Codes of the rule book: ` +
				`${[...REFUSAL_CODES, ...NOOP_CODES].join(', ')}.`
		},
		servers: [{ url: `${origin}/api/v1` }],
		security: [{ key: [] }],
		paths: paths(),
		components: {
			securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Escale-Key' } },
			schemas: schemas()
		}
	};
}

function paths(): Json {
	const byPath: Record<string, Json> = {};
	for (const one of OPERATIONS) (byPath[one.path] ??= {})[one.method.toLowerCase()] = operationJson(one);
	return byPath;
}

function operationJson(one: Operation): Json {
	const { id, summary, scope, also, path, query, body, idempotent } = one;
	const parameters = [...pathParameters(path), ...queryParameters(query), ...(idempotent ? [IDEMPOTENCY] : [])];
	return {
		operationId: id,
		summary,
		description: `Scope: ${[scope, also].filter(Boolean).join(', ')}`,
		tags: [path.split('/')[1]],
		...(parameters.length === 0 ? {} : { parameters }),
		...(body === undefined
			? {}
			: { requestBody: { required: true, content: { 'application/json': { schema: asked(body) } } } }),
		responses: responses(one)
	};
}

const IDEMPOTENCY = {
	name: 'Idempotency-Key',
	in: 'header',
	required: true,
	description: 'Made by the caller for each thing that it does; asked again with it, the stored result comes back.',
	schema: { type: 'string', pattern: '^[\\w.:-]{1,40}$' }
};

const pathParameters = (path: string): Json[] =>
	[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' }
	}));

function queryParameters(query: z.ZodObject | undefined): Json[] {
	if (query === undefined) return [];
	const { properties = {} } = asked(query) as { properties?: Record<string, Json> };
	return Object.entries(properties).map(([name, { description, ...schema }]) => ({
		...{ name, in: 'query', required: false },
		...(description === undefined ? {} : { description }),
		schema
	}));
}

function responses({ method, answers, problems, ruled }: Operation): Json {
	const said: Json = {};
	for (const [status, name] of Object.entries(answers))
		said[status] = {
			description: name ?? 'Done',
			...(name === null
				? {}
				: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } })
		};
	if (method === 'GET') said['304'] = { description: 'As the ETag in If-None-Match' };
	const codes = new Map<number, string[]>(ruled ? RULED.map((status) => [status, ['the rule book’s']]) : []);
	for (const code of new Set([...ALWAYS, ...problems]))
		codes.set(PROBLEMS[code], [...(codes.get(PROBLEMS[code]) ?? []), code]);
	for (const [status, list] of [...codes].sort(([a], [b]) => a - b))
		said[status] = {
			description: list.map((code) => (code in PROBLEMS ? `${code}: ${words(code)}` : code)).join(' · '),
			content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
		};
	return said;
}

const words = (code: string): string => problemWords(code as ProblemCode, 'en');

/** JSON Schema 2020-12, as OpenAPI 3.1 wants it; a format says enough without zod's pattern for it. */
const OVERRIDE: Parameters<typeof z.toJSONSchema>[1] = {
	override: ({ jsonSchema }) => {
		if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
		if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
		if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
	}
};

function asked(schema: z.ZodType): Json {
	const { $schema: _schema, ...json } = z.toJSONSchema(schema, { io: 'input', ...OVERRIDE });
	return json;
}

function schemas(): Json {
	const registry = z.registry<{ id: string }>();
	for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
	const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, ...OVERRIDE });
	return Object.fromEntries(
		Object.entries(made.schemas).map(([id, { $schema: _schema, $id: _id, ...json }]) => [id, json])
	);
}
