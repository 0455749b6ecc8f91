/**
 * [I26] What a revoked device may still say, once, also when its person signed in anew on it: what it had not sent, so that an
 * admin can look at it, and that it has cleared itself. Nothing of it is ever applied.
 */
import { z } from 'zod';
import { mutationSchema } from './envelope.ts';
import { MAX_PUSH_MUTATIONS } from './version.ts';

export const salvageInput = z.object({
	replicaId: z.string().min(1).max(80),
	mutations: z.array(mutationSchema).max(MAX_PUSH_MUTATIONS),
	/** Nothing of ours is left on the device. */
	cleared: z.boolean()
});
export type SalvageInput = z.infer<typeof salvageInput>;

export interface SalvageOutput {
	/** Of those offered, how many are kept now, whoever offered them first. */
	kept: number;
	/** The server keeps no more of this device: offering the rest is no use. */
	full: boolean;
}
