import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkCartonCode } from '#lib/domain/carton-code.ts';
import { isGtin, isSscc } from '#lib/domain/check-digits.ts';
import { invariants } from '#lib/domain/invariants.ts';
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { readWhere } from '#lib/server/store/rows.ts';
import { demoPinOf } from './demo-people.ts';
import { isUnused, seedDemo } from './seed-demo.ts';

// A thousand commands and more, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NOW = new Date('2026-11-23T05:30:00.000Z');
let folder: string;
let world: ServerWorld;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'escale-demo-'));
	const settings = readSettings({
		DATABASE_URL: `file:${join(folder, 'demo.db')}`,
		LOG_LEVEL: 'silent',
		BACKUP_DIR: join(folder, 'backups')
	});
	world = await createServerWorld(settings, { clock: () => NOW });
});
afterEach(async () => {
	await world.close();
	rmSync(folder, { recursive: true, force: true });
});

function everything() {
	const read = <T extends SyncedTable>(table: T) =>
		new Map(world.store.read((db) => readWhere(db, table, '1 = 1')).map(({ row }) => [row.id, row]));
	const tables = Object.fromEntries(SYNCED_TABLES.map((table) => [table, read(table)]));
	return { ...tables, codes: new Map() } as unknown as Parameters<typeof invariants>[0];
}

describe('the demo warehouse', () => {
	test('[C12] keeps every invariant, holds every status, and is told in time order', async () => {
		expect(isUnused(world.store)).toBe(true);
		const { password, users, cartons, shipments } = await seedDemo(world);
		expect(isUnused(world.store)).toBe(false);
		expect(users.map(({ login }) => login)).toEqual(['admin', 'manager', 'operator', 'viewer']);
		expect(password).toMatch(/^(\w{4}-){3}\w{4}$/);
		const all = everything();
		expect(invariants(all)).toEqual([]);
		expect([all.cartons.size, all.shipments.size]).toEqual([cartons, shipments]);
		const cartonStates = new Set([...all.cartons.values()].map(({ status }) => status));
		expect([...cartonStates].sort()).toEqual(['assigned', 'draft', 'labeled', 'packed', 'picking', 'shipped']);
		const shipmentStates = new Set([...all.shipments.values()].map(({ status }) => status));
		expect(shipmentStates.size).toBe(7);
		const list = [...all.shipments.values()];
		expect(list.filter(({ disputeId }) => disputeId !== null)).toHaveLength(1);
		expect(list.filter(({ cycle }) => cycle === 2)).toHaveLength(1);
		expect(list.filter(({ closedAt }) => closedAt !== null)).toHaveLength(2);
		expect(list.filter(({ reference }) => reference === null)).toHaveLength(2);
		const moved = [...all.timeline.values()].filter(({ occurredUncertain }) => occurredUncertain);
		expect(moved).toEqual([]);
	});

	test('[R4] its barcodes are GTINs, its carton codes are of both sources, and nothing is held twice', async () => {
		await seedDemo(world);
		const all = everything();
		const cartons = [...all.cartons.values()];
		const leased = cartons.filter(({ source }) => source === 'leased').map(({ code }) => checkCartonCode(code).kind);
		const printed = cartons.filter(({ source }) => source === 'printed').map(({ code }) => isSscc(code));
		expect([new Set(leased), new Set(printed)]).toEqual([new Set(['valid']), new Set([true])]);
		const gtins = [...all.products.values()].map(({ gtin }) => gtin ?? '');
		expect(gtins.filter((gtin) => !isGtin(gtin))).toEqual([]);
		expect(new Set(gtins).size).toBe(gtins.length);
	});

	test('[§9] has badges, and a PIN that follows from the password', async () => {
		const { pin } = await seedDemo(world, { password: 'the first password' });
		expect(pin).toMatch(/^\d{6}$/);
		expect(demoPinOf('the first password')).toBe(pin);
		const device = await world.access.devices.register('Phone');
		const asked = { badgeCode: 'BADGE-OPERATOR', pin, deviceId: device.id, address: '192.0.2.1', userAgent: '' };
		const { output } = await world.access.badges.switchTo(asked);
		expect(output).toMatchObject({ kind: 'ok', operator: { role: 'operator' } });
	});

	test('is refused where somebody works already, and in production', async () => {
		await seedDemo(world, { password: 'the first password' });
		await expect(seedDemo(world)).rejects.toThrow(/has accounts already/);
		const production = { ...world, settings: { ...world.settings, production: true } };
		await expect(seedDemo(production)).rejects.toThrow(/production/);
	});

	test('[C12] in bulk, has as many cartons as asked for and keeps every invariant', async () => {
		const { cartons } = await seedDemo(world, { cartons: 3000 });
		const all = everything();
		expect(cartons).toBe(3000);
		expect(all.cartons.size).toBe(3000);
		expect(invariants(all)).toEqual([]);
	});
});
