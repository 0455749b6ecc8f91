/**
 * Prisma's schema engine as WebAssembly, beside one SQLite file. Prisma's own command line wants to download a native
 * engine, which locked-down networks refuse; this one comes with the packages. Run by the `db:*` commands only: a starting
 * server applies migrations without it (src/lib/server/store/migrate.ts).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { DiffTarget, SchemaEngine } from '@prisma/schema-engine-wasm';

/** Nothing is hidden from the comparison: every table of the file must be in the schema. */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

let loaded: Promise<void> | undefined;

/** Node cannot import a `.wasm` as a module, so the glue code is tied to its memory by hand, once per process. */
function load(): Promise<void> {
	loaded ??= (async () => {
		const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
		const bytes = readFileSync(join(folder, 'schema_engine_bg.wasm'));
		const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': { ...glue } });
		glue.__wbg_set_wasm(instance.exports);
		(instance.exports['__wbindgen_start'] as () => void)();
	})();
	return loaded;
}

/**
 * Lends an engine on `databaseFile`, which is created if absent. Not `:memory:`: the engine opens it more than once. It takes
 * an exclusive lock for some of its work and would keep it: its connections are closed before this returns.
 */
export async function withSchemaEngine<T>(
	databaseFile: string,
	work: (engine: SchemaEngine) => Promise<T>
): Promise<T> {
	await load();
	const prisma = new PrismaBetterSqlite3({ url: `file:${databaseFile}` });
	const opened: { dispose(): Promise<void> }[] = [];
	const remembered = async <C extends { dispose(): Promise<void> }>(connecting: Promise<C>): Promise<C> => {
		const connection = await connecting;
		opened.push(connection);
		return connection;
	};
	const adapter = bindMigrationAwareSqlAdapterFactory({
		provider: prisma.provider,
		adapterName: prisma.adapterName,
		connect: () => remembered(prisma.connect()),
		connectToShadowDb: () => remembered(prisma.connectToShadowDb())
	});
	const engine = await glue.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
	try {
		return await work(engine);
	} finally {
		engine.free();
		for (const connection of opened) await connection.dispose();
	}
}

/** What the file really contains, as a schema that `diff` understands. An empty file is the target `empty`. */
export async function introspected(engine: SchemaEngine): Promise<DiffTarget> {
	const asked = { files: [{ path: 'introspected.prisma', content: 'datasource db {\n  provider = "sqlite"\n}\n' }] };
	const { schema } = await engine.introspect({
		schema: asked,
		baseDirectoryPath: '.',
		force: true,
		compositeTypeDepth: 0,
		namespaces: null
	});
	return { tag: 'schemaDatamodel', ...schema };
}

/** The SQL that leads from one schema to another; an empty string when they are the same. */
export async function diffScript(engine: SchemaEngine, from: DiffTarget, to: DiffTarget): Promise<string> {
	const { exitCode, stdout } = await engine.diff({ from, to, script: true, exitCode: true, filters: NO_FILTER });
	return exitCode === 0 ? '' : (stdout ?? '');
}
