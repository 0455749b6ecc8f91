/**
 * The feed of events: in the order of their commit, which is that of `seq`, since there is one writer. A cursor names the
 * epoch too: after a restore the same numbers may mean something else, and the reader begins again.
 */
import type { CartonStatus, TimelineKind, TrackingStep } from '#lib/domain/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import type { EventType } from './event-types.ts';
import { Problem } from './problem.ts';

/** So many events are looked through for one filtered page. */
const LOOKED_THROUGH = 5_000;

interface EventRecord {
	seq: number;
	id: string;
	type: EventType;
	at: string;
	cartonId: string | null;
	code: string;
	fromStatus: CartonStatus | null;
	toStatus: CartonStatus;
	shipmentBefore: string | null;
	shipmentAfter: string | null;
	reason: string;
	movedAt: string;
	kind: TimelineKind | null;
	cycle: number;
	step: TrackingStep | null;
	actorName: string;
	actorStructure: string;
	comment: string;
	disputeId: string | null;
	occurredAt: string;
	occurredUncertain: 0 | 1;
	shipmentId: string;
	reference: string | null;
	temporaryReference: string | null;
	iata: string;
}

const SELECT = `SELECT e.seq, e.id, e.type, e.at,
	c.carton_id AS cartonId, carton.code, c.from_status AS fromStatus, c.to_status AS toStatus, c.shipment_before AS shipmentBefore,
	c.shipment_after AS shipmentAfter, c.reason, c.occurred_at AS movedAt,
	t.kind, t.cycle, t.step, t.actor_name AS actorName, t.actor_structure AS actorStructure, t.comment, t.dispute_id AS disputeId,
	t.occurred_at AS occurredAt, t.occurred_uncertain AS occurredUncertain,
	s.id AS shipmentId, s.reference, s.temporary_reference AS temporaryReference, s.destination_iata AS iata
	FROM integration_event e
	LEFT JOIN carton_event c ON e.type = 'carton.status' AND c.id = e.row_id
	LEFT JOIN carton ON carton.id = c.carton_id
	LEFT JOIN timeline t ON e.type NOT IN ('carton.status', 'shipment.create') AND t.id = e.row_id
	LEFT JOIN shipment s ON s.id = CASE e.type WHEN 'shipment.create' THEN e.row_id ELSE t.shipment_id END`;

/** An event as the feed and the webhooks tell it: `event` of v1-schemas.ts. */
export type ToldEvent = ReturnType<typeof toldEvent>;

function toldEvent(record: EventRecord) {
	const { id, type, at } = record;
	return { id, type, timestamp: at, data: record.cartonId === null ? shipmentData(record) : cartonData(record) };
}

const cartonData = (record: EventRecord) => {
	const { cartonId, code, fromStatus, toStatus, shipmentBefore, shipmentAfter, reason, movedAt } = record;
	return { cartonId, code, from: fromStatus, to: toStatus, shipmentBefore, shipmentAfter, reason, occurredAt: movedAt };
};

function shipmentData(record: EventRecord) {
	const { shipmentId, reference, temporaryReference, iata, kind, cycle, step, actorName, actorStructure } = record;
	const { comment, disputeId, occurredAt, occurredUncertain } = record;
	const when = { occurredAt, occurredUncertain: occurredUncertain === 1 };
	const entry = kind === null ? null : { cycle, kind, step, actorName, actorStructure, comment, disputeId, ...when };
	return { shipmentId, reference, temporaryReference, destination: iata, entry };
}

/** One event; null when there is none of this number any more. */
export function eventAt(db: Database, seq: number): ToldEvent | null {
	const record = sql<EventRecord>(db, `${SELECT} WHERE e.seq = ?`).get(seq);
	return record === undefined ? null : toldEvent(record);
}

export interface FeedQuery {
	cursor?: string | undefined;
	limit: number;
	types?: string | undefined;
	start: 'first' | 'latest';
}

/** @throws Problem `invalid_query`, `feed_restarted` */
export function readFeed(store: Pick<Store, 'read' | 'epoch'>, { cursor, limit, types, start }: FeedQuery) {
	return store.read((db) => {
		const head = sql<{ seq: number | null }>(db, `SELECT max(seq) AS seq FROM integration_event`).get()?.seq ?? 0;
		const after = cursor === undefined ? (start === 'latest' ? head : 0) : seqOf(cursor, store.epoch, 1)[0]!;
		const until = types === undefined ? head : Math.min(head, after + LOOKED_THROUGH);
		const wanted = types === undefined ? null : JSON.stringify(types.split(','));
		const records = sql<EventRecord>(
			db,
			`${SELECT} WHERE e.seq > ? AND e.seq <= ? AND (? IS NULL OR e.type IN (SELECT value FROM json_each(?))) ORDER BY e.seq LIMIT ?`
		).all(after, until, wanted, wanted, limit);
		const reached = records.length === limit ? records.at(-1)!.seq : Math.max(after, until);
		return { data: records.map(toldEvent), cursor: cursorOf(store.epoch, reached), more: reached < head };
	});
}

/** Numbers of this epoch as one word. */
export const cursorOf = (epoch: string, ...numbers: number[]): string =>
	Buffer.from([epoch, ...numbers].join(' ')).toString('base64url');

/** @throws Problem `invalid_query` for a text that is none, `feed_restarted` for another epoch */
export function seqOf(cursor: string, epoch: string, count: number, path = 'cursor'): number[] {
	const [of, ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ');
	const numbers = rest.map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : -1));
	if (numbers.length !== count || numbers.includes(-1))
		throw new Problem('invalid_query', { errors: [{ path, message: path }] });
	if (of !== epoch) throw new Problem('feed_restarted');
	return numbers;
}
