import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { sizeSampleJob } from './size-sample-job.ts';

let server: TestServer;
beforeEach(async () => void (server = await openServer()));
afterEach(() => server.close());

const run = (dryRun = false) => sizeSampleJob.run(server.world, { dryRun, signal: new AbortController().signal });
const samples = () =>
	server.rows<{ day: string; bytes: number; tables: string }>('SELECT * FROM size_sample ORDER BY day');

test('a sample a day, the last one of it; those of more than 400 days go; a dry run takes none', async () => {
	await run(true);
	expect(samples()).toEqual([]);
	await server.raw(`INSERT INTO size_sample VALUES ('2024-12-01', 1, '{}'), ('2025-12-01', 2, '{}')`);
	await run();
	const { counts } = await run();
	expect(samples().map(({ day }) => day)).toEqual(['2025-12-01', '2026-03-02']);
	const { bytes, tables } = samples()[1]!;
	expect(bytes).toBe(counts['bytes']);
	expect(bytes % 4096).toBe(0);
	expect(JSON.parse(tables)).toMatchObject({ carton: 0, mutation_result: 0 });
});
