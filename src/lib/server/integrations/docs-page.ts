/** What the page /api/v1/docs shows, made of the same table and document as everything else about /api/v1. */
import type { Locale } from '#lib/domain/labels.ts';
import { openApiDocument } from './openapi.ts';
import { problemWords, PROBLEMS, type ProblemCode } from './problem.ts';
import { SCOPES } from './scopes.ts';
import { OPERATIONS } from './v1-operations.ts';

interface Field {
	name: string;
	/** `string`, `integer`, `one of a, b`, a schema's name… */
	type: string;
	required: boolean;
	about: string;
}

interface SchemaJson {
	type?: string;
	format?: string;
	enum?: string[];
	items?: SchemaJson;
	anyOf?: SchemaJson[];
	properties?: Record<string, SchemaJson>;
	required?: string[];
	description?: string;
	$ref?: string;
}

interface OperationJson {
	parameters?: { name: string; in: string; required: boolean; description?: string; schema: SchemaJson }[];
	requestBody?: { content: { 'application/json': { schema: SchemaJson } } };
}

export function readDocs(origin: string, locale: Locale) {
	const document = openApiDocument(origin, '') as unknown as {
		paths: Record<string, Record<string, OperationJson>>;
		components: { schemas: Record<string, SchemaJson> };
	};
	return {
		base: `${origin}/api/v1`,
		scopes: [...SCOPES],
		operations: OPERATIONS.map(({ id, method, path, scope, also, summary, answers }) => {
			const { parameters = [], requestBody } = document.paths[path]![method.toLowerCase()]!;
			const given = parameters.map(({ name, required, description = '', schema }) => ({
				name,
				type: typeOf(schema),
				required,
				about: description
			}));
			const body = requestBody ? fieldsOf(requestBody.content['application/json'].schema) : [];
			const scopes = [scope, ...(also ? [also] : [])];
			return { id, method, path, scopes, summary, given, body, answers: Object.entries(answers) };
		}),
		schemas: Object.entries(document.components.schemas).map(([name, schema]) => ({ name, fields: fieldsOf(schema) })),
		problems: (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => ({
			code,
			status: PROBLEMS[code],
			words: problemWords(code, locale)
		}))
	};
}

const fieldsOf = ({ properties = {}, required = [] }: SchemaJson): Field[] =>
	Object.entries(properties).map(([name, schema]) => ({
		name,
		type: typeOf(schema),
		required: required.includes(name),
		about: schema.description ?? ''
	}));

function typeOf({ $ref, type, format, enum: words, items, anyOf, properties }: SchemaJson): string {
	if ($ref !== undefined) return $ref.split('/').at(-1)!;
	if (words !== undefined) return words.join(' | ');
	if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
	if (items !== undefined) return `[${typeOf(items)}]`;
	if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`;
	return format ?? type ?? 'any';
}
