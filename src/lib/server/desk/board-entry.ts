/**
 * A board row as the screen shows it: five stops, what is late, the one next action, and why the case cannot be closed yet.
 * Every yes and no is the rule book's. Runs on the server, in the language of the request.
 */
import { canArchive, canClose, nextSteps } from '#lib/domain/ask.ts';
import type { Context } from '#lib/domain/decision.ts';
import { boardAlert, type BoardAlert } from '#lib/domain/progress.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { TrackingStep } from '#lib/domain/rows.ts';
import { allowedSteps } from '#lib/domain/tracking.ts';
import type { BoardShipment } from './board.ts';

/** The board's columns. `shipped` is the time of `boarding_ok`. */
const STOPS = {
	planned: 'planned',
	boarding_ok: 'boarding_ok',
	shipped: 'boarding_ok',
	received_correspondent: 'received_correspondent',
	received_recipient: 'received_recipient'
} as const satisfies Record<string, TrackingStep>;
type Stop = keyof typeof STOPS;

/** B4: the stop that is missing. */
const LATE_STOP = {
	boarding_late: 'boarding_ok',
	reception_late: 'received_correspondent',
	delivery_late: 'received_recipient'
} as const satisfies Record<BoardAlert, Stop>;

const HOUR_MS = 3_600_000;

/** What the row says of itself, whoever asks. `now`: ISO. */
export function boardFacts({ shipment, version, steps }: BoardShipment, now: string) {
	const times: Partial<Record<TrackingStep, string>> = {};
	for (const { step, occurredAt } of steps) if (step !== null) times[step] = occurredAt;
	const alert = boardAlert(shipment, now, times);
	const since = times[shipment.status === 'planned' ? 'planned' : (shipment.latestStep ?? 'planned')];
	return {
		id: shipment.id,
		version,
		reference: shipment.reference ?? shipment.temporaryReference ?? '',
		status: shipment.status,
		cycle: shipment.cycle,
		cartonsTotal: shipment.cartonsTotal,
		iata: shipment.destinationIata,
		city: shipment.destinationCity,
		shipper: shipment.shipper?.name ?? null,
		recipient: shipment.recipient?.name ?? null,
		disputeReason: shipment.disputeReason,
		closedAt: shipment.closedAt,
		stamps: (Object.keys(STOPS) as Stop[]).map((stop) => ({ stop, at: times[STOPS[stop]] ?? null })),
		late: alert === null || since === undefined ? null : { stop: LATE_STOP[alert], hours: hoursBetween(since, now) }
	};
}

/** The facts and what `context`'s actor may do next. `say` turns a rejection into its sentence. */
export function boardEntry(row: BoardShipment, context: Context, say: (why: Rejection) => string) {
	const view = { shipment: row.shipment, timeline: row.steps };
	return {
		...boardFacts(row, context.receivedAt),
		next: nextOf(view, context, say),
		...closingOf(view, context, say),
		archivable: canArchive(view, context).allowed
	};
}

const hoursBetween = (from: string, until: string): number =>
	Math.floor((Date.parse(until) - Date.parse(from)) / HOUR_MS);

/** Where two steps are allowed (`moved_export` or `boarding_ok`), the one that fills a column. */
function nextOf(view: Parameters<typeof nextSteps>[0], context: Context, say: (why: Rejection) => string) {
	const step = allowedSteps(view.shipment.status, view.shipment.latestStep).at(-1);
	if (step === undefined) return null;
	const answer = nextSteps(view, context)[step];
	return { step, refusal: answer.allowed ? null : say(answer.rejection) };
}

/** [B3] What the case lacks comes before who may close it: that is what everybody at the desk can work on. */
function closingOf(view: Parameters<typeof canClose>[0], context: Context, say: (why: Rejection) => string) {
	const { shipment } = view;
	const open: { closable: boolean; closeMissing: TrackingStep[]; closeRefusal: string | null } = {
		closable: false,
		closeMissing: [],
		closeRefusal: null
	};
	if (shipment.closedAt !== null || shipment.disputeId !== null) return open;
	const complete = canClose(view, { ...context, actor: { ...context.actor, role: 'manager' } });
	if (!complete.allowed && complete.rejection.params.missing !== undefined)
		return { ...open, closeMissing: String(complete.rejection.params.missing).split(',') as TrackingStep[] };
	const mine = canClose(view, context);
	return mine.allowed ? { ...open, closable: true } : { ...open, closeRefusal: say(mine.rejection) };
}
