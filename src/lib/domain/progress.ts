/**
 * How far a shipment is, in the words of S1, and when the board has to worry (B4). Words are in `labels.ts`.
 */
import { readyCartons } from './readiness.ts';
import type { ShipmentRow, ShipmentStatus, TrackingStep } from './rows.ts';

export interface Progress {
	/** `picking` reads EN COURS (ready/total). */
	status: ShipmentStatus;
	/** Cartons labelled or shipped. */
	ready: number;
	total: number;
	/** Prefix "Litige - ". */
	disputed: boolean;
}

/** [S1] */
export const progressOf = (shipment: ShipmentRow): Progress => ({
	status: shipment.status,
	ready: readyCartons(shipment),
	total: shipment.cartonsTotal,
	disputed: shipment.disputeId !== null
});

/** [B4] Planned without boarding, shipped without reception at the stopover, received without delivery. */
export const BOARD_ALERTS = ['boarding_late', 'reception_late', 'delivery_late'] as const;
export type BoardAlert = (typeof BOARD_ALERTS)[number];

/** [B4] */
export const ALERT_AFTER_MS = 72 * 3600 * 1000;
const WATCHED: Partial<Record<ShipmentStatus, { alert: BoardAlert; since: TrackingStep }>> = {
	planned: { alert: 'boarding_late', since: 'planned' },
	shipped: { alert: 'reception_late', since: 'boarding_ok' },
	received_correspondent: { alert: 'delivery_late', since: 'received_correspondent' }
};

/**
 * [B4] The alert that a shipment deserves at `now` (ISO), after 72 hours. `stepTimes`: occurredAt by step of the current
 * cycle, where the caller has them; without, the latest step counts, which for `planned` may be a later `moved_export`.
 */
export function boardAlert(
	shipment: ShipmentRow,
	now: string,
	stepTimes: Partial<Record<TrackingStep, string | null>> = {}
): BoardAlert | null {
	const watched = WATCHED[shipment.status];
	const since = watched && (stepTimes[watched.since] ?? shipment.latestStepAt);
	if (!watched || !since || shipment.archivedAt !== null) return null;
	return Date.parse(now) - Date.parse(since) > ALERT_AFTER_MS ? watched.alert : null;
}

/** [S5] A temporary draft that is older is stale. */
export const STALE_DRAFT_AFTER_MS = 30 * 24 * 3600 * 1000;
