/**
 * Prisma for the desk's reads, on a connection of its own that SQLite itself opened read-only: its writes would not be
 * isolated (docs/decisions), so it cannot make any.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '#lib/server/prisma/client.ts';

export type ReadClient = PrismaClient;

/** @param file an existing, migrated database file */
export const openReadClient = (file: string): ReadClient =>
	new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, readonly: true }) });
