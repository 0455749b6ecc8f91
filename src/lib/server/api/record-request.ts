/** What metrics and log are told of each request, however it was answered. */
import type { ServerWorld } from '#lib/server/server-world.ts';

/** A request that takes longer is logged as slow, in milliseconds. */
const SLOW_MS = 500;

const REFUSALS = [401, 403, 421, 429];

export interface Answered {
	method: string;
	/** A route id or a procedure that exists; null for what is neither. */
	endpoint: string | null;
	status: number;
	/** Until the answer began. */
	ms: number;
	deviceId: string | undefined;
}

/** Ids only: a path may hold an id, its search text may hold what a person typed. */
export function recordRequest(
	{ metrics, log }: Pick<ServerWorld, 'metrics' | 'log'>,
	{ method, endpoint, status, ms, deviceId }: Answered
): void {
	metrics.request(method, endpoint, status, ms / 1000);
	const fields = { method, route: endpoint, status, duration_ms: Math.round(ms), device: deviceId };
	// Who tries doors is found in the log; a single one is no news.
	if (REFUSALS.includes(status)) log.info({ event: 'refused', ...fields }, 'refused');
	if (ms > SLOW_MS) log.warn({ event: 'slow_request', ...fields }, 'slow request');
	else log.debug(fields, 'request');
}
