/**
 * Proves that every import rule and every ban of eslint.config.js bites, and that what the architecture allows passes. Run by
 * `npm run verify`. Types are switched off: a fence is about where a name comes from, and most files here do not exist.
 */
import { ESLint } from 'eslint';
import ts from 'typescript-eslint';
import { expect, test } from 'vitest';

const eslint = new ESLint({ overrideConfig: ts.configs.disableTypeChecked as never });

async function complaints(filePath: string, code: string): Promise<string[]> {
	const [result] = await eslint.lintText(code, { filePath });
	return result!.messages
		.filter(
			(m) => m.fatal === true || m.ruleId?.includes('no-restricted') === true || m.ruleId?.startsWith('fence/') === true
		)
		.map((m) => m.ruleId ?? m.message);
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const script = (code: string) => `<script lang="ts">${code}</script>`;

test.for([
	['src/lib/domain/x.ts', `import 'dexie';`],
	['src/lib/domain/x.ts', `import { z } from 'zod';`],
	['src/lib/domain/x.ts', `import '../local/database.ts';`],
	['src/lib/domain/x.ts', `import './../local/database.ts';`],
	['src/lib/domain/x.ts', `import './carton';`],
	['src/lib/domain/x.ts', `import '$lib/local/open.ts';`],
	['src/lib/domain/x.ts', `import { dev } from '$app/environment';`],
	['src/lib/domain/x.ts', `import { m } from '#lib/paraglide/messages.js';`],
	['src/lib/protocol/x.ts', `import '#lib/sync/client.ts';`],
	['src/lib/protocol/x.ts', `import 'node:crypto';`],
	['src/lib/sync/x.ts', `import 'dexie';`],
	['src/lib/sync/x.ts', `import { z } from 'zod';`],
	['src/lib/sync/x.ts', `export * from '#lib/local/database.ts';`],
	['src/lib/local/x.ts', `import { router } from '#lib/server/api/router.ts';`],
	['src/lib/local/x.ts', `import type { X } from '#lib/server/store/open.ts';`],
	['src/lib/local/x.ts', `import '#lib/state/app.svelte.ts';`],
	['src/lib/scanner/x.ts', `import '#lib/protocol/envelope.ts';`],
	['src/lib/scanner/x.ts', `import 'dexie';`],
	['src/lib/server/x.ts', `import '#lib/sync/client.ts';`],
	['src/lib/server/x.ts', `import '$env/dynamic/private';`],
	['src/lib/server/x.ts', `import { env } from '$env/dynamic/private';`],
	['src/lib/server/api/x.ts', `import '../store/open.ts';`],
	['src/lib/server/x.ts', `import { error } from '@sveltejs/kit';`],
	['src/lib/server/x.ts', `import 'dexie';`],
	['src/lib/state/x.svelte.ts', `import 'node:fs';`],
	['src/lib/state/x.svelte.ts', `import Dexie from 'dexie';`],
	['src/lib/state/x.svelte.ts', `import '#lib/server/config.ts';`],
	['src/lib/components/X.svelte', script(`import '#lib/local/database.ts';`)],
	['src/lib/components/X.svelte', script(`import '#lib/state/app.svelte.ts';`)],
	['src/lib/components/X.svelte', script(`import { page } from '$app/state';`)],
	['src/routes/+page.svelte', script(`import '#lib/local/database.ts';`)],
	['src/routes/+page.svelte', script(`import '#lib/sync/client.ts';`)],
	['src/routes/+page.svelte', script(`import '#lib/server/config.ts';`)],
	['src/routes/+page.svelte', script(`import '../lib/server/config.ts';`)],
	['src/routes/(floor)/scan/+page.svelte', script(`import '../shared.ts';`)],
	['src/routes/(floor)/scan/+page.svelte', script(`import '../../lib/components/X.svelte';`)],
	['src/routes/+page.svelte', script(`import Dexie from 'dexie';`)],
	['src/routes/+page.ts', `import '#lib/server/config.ts';`],
	['src/routes/+page.server.ts', `import '#lib/state/app.svelte.ts';`],
	['src/routes/api/+server.ts', `import '#lib/local/database.ts';`],
	['src/routes/api/+server.ts', `import 'better-sqlite3';`],
	['src/hooks.server.ts', `import '#lib/sync/client.ts';`],
	['src/ops/main.ts', `import '#lib/local/database.ts';`],
	['src/ops/main.ts', `import '../lib/server/config.ts';`],
	['src/service-worker.ts', `import '#lib/server/config.ts';`],
	['src/service-worker.ts', `import '#lib/local/database.ts';`]
] as const)('%s refuses %s', async ([file, code]) => expect(await complaints(file, code)).toContain(IMPORTS));

test.for([
	['src/lib/protocol/x.ts', `import { z } from 'zod'; import '#lib/domain/carton.ts';`],
	[
		'src/lib/sync/x.ts',
		`import '#lib/domain/carton.ts'; import './ports.ts'; import type { X } from '#lib/protocol/envelope.ts';`
	],
	[
		'src/lib/local/x.ts',
		`import { liveQuery } from 'dexie'; import type { AppRouter } from '#lib/server/api/router.ts';`
	],
	['src/lib/scanner/x.ts', `import url from 'zxing-wasm/reader/zxing_reader.wasm?url'; import '@zxing/library';`],
	[
		'src/lib/server/api/x.ts',
		`import '#lib/server/store/open.ts'; import { initTRPC } from '@trpc/server'; import 'node:fs';`
	],
	[
		'src/lib/server/x.ts',
		`import type { RequestEvent } from '@sveltejs/kit'; import { m } from '#lib/paraglide/messages.js';`
	],
	[
		'src/lib/state/x.svelte.ts',
		`import { goto } from '$app/navigation'; import { untrack } from 'svelte'; import '#lib/local/database.ts';`
	],
	[
		'src/lib/components/X.svelte',
		script(`import { Dialog } from 'bits-ui'; import Row from './Row.svelte'; import '#lib/domain/sentences.ts';`)
	],
	[
		'src/routes/+page.server.ts',
		`import '#lib/server/config.ts'; import { superValidate } from 'sveltekit-superforms';`
	],
	['src/routes/+page.server.ts', `import type { Actions } from './$types'; import { fail } from '@sveltejs/kit';`],
	[
		'src/hooks.server.ts',
		`import '#lib/server/config.ts'; import { paraglideMiddleware } from '#lib/paraglide/server.js';`
	],
	[
		'src/ops/main.ts',
		`import '#lib/server/config.ts'; import { command } from './commands/migrate.ts'; import 'node:util';`
	],
	['src/ops/commands/x.ts', `import { databaseState } from '../db/drift.ts';`],
	[
		'src/service-worker.ts',
		`import { build } from '$service-worker'; import { precacheAndRoute } from 'workbox-precaching';`
	],
	[
		'src/routes/+layout.svelte',
		script(`import '../app.css'; import '#lib/state/app.svelte.ts'; import Nav from './Nav.svelte';`)
	]
] as const)('%s allows %s', async ([file, code]) => expect(await complaints(file, code)).toEqual([]));

test.for([
	['src/lib/sync/x.ts', 'dynamic-import', `export const f = () => import('./ports.ts');`],
	['src/routes/+page.svelte', 'dynamic-import', script(`const f = () => import('./X.svelte');`)],
	['src/lib/server/mail.ts', 'environment-in-config', `export const url = process.env.SMTP_URL;`],
	['src/lib/state/x.svelte.ts', 'environment-in-config', `export const mode = import.meta.env.MODE;`],
	['src/lib/state/x.svelte.ts', 'one-dexie', `export const db = new Dexie('x');`],
	['src/lib/local/outbox.ts', 'one-dexie', `export class Db extends Dexie {}`],
	['src/lib/local/outbox.ts', 'one-indexeddb', `export const request = indexedDB.open('x');`],
	['src/lib/state/x.svelte.ts', 'one-indexeddb', `indexedDB.deleteDatabase('x');`],
	['src/lib/server/desk/board.ts', 'one-database', `export const db = new Database('x.db');`],
	['src/lib/server/desk/board.ts', 'one-prisma-client', `export const db = new PrismaClient({ adapter });`],
	['src/lib/server/store/open.ts', 'one-prisma-client', `export const db = new PrismaClient({ adapter });`],
	['src/ops/main.ts', 'one-database', `export const db = new Database('x.db');`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.create({ data });`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.update({ where: { id }, data: {} });`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.delete({ where: { id } });`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.deleteMany();`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.createMany(many);`],
	['src/lib/server/desk/board.ts', 'writes-in-store', `await prisma.carton.upsert(one);`],
	['src/lib/server/desk/board.ts', 'writes-in-store', 'await prisma.$executeRaw`DELETE FROM carton`;'],
	['src/lib/server/access/sessions.ts', 'writes-in-store', `db.prepare('DELETE FROM session').run();`],
	['src/lib/server/access/sessions.ts', 'writes-in-store', `statement.run(id);`],
	['src/lib/server/access/sessions.ts', 'writes-in-store', `db.exec('DELETE FROM session');`],
	['src/routes/+page.server.ts', 'writes-in-store', `await prisma.carton.deleteMany({});`],
	['src/hooks.server.ts', 'writes-in-store', `db.exec('VACUUM');`]
] as const)('%s: %s refuses %s', async ([file, rule, code]) =>
	expect(await complaints(file, code)).toContain(`fence/${rule}`)
);

test.for([
	['src/lib/server/config.ts', `export const settings = parse(process.env);`],
	['src/ops/start.ts', `export const port = process.env.PORT; const f = () => import('./serve.ts');`],
	['src/lib/local/database.ts', `export const db = new Dexie('x');`],
	['src/lib/local/phone-database.ts', `export const request = indexedDB.open('x');`],
	['src/lib/server/store/read-client.ts', `export const db = new PrismaClient({ adapter });`],
	['src/lib/server/store/open.ts', `export const db = new Database('x.db'); db.exec('VACUUM');`],
	['src/lib/server/store/writer.ts', `db.prepare('DELETE FROM carton').run();`],
	[
		'src/lib/server/access/x.ts',
		`seen.delete(key); hash.update(text); PATTERN.exec(text); context.run(locale, () => answer());`
	],
	['src/lib/server/desk/board.ts', `await prisma.carton.findMany({ where: { id } });`],
	['src/lib/server/access/x.ts', `await store.write((db) => db.prepare('DELETE FROM session').run());`],
	[
		'src/lib/server/access/x.ts',
		`export function end(db: Database, id: string) { db.prepare('DELETE FROM session').run(id); }`
	]
] as const)('%s allows %s', async ([file, code]) => expect(await complaints(file, code)).toEqual([]));
