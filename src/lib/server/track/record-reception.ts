/**
 * [T5] Records a reception in the name of whoever holds the tracking link, through the same rules and log as everybody's
 * steps, and says what became of it in words that give nothing away: a dispute's reason is not for everybody.
 */
import { z } from 'zod';
import { CAPS } from '#lib/protocol/command-args.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

const name = (missing: () => string) =>
	z
		.string({ error: missing })
		.trim()
		.min(1, { error: missing })
		.max(CAPS.name, { error: () => m.track_too_long({ max: CAPS.name }) });

/** T3 */
const receptionForm = z.object({
	uid: z.uuid(),
	step: z.enum(['received_correspondent', 'received_recipient']),
	/** The cycle that the holder saw. */
	cycle: z.coerce.number().int().positive(),
	actorName: name(() => m.track_needs_name()),
	actorStructure: name(() => m.track_needs_structure())
});

export type Recorded =
	| { kind: 'done' | 'already' }
	/** 400: a field is wrong; 409: the rules said no; 410: the link was renewed meanwhile; 503: nobody could decide now. */
	| { kind: 'no'; status: 400 | 409 | 410 | 503; message: string; errors: Partial<Record<string, string>> };

/** `fields`: what the form sent. */
export async function recordReception(
	store: Pick<Store, 'runByLink'>,
	token: string,
	shipmentId: string,
	fields: Record<string, unknown>
): Promise<Recorded> {
	const parsed = receptionForm.safeParse(fields);
	if (!parsed.success) {
		const errors = Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
		return { kind: 'no', status: 400, message: m.track_incomplete(), errors };
	}
	const { uid, ...step } = parsed.data;
	try {
		const { status, rejection } = await store.runByLink({ token, uid, args: { shipmentId, ...step } });
		if (status === 'ok') return { kind: 'done' };
		if (status === 'noop') return { kind: 'already' };
		return refusal(rejection);
	} catch (error) {
		if (!(error instanceof TransportError)) throw error;
		return { kind: 'no', status: 503, message: m.track_busy(), errors: {} };
	}
}

function refusal(rejection: Rejection | null): Recorded {
	const no = (status: 400 | 409 | 410, message: string): Recorded => ({ kind: 'no', status, message, errors: {} });
	switch (rejection?.code) {
		case 'forbidden':
			return no(410, m.track_revoked());
		case 'invalid_args':
			return no(400, m.track_incomplete());
		case 'shipment_disputed':
			return no(409, m.track_on_hold());
		case 'shipment_archived':
			return no(409, m.track_archived());
		default:
			return no(409, m.track_changed());
	}
}
