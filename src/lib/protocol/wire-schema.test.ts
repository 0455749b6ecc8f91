import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson, hash52 } from './canonical.ts';
import { ARGS } from './command-args.ts';
import * as envelope from './envelope.ts';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from './version.ts';

/**
 * The wire as it is now: what phones say (zod), what the server answers and the rows that both keep (types). When this
 * fails, the wire changed. If an older phone would misread the new one, raise PROTOCOL_VERSION (SCHEMA_CURRENT for stored
 * rows and mutations); if it would not, as with a new optional field, only pin the new hash. A field that was removed,
 * renamed or became mandatory is always misread.
 */
const PINNED = { protocol: 1, schema: 1, said: 1144281107067276, answered: 3007585808154435 };

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;

function shapeOf(schemas: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(schemas)
			.filter(([, schema]) => isSchema(schema))
			.map(([name, schema]) => [name, z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' })])
	);
}

/** The type declarations of a module by name, without comments and layout. */
function typesIn(path: string): Record<string, string> {
	const source = ts.createSourceFile(
		path,
		readFileSync(new URL(path, import.meta.url), 'utf8'),
		ts.ScriptTarget.Latest,
		true
	);
	const printer = ts.createPrinter({ removeComments: true });
	const declared = source.statements.filter(
		(each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each)
	);
	return Object.fromEntries(
		declared.map((each) => [
			each.name.text,
			printer.printNode(ts.EmitHint.Unspecified, each, source).replace(/\s+/g, ' ')
		])
	);
}

describe('the wire schema', () => {
	const said = { envelope: shapeOf(envelope), args: shapeOf(ARGS) };
	const answered = { ...typesIn('./envelope.ts'), ...typesIn('../domain/rows.ts') };

	it('is what its version says', () => {
		const now = {
			protocol: PROTOCOL_VERSION,
			schema: SCHEMA_CURRENT,
			said: hash52(canonicalJson(JSON.parse(JSON.stringify(said)))),
			answered: hash52(canonicalJson(answered))
		};
		expect(now).toEqual(PINNED);
	});

	it('covers every message, every command, every answer and every row', () => {
		expect(Object.keys(said.envelope)).toEqual(
			expect.arrayContaining(['mutationSchema', 'helloInput', 'pushInput', 'pullInput', 'digestInput'])
		);
		expect(Object.keys(said.args)).toEqual(Object.keys(ARGS));
		expect(Object.keys(answered)).toEqual(
			expect.arrayContaining([
				'Verdict',
				'HelloOutput',
				'PushOutput',
				'PullOutput',
				'Patch',
				'CartonRow',
				'ShipmentRow',
				'TimelineRow'
			])
		);
	});
});
