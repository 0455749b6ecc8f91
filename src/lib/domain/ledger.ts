/**
 * [C11, D5] What a carton's events and a shipment's timeline say of it, replayed and compared with its row: they are written
 * apart, so that `ops verify` can tell when one of them was changed by something else than a rule. Reports; mends nothing.
 */
import { isLocked, readiness } from './readiness.ts';
import type { CartonEventRow, CartonRow, ShipmentRow, ShipmentStatus, TimelineRow } from './rows.ts';
import { STATUS_AFTER } from './tracking.ts';

type Event = Pick<CartonEventRow, 'fromStatus' | 'toStatus' | 'shipmentBefore' | 'shipmentAfter'>;

/** @param events in the order in which they were accepted */
export function cartonLedgerFaults(carton: CartonRow, events: readonly Event[]): string[] {
	const { code, status, shipmentId } = carton;
	const last = events.at(-1);
	if (last === undefined) return [`C11 ${code} has no history`];
	const faults: string[] = [];
	for (const [i, event] of events.entries()) {
		const former = events[i - 1];
		if (event.fromStatus !== (former?.toStatus ?? null))
			faults.push(`C11 ${code} goes on from ${event.fromStatus} where it was ${former?.toStatus ?? 'not yet there'}`);
		if (event.shipmentBefore !== (former?.shipmentAfter ?? null))
			faults.push(`C11 ${code} leaves ${event.shipmentBefore} where it was in ${former?.shipmentAfter ?? 'none'}`);
	}
	if (last.toStatus !== status) faults.push(`C11 ${code} is ${status} where its history ends with ${last.toStatus}`);
	if (last.shipmentAfter !== shipmentId)
		faults.push(`C11 ${code} is in ${shipmentId ?? 'none'} where its history ends in ${last.shipmentAfter ?? 'none'}`);
	return faults;
}

/** What a timeline makes of its shipment. */
type Told = Pick<ShipmentRow, 'cycle' | 'disputeId' | 'closedAt' | 'archivedAt'> & {
	/** Null: not locked, so its cartons decide (S1). */
	status: ShipmentStatus | null;
};

/** @param entries all of its timeline, by ordinal */
export function shipmentLedgerFaults(shipment: ShipmentRow, entries: readonly TimelineRow[]): string[] {
	const name = shipment.reference ?? shipment.temporaryReference ?? shipment.id;
	const told: Told = { status: null, cycle: 1, disputeId: null, closedAt: null, archivedAt: null };
	for (const entry of entries) tell(told, entry);
	const expected = { ...told, status: told.status ?? readiness(shipment) };
	const fields = ['status', 'cycle', 'disputeId', 'closedAt', 'archivedAt'] as const;
	return fields
		.filter((field) => shipment[field] !== expected[field])
		.map((field) => `C11 ${name} has ${field} ${shipment[field]} where its timeline makes it ${expected[field]}`);
}

function tell(told: Told, { kind, step, cycle, disputeId, occurredAt }: TimelineRow): void {
	switch (kind) {
		case 'step': {
			const status = step === null ? null : STATUS_AFTER[step];
			told.status = status !== null && isLocked({ status }) ? status : null;
			break;
		}
		case 'dispute':
			told.disputeId = disputeId;
			break;
		case 'resolve':
			// [D3] From a locked status its planning starts again.
			if (cycle > told.cycle) told.status = null;
			told.disputeId = null;
			break;
		case 'reopen':
			told.closedAt = null;
			break;
		case 'close':
			told.closedAt = occurredAt;
			break;
		case 'archive':
			told.archivedAt = occurredAt;
			break;
		case 'edit':
		case 'promote':
			break;
	}
	told.cycle = Math.max(told.cycle, cycle);
}
