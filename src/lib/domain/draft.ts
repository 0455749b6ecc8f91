/**
 * What one decision changes, while it is being made: copies of rows, each made once, so that the world stays as it was.
 * Links and statuses of cartons change only through `place`, which keeps counts (C12), readiness (S1), promotion (R2)
 * and the carton's history (C11) together.
 */
import type { Assigned, Changes, Context, UndoMemo, World } from './decision.ts';
import { CARTON_EVENT_IDS_FROM, rowId, TIMELINE_IDS_FROM } from './ids.ts';
import { deviceOccurredAt } from './occurred-at.ts';
import { followCartons, recount } from './readiness.ts';
import type { Rejection } from './rejections.ts';
import type { CartonRow, CartonStatus, ShipmentRow, TimelineRow } from './rows.ts';
import { emptyChanges, timelineOf } from './world.ts';

export type NewEntry = Pick<TimelineRow, 'kind' | 'comment'> & Partial<TimelineRow>;

export class Draft {
	/** When it happened (T4): the device's time until the rule knows better (a step that a person dated). */
	at: string;
	readonly notes: Rejection[] = [];
	readonly assigned: Assigned = {};
	undo: UndoMemo | null = null;
	readonly changes: Changes = emptyChanges();
	readonly #cartons = new Map<string, CartonRow>();
	readonly #shipments = new Map<string, ShipmentRow>();
	readonly #ordinals = new Map<string, number>();

	constructor(
		readonly world: World,
		readonly context: Context,
		/** `shipment.track:boarding_ok` for steps, else the command's name: the reason code of carton events (C11). */
		readonly reason: string,
		/** Who did it, as rows name people. */
		readonly by: string = context.actor.name
	) {
		this.at = deviceOccurredAt(context).occurredAt;
	}

	/** A copy of the row that this decision may change. */
	carton(row: CartonRow): CartonRow {
		const known = this.#cartons.get(row.id);
		if (known) return known;
		const copy = { ...row };
		this.#cartons.set(row.id, copy);
		this.changes.cartons.push(copy);
		return copy;
	}

	/** As `carton`. */
	shipment(row: ShipmentRow): ShipmentRow {
		const known = this.#shipments.get(row.id);
		if (known) return known;
		const copy = { ...row };
		this.#shipments.set(row.id, copy);
		this.changes.shipments.push(copy);
		return copy;
	}

	/** Gives a carton its status and shipment; both shipments' counts follow. `shipmentId` absent: the link stays. */
	place(row: CartonRow, status: CartonStatus, shipmentId: string | null = row.shipmentId): CartonRow {
		const carton = this.carton(row);
		const { status: from, shipmentId: before } = carton;
		this.#count(before, from, before === shipmentId ? status : null);
		if (before !== shipmentId) this.#count(shipmentId, null, status);
		if (before !== shipmentId) {
			// A loading mark counts cycles of one shipment: it must not be read as a mark of the next one.
			const unmarked = { loadedCycle: null, loadedBy: null, loadedAt: null };
			Object.assign(carton, { shipmentId, linkedBy: this.by, linkedAt: this.at, ...unmarked });
		}
		if (from !== status) {
			Object.assign(carton, { status, statusBy: this.by, statusAt: this.at });
			this.event(carton, from, before);
		}
		return carton;
	}

	#count(shipmentId: string | null, from: CartonStatus | null, to: CartonStatus | null): void {
		const row = shipmentId === null ? undefined : this.world.shipments.get(shipmentId);
		if (row && from !== to) recount(this.shipment(row), from, to);
	}

	/** [C11] One line of a carton's history. `from` null: its creation. */
	event(carton: CartonRow, from: CartonStatus | null, shipmentBefore: string | null): void {
		const { cartonEvents } = this.changes;
		cartonEvents.push({
			id: rowId(this.context.uid, CARTON_EVENT_IDS_FROM + cartonEvents.length),
			cartonId: carton.id,
			fromStatus: from,
			toStatus: carton.status,
			shipmentBefore,
			shipmentAfter: carton.shipmentId,
			reason: this.reason,
			personId: this.context.actor.personId,
			replicaId: this.context.replicaId,
			occurredAt: this.at,
			receivedAt: this.context.receivedAt
		});
	}

	/** Appends to a shipment's timeline, after the newest entry that was gathered. */
	entry(shipment: ShipmentRow, entry: NewEntry): TimelineRow {
		const last = this.#ordinals.get(shipment.id) ?? timelineOf(this.world, shipment.id).at(-1)?.ordinal ?? 0;
		this.#ordinals.set(shipment.id, last + 1);
		const row: TimelineRow = {
			id: rowId(this.context.uid, TIMELINE_IDS_FROM + this.changes.timeline.length),
			shipmentId: shipment.id,
			cycle: shipment.cycle,
			step: null,
			ordinal: last + 1,
			actorName: this.by,
			actorStructure: this.context.actor.structure,
			personId: this.context.actor.personId,
			disputeId: null,
			occurredAt: this.at,
			occurredUncertain: this.context.deviceAt > this.context.receivedAt,
			receivedAt: this.context.receivedAt,
			...entry
		};
		this.changes.timeline.push(row);
		return row;
	}

	/** [S1, R2] Ends the draft: every touched shipment follows its cartons, and is numbered when it leaves `draft`. */
	finish(): void {
		for (const shipment of this.changes.shipments) {
			followCartons(shipment, this.at);
			if (shipment.status !== 'draft') this.#promote(shipment);
		}
	}

	/** [R2] A phone leaves the reference open: only the server numbers. */
	#promote(shipment: ShipmentRow): void {
		const { numbers } = this.context;
		if (shipment.reference !== null || numbers === null) return;
		shipment.reference = numbers.finalReference;
		this.assigned.reference = numbers.finalReference;
	}
}
