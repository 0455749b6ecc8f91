/**
 * [T4] When something happened: the device's corrected time, never later than the server's, nor earlier than what it
 * follows. Times are ISO 8601 UTC with milliseconds, so that text order is time order.
 */
import type { Context } from './decision.ts';
import { refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';

export interface OccurredAt {
	occurredAt: string;
	/** The device's time had to be moved to a bound. */
	uncertain: boolean;
}

/** [T4] The device's time, moved into its bounds. `earliest`: what it cannot precede, or null. */
export function deviceOccurredAt(context: Context, earliest: string | null = null): OccurredAt {
	const { deviceAt, receivedAt } = context;
	if (deviceAt > receivedAt) return { occurredAt: receivedAt, uncertain: true };
	// A bound that lies in the future of the server itself cannot be kept as well; not being later than now wins.
	if (earliest !== null && deviceAt < earliest)
		return { occurredAt: earliest < receivedAt ? earliest : receivedAt, uncertain: true };
	return { occurredAt: deviceAt, uncertain: false };
}

/** [T4] A time that a person typed is refused outside its bounds. A phone leaves "in the future" to the server: its clock decides nothing (I25). */
export function typedOccurredAt(context: Context, typed: string, earliest: string): OccurredAt | Rejection {
	const late = context.side === 'server' && typed > context.receivedAt;
	if (late || typed < earliest) return refuse('occurred_at_out_of_range', { earliest, latest: context.receivedAt });
	return { occurredAt: typed, uncertain: false };
}
