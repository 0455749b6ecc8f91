/**
 * A call that decided nothing. The store throws it, the API turns it into an HTTP status with `data.escale`; the phone
 * keeps everything and asks again (sync §3).
 */
import type { TransportRefusal } from '#lib/protocol/envelope.ts';

const STATUS: Record<TransportRefusal, number> = {
	device_unknown: 401,
	device_revoked: 401,
	epoch: 409,
	gap: 409,
	mid_taken: 409,
	replica_ahead: 409,
	healing: 409,
	upgrade_required: 426,
	too_many_requests: 429,
	newer_client: 503,
	busy: 503,
	storage_full: 507,
	malformed: 400,
	too_large: 413
};

export class TransportError extends Error {
	override readonly name = 'TransportError';
	readonly refusal: TransportRefusal;
	/** The HTTP status of the answer. */
	readonly status: number;
	readonly retryAfterMs: number | undefined;

	constructor(refusal: TransportRefusal, message: string, how: { retryAfterMs?: number; cause?: unknown } = {}) {
		super(message, 'cause' in how ? { cause: how.cause } : undefined);
		this.refusal = refusal;
		this.status = STATUS[refusal];
		this.retryAfterMs = how.retryAfterMs;
	}
}
