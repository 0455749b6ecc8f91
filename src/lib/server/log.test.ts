import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer } from '../../../tests/support/server.ts';
import { openLog, type Trouble } from './log.ts';
import { boundToRequest, inRequest } from '#lib/server/logs/request-context.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'escale-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = () =>
	readdirSync(folder)
		.sort()
		.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
		.map((line) => JSON.parse(line) as Record<string, unknown>);

test('every line of a request says which; work done for several requests at once says whose', async () => {
	const { log, close } = openLog({ logLevel: 'warn', logDir: folder });
	const later: (() => void)[] = [];
	for (const id of ['r-1', 'r-2'])
		await inRequest({ request_id: id, person: 'p-1' }, async () => {
			await Promise.resolve();
			log.warn({ event: 'now' });
			later.push(boundToRequest(() => log.warn({ event: 'later' })));
		});
	for (const run of later) run();
	log.warn({ event: 'nobody' });
	await close();
	expect(lines().map(({ event, request_id }) => [event, request_id])).toEqual([
		['now', 'r-1'],
		['now', 'r-2'],
		['later', 'r-1'],
		['later', 'r-2'],
		['nobody', undefined]
	]);
	expect(lines()[0]).toMatchObject({ level: 'warn', person: 'p-1', time: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('who counts and reports hears of warnings and errors alone', async () => {
	const heard: Trouble[] = [];
	const { log, close } = openLog({ logLevel: 'warn', logDir: folder }, (trouble) => heard.push(trouble));
	log.info({ event: 'fine' });
	log.warn({ event: 'odd' });
	log.error({ event: 'bad', err: new Error('no') });
	await close();
	expect(heard.map(({ severity, fields }) => [severity, fields['event']])).toEqual([
		['warning', 'odd'],
		['error', 'bad']
	]);
});

test('a statement that takes long is told by its shape, with the request that made it and none of its values', async () => {
	const server = await openServer({ LOG_DIR: folder, LOG_LEVEL: 'warn' });
	// Counts to a number that is a value.
	const slow = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) AS n FROM n`;
	const { sql } = await import('./store/sql.ts');
	inRequest({ request_id: 'r-9' }, () => server.world.store.read((db) => sql(db, slow).get(3_000_001)));
	await server.close();
	const [line] = lines().filter(({ event }) => event === 'slow_statement');
	expect(line).toMatchObject({ request_id: 'r-9', statement: slow, duration_ms: expect.any(Number) });
	expect(JSON.stringify(line)).not.toContain('3000001');
});
