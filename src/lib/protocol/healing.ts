/**
 * After a restore a phone tells what it remembers of what the server had decided and may have lost: its mutations with the
 * verdicts that they were given (sync §6). Identified by uid; it needs no mids, and saying it again changes nothing.
 */
import { z } from 'zod';
import { mutationSchema, VERDICT_STATUSES } from './envelope.ts';
import { MAX_PUSH_MUTATIONS } from './version.ts';

const text = z.string().max(200);
const rejection = z.object({
	code: z.string().max(60),
	params: z.record(z.string().max(60), z.union([z.string().max(500), z.number()])),
	entities: z.array(z.string().max(80)).max(200)
});

/** A verdict as the phone kept it. */
const remembered = z.object({
	status: z.enum(VERDICT_STATUSES),
	rejection: rejection.nullable(),
	notes: z.array(rejection).max(50),
	assigned: z.object({
		reference: text.optional(),
		temporaryReference: text.optional(),
		trackingToken: text.optional()
	}),
	serverTime: z.iso.datetime(),
	/** Its place among all verdicts of that server. Absent from verdicts of older servers. */
	seq: z.number().int().nonnegative().optional()
});

export const healClaim = z.object({ mutation: mutationSchema, verdict: remembered });
export type HealClaim = z.infer<typeof healClaim>;

export const healInput = z.object({
	epoch: z.string().max(80),
	replicaId: z.string().min(1).max(80),
	claims: z.array(healClaim).max(MAX_PUSH_MUTATIONS),
	/** That was all. */
	done: z.boolean()
});
export type HealInput = z.infer<typeof healInput>;

/** `healing`: others are still being asked, and pushes wait. */
export interface HealOutput {
	healing: boolean;
}
