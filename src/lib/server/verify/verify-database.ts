/**
 * `ops verify`: is what the database holds what its own records say? Replays carton events and timelines, counts shipments'
 * cartons, recomputes hashes and digest sums, works out anew who must receive which row. Reads in one transaction beside a
 * running server; reports, never mends.
 */
import { groupBy } from '#lib/domain/group-by.ts';
import { cartonLedgerFaults, shipmentLedgerFaults } from '#lib/domain/ledger.ts';
import { cartonFaults, shipmentFaults, timelineFaults } from '#lib/domain/invariants.ts';
import type { CartonEventRow } from '#lib/domain/rows.ts';
import { readMany, readWhere } from '#lib/server/store/rows.ts';
import { soundnessFaults } from '#lib/server/store/soundness.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { feedFaults } from '#lib/server/store/triggers.ts';
import { digestFaults } from './digest-faults.ts';
import { Findings, type Finding } from './findings.ts';
import { scopeFaults } from './scope-faults.ts';

/** Rows in memory at once. */
const CHUNK = 500;

export interface Verified {
	cartons: number;
	shipments: number;
	/** How many differences there are by rule; none: all is well. */
	byRule: Record<string, number>;
	/** The first of each rule, each with the row that it is about. */
	findings: Finding[];
}

/** Told of each part, and how many rows of it are done. */
export type OnPart = (part: string, done?: number, total?: number) => void;

/** @param now closed cases may have left the phones by then */
export function verifyDatabase(db: Database, now: Date, onPart: OnPart = () => undefined): Verified {
	sql(db, 'BEGIN').run();
	try {
		const findings = new Findings();
		onPart('the file');
		for (const fault of soundnessFaults(db)) findings.add('file', '', `file ${fault}`);
		for (const name of feedFaults(db)) findings.add('I34', name, `I34 the change feed lacks ${name}`);
		const cartons = verifyCartons(db, findings, onPart);
		const shipments = verifyShipments(db, findings, onPart);
		onPart('mutations');
		replicaFaults(db, findings);
		onPart('scopes');
		scopeFaults(db, now, findings);
		digestFaults(db, findings, onPart);
		return { cartons, shipments, byRule: findings.byRule, findings: findings.first };
	} finally {
		sql(db, 'COMMIT').run();
	}
}

type Event = Pick<CartonEventRow, 'cartonId' | 'fromStatus' | 'toStatus' | 'shipmentBefore' | 'shipmentAfter'>;

function verifyCartons(db: Database, findings: Findings, onPart: OnPart): number {
	let done = 0;
	for (const ids of chunksOf(db, 'SELECT id FROM carton WHERE id > ? ORDER BY id LIMIT ?')) {
		const rows = readMany(db, 'cartons', ids).map(({ row }) => row);
		const named = rows.map(({ shipmentId }) => shipmentId).filter((id) => id !== null);
		const shipments = new Map(readMany(db, 'shipments', [...new Set(named)]).map(({ row }) => [row.id, row]));
		const events = groupBy(eventsOf(db, ids), ({ cartonId }) => cartonId);
		for (const row of rows) {
			const faults = [
				...cartonFaults(row, shipments.get(row.shipmentId ?? '')),
				...cartonLedgerFaults(row, events.get(row.id) ?? [])
			];
			findings.addAll(row.id, faults);
		}
		done += rows.length;
		onPart('cartons', done, countOf(db, 'SELECT count(*) AS n FROM carton'));
	}
	const orphans = sql<{ id: string }>(
		db,
		`SELECT DISTINCT carton_id AS id FROM carton_event WHERE carton_id NOT IN (SELECT id FROM carton)`
	).all();
	for (const { id } of orphans) findings.add('C11', id, `C11 ${id} has a history and no carton`);
	return done;
}

/** In the order of acceptance, which is that of insertion. */
const eventsOf = (db: Database, cartonIds: readonly string[]): Event[] =>
	sql<Event>(
		db,
		`SELECT carton_id AS cartonId, from_status AS fromStatus, to_status AS toStatus, shipment_before AS shipmentBefore, shipment_after AS shipmentAfter
		 FROM carton_event WHERE carton_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`
	).all(JSON.stringify(cartonIds));

function verifyShipments(db: Database, findings: Findings, onPart: OnPart): number {
	let done = 0;
	const among = 'shipment_id IN (SELECT value FROM json_each(?))';
	for (const ids of chunksOf(db, 'SELECT id FROM shipment WHERE id > ? ORDER BY id LIMIT ?')) {
		const list = JSON.stringify(ids);
		const cartons = groupBy(
			readWhere(db, 'cartons', among, list).map(({ row }) => row),
			({ shipmentId }) => shipmentId!
		);
		const timeline = groupBy(
			readWhere(db, 'timeline', `${among} ORDER BY ordinal`, list).map(({ row }) => row),
			({ shipmentId }) => shipmentId
		);
		for (const { row } of readMany(db, 'shipments', ids)) {
			const entries = timeline.get(row.id) ?? [];
			findings.addAll(row.id, [
				...shipmentFaults(row, cartons.get(row.id) ?? []),
				...timelineFaults(row, entries),
				...shipmentLedgerFaults(row, entries)
			]);
		}
		done += ids.length;
		onPart('shipments', done, countOf(db, 'SELECT count(*) AS n FROM shipment'));
	}
	const orphans = sql<{ id: string }>(
		db,
		`SELECT DISTINCT shipment_id AS id FROM timeline WHERE shipment_id NOT IN (SELECT id FROM shipment)`
	).all();
	for (const { id } of orphans) findings.add('C11', id, `C11 ${id} has a timeline and no shipment`);
	return done;
}

/** [I2] The decided mids of a replica are exactly 1…lmid. */
function replicaFaults(db: Database, findings: Findings): void {
	const wrong = sql<{ id: string; lmid: number; decided: number; highest: number }>(
		db,
		`SELECT replica.id, lmid, count(mid) AS decided, coalesce(max(mid), 0) AS highest FROM replica
		 LEFT JOIN (SELECT replica_id, mid FROM mutation_result UNION ALL SELECT replica_id, mid FROM mutation_duplicate) AS decided
		 ON decided.replica_id = replica.id GROUP BY replica.id HAVING decided <> lmid OR highest <> lmid`
	).all();
	for (const { id, lmid, decided, highest } of wrong)
		findings.add('I2', id, `I2 ${id} has lmid ${lmid}, ${decided} decided mutations, the last with ${highest}`);
}

/** Ids in portions. @param text takes the id to go on after and how many */
function* chunksOf(db: Database, text: string): Generator<string[]> {
	for (let after = ''; ;) {
		const ids = sql<{ id: string }>(db, text)
			.all(after, CHUNK)
			.map(({ id }) => id);
		if (ids.length === 0) return;
		yield ids;
		after = ids.at(-1)!;
	}
}

const countOf = (db: Database, text: string): number => sql<{ n: number }>(db, text).get()?.n ?? 0;
