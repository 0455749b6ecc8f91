/**
 * What must hold of the server at the end of a run, read from its tables and told by a model of its own: the log replayed
 * once, in order, through the pure rule (I2, I3, I6, I7, I8, I31).
 */
import { invariants } from '#lib/domain/invariants.ts';
import type { World } from '#lib/domain/decision.ts';
import { SYNCED_TABLES, type SyncedRows, type SyncedTable } from '#lib/domain/rows.ts';
import { emptyWorld } from '#lib/domain/world.ts';
import { canonicalJson } from '#lib/protocol/canonical.ts';
import { readMany } from '#lib/server/store/rows.ts';
import { viewStore, type SetState, type StoredRow } from '#lib/sync/records.ts';
import type { SimPhone } from './sim-phone.ts';
import type { Simulation } from './simulation.ts';

/** All rows of the server's synced tables. */
export function serverWorld(sim: Simulation): World {
	const world = emptyWorld();
	sim.world.store.read((db) => {
		for (const table of SYNCED_TABLES) {
			const name = {
				cartons: 'carton',
				shipments: 'shipment',
				timeline: 'timeline',
				products: 'product',
				destinations: 'destination',
				contacts: 'contact',
				warehouses: 'warehouse',
				locations: 'location',
				people: 'person'
			}[table];
			const ids = db.prepare(`SELECT id FROM ${name}`).pluck().all() as string[];
			for (const { row } of readMany(db, table, ids))
				(world[table] as Map<string, SyncedRows[SyncedTable]>).set(row.id, row);
		}
	});
	return world;
}

/** Every broken promise, as lines. */
export function serverFaults(sim: Simulation): string[] {
	const faults = invariants(serverWorld(sim)).map((fault) => `I8 ${fault}`);
	const replicas = sim.world.rows<{ id: string; lmid: number }>(`SELECT id, lmid FROM replica`);
	for (const { id, lmid } of replicas) {
		const mids = sim.world
			.rows<{ mid: number }>(
				`SELECT mid FROM mutation_result WHERE replica_id = ? UNION ALL SELECT mid FROM mutation_duplicate WHERE replica_id = ? ORDER BY mid`,
				id,
				id
			)
			.map(({ mid }) => mid);
		if (mids.length !== lmid || mids.some((mid, i) => mid !== i + 1))
			faults.push(`I2 ${id} has lmid ${lmid} and the mids ${mids.join(' ')}`);
	}
	return faults;
}

/** [I15, I27] The phone's tables against the rows that its scope has on the server, in canonical form. @param world the server's rows */
export function tableFaults(sim: Simulation, phone: SimPhone, world = serverWorld(sim)): string[] {
	const faults: string[] = [];
	const set = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
	const { warehouseId } = phone.state();
	const inScope = new Set(
		sim.world
			.rows<{ key: string }>(
				`SELECT "table" || ':' || row_id AS key FROM in_scope WHERE scope IN ('*', ?)`,
				`warehouse:${warehouseId}`
			)
			.map(({ key }) => key)
	);
	for (const table of SYNCED_TABLES) {
		const stored = new Map(
			(phone.store.content(viewStore(set.live, table)) as StoredRow[]).map((row) => [row.id, row])
		);
		for (const row of (world[table] as Map<string, SyncedRows[SyncedTable]>).values()) {
			const mine = stored.get(row.id);
			const belongs = inScope.has(`${table}:${row.id}`);
			if (!belongs && mine) faults.push(`I27 ${phone.name} holds ${table} ${row.id} outside its scope`);
			if (belongs && !mine) faults.push(`I15 ${phone.name} lacks ${table} ${row.id}`);
			if (belongs && mine && canonicalJson(mine.row) !== canonicalJson(row))
				faults.push(`I15 ${phone.name} has ${canonicalJson(mine.row)} for ${canonicalJson(row)}`);
			stored.delete(row.id);
		}
		for (const id of stored.keys())
			faults.push(`I15 ${phone.name} holds ${table} ${id}, which the server does not know`);
	}
	return faults;
}

/** [I31, I3, I17] What the phone was told is what the server wrote down, once, for each of its mutations. */
export function verdictFaults(sim: Simulation, phone: SimPhone): string[] {
	const results = new Map(
		sim.world
			.rows<{ uid: string; status: string }>(`SELECT uid, status FROM mutation_result`)
			.map(({ uid, status }) => [uid, status])
	);
	return phone.store.content('mutations').flatMap(({ uid, verdict }) => {
		// A restore forgets what was refused or changed nothing: there is nothing to do again.
		if (!results.has(uid) && sim.server.restores > 0 && verdict !== null && verdict.status !== 'ok') return [];
		if (!results.has(uid)) return [`I17 ${phone.name}'s ${uid} was never decided`];
		const now = results.get(uid);
		return now === verdict?.status ? [] : [`I3 ${phone.name} heard ${verdict?.status} where ${uid} is ${now}`];
	});
}
