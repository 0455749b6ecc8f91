/**
 * Prisma for the desk's reads, on a connection of its own that SQLite itself opened read-only: its writes would not be
 * isolated (docs/decisions), so it cannot make any.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '#lib/server/prisma/client.ts';
import { SLOW_STATEMENT_MS } from './sql.ts';

export type ReadClient = PrismaClient;

/**
 * @param file an existing, migrated database file
 * @param took told of each statement that takes `SLOW_STATEMENT_MS` or longer: its text with place-holders, milliseconds
 */
export function openReadClient(file: string, took: (statement: string, ms: number) => void = () => {}): ReadClient {
	const adapter = new PrismaBetterSqlite3({ url: `file:${file}`, readonly: true });
	const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] });
	client.$on('query', ({ query, duration }) => {
		if (duration >= SLOW_STATEMENT_MS) took(query, duration);
	});
	return client;
}
