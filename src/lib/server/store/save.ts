/**
 * Saves what a batch decided, each row once, whole. Versions, hashes and digests are set here; the feed and the membership
 * of rows in scopes follow by trigger.
 */
import type { Database } from 'better-sqlite3';
import type { Changes } from '#lib/domain/decision.ts';
import type {
	CartonEventRow,
	CartonRow,
	ContactRow,
	DestinationRow,
	RefusalRow,
	ShipmentRow,
	TimelineRow
} from '#lib/domain/rows.ts';
import type { Before } from './gather.ts';
import { saveRefusal } from './refusal-rows.ts';
import { saveRow } from './rows.ts';
import { sql } from './sql.ts';

interface LabelPrint {
	id: string;
	kind: 'carton' | 'shipment';
	ids: string[];
	copy: number;
	personId: string | null;
	replicaId: string;
	receivedAt: string;
}

/** The changes of a batch laid over each other: of a row that changed five times the last is saved. */
export class Batch {
	readonly #shipments = new Map<string, ShipmentRow>();
	readonly #cartons = new Map<string, CartonRow>();
	readonly #timeline = new Map<string, TimelineRow>();
	readonly #contacts = new Map<string, ContactRow>();
	readonly #destinations = new Map<string, DestinationRow>();
	readonly #refusals = new Map<string, RefusalRow>();
	readonly #events: CartonEventRow[] = [];
	readonly #prints: LabelPrint[] = [];

	add(changes: Changes, by: { uid: string; personId: string | null; replicaId: string; receivedAt: string }): void {
		for (const row of changes.shipments) this.#shipments.set(row.id, row);
		for (const row of changes.cartons) this.#cartons.set(row.id, row);
		for (const row of changes.timeline) this.#timeline.set(row.id, row);
		for (const row of changes.contacts) this.#contacts.set(row.id, row);
		for (const row of changes.destinations) this.#destinations.set(row.id, row);
		for (const row of changes.refusals) this.#refusals.set(row.id, row);
		this.#events.push(...changes.cartonEvents);
		for (const [n, print] of changes.labelPrints.entries()) {
			const { personId, replicaId, receivedAt } = by;
			this.#prints.push({ id: `${by.uid}.print.${n}`, ...print, personId, replicaId, receivedAt });
		}
	}

	/**
	 * Inside the transaction that gathered. Shipments first: a carton joins the scope of its shipment.
	 * @throws SqliteError on a constraint violation
	 */
	save(db: Database, before: Before): void {
		for (const row of this.#shipments.values()) saveRow(db, 'shipments', row, before.shipments.get(row.id) ?? null);
		// In the order of first change: a sticker that one carton frees (C14) is free before the next one takes it.
		for (const row of this.#cartons.values()) saveRow(db, 'cartons', row, before.cartons.get(row.id) ?? null);
		for (const row of this.#timeline.values()) saveRow(db, 'timeline', row, before.timeline.get(row.id) ?? null);
		for (const row of this.#contacts.values()) saveRow(db, 'contacts', row, before.contacts.get(row.id) ?? null);
		for (const row of this.#destinations.values())
			saveRow(db, 'destinations', row, before.destinations.get(row.id) ?? null);
		for (const row of this.#refusals.values()) saveRefusal(db, row);
		for (const event of this.#events) saveEvent(db, event);
		for (const print of this.#prints) savePrint(db, print);
	}
}

/** [C11] */
function saveEvent(db: Database, event: CartonEventRow): void {
	sql(
		db,
		`INSERT INTO carton_event (id, carton_id, from_status, to_status, shipment_before, shipment_after, reason, person_id, replica_id, occurred_at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	).run(
		event.id,
		event.cartonId,
		event.fromStatus,
		event.toStatus,
		event.shipmentBefore,
		event.shipmentAfter,
		event.reason,
		event.personId,
		event.replicaId,
		event.occurredAt,
		event.receivedAt
	);
}

function savePrint(db: Database, print: LabelPrint): void {
	sql(
		db,
		`INSERT INTO label_print (id, kind, ids, copy, person_id, replica_id, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
	).run(print.id, print.kind, JSON.stringify(print.ids), print.copy, print.personId, print.replicaId, print.receivedAt);
}
