/**
 * Why every write goes through one better-sqlite3 connection (docs/architecture.md): Prisma's adapter has one connection, and
 * only the start of an interactive transaction takes its lock, so another write of the process joins a transaction that is
 * open and is lost when that one rolls back. When the first test here fails, the cause is gone and the rule may be dropped.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { expect, test } from 'vitest';
import { PrismaClient } from '#lib/server/prisma/client.ts';
import { createWorld } from '../../../../tests/support/world.ts';

test('a Prisma write made while another transaction is open is lost with that transaction, though it was acknowledged', async () => {
	const world = await createWorld({ on: 'disk', seed: false });
	const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${world.file}` }) });
	const attempt = (key: string) => ({ data: { key, failures: 1, windowFrom: 'now' } });
	let acknowledged = false;
	const transaction = prisma.$transaction(async (tx) => {
		await tx.loginAttempt.create(attempt('inside'));
		// Somebody else's request, in no transaction.
		await prisma.loginAttempt.create(attempt('outside'));
		acknowledged = true;
		throw new Error('rolled back');
	});
	await expect(transaction).rejects.toThrow('rolled back');
	expect(acknowledged).toBe(true);
	expect(await prisma.loginAttempt.findMany()).toEqual([]);
	await prisma.$disconnect();
	await world.close();
}, 30_000);

test('the store’s own writes are not: each is there or not by itself', async () => {
	const world = await createWorld({ on: 'disk', seed: false });
	const attempt = (key: string) =>
		world.raw(`INSERT INTO login_attempt (key, failures, window_from) VALUES (?, 1, 'now')`, key);
	const results = await Promise.allSettled([
		world.store.write((db) => {
			db.prepare(`INSERT INTO login_attempt (key, failures, window_from) VALUES ('inside', 1, 'now')`).run();
			throw new Error('rolled back');
		}),
		attempt('outside')
	]);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
	expect(world.rows('SELECT key FROM login_attempt')).toEqual([{ key: 'outside' }]);
	await world.close();
}, 30_000);
