/**
 * Commands that a signed-in person gives without a replica of their own: scripts and pages that are no form. The same rules,
 * log and verdicts as everywhere; the role is the rule's to judge, so a refusal is a verdict and not an error.
 */
import { z } from 'zod';
import type { Command } from '#lib/domain/commands.ts';
import { isCommandName } from '#lib/protocol/command-args.ts';
import type { Verdict } from '#lib/protocol/envelope.ts';
import { passing } from './passing.ts';
import { personProcedure, router } from './trpc.ts';

const id = z.string().min(1).max(80);

const commandInput = z.object({
	/** Made by the caller: the same uid again gets the stored verdict. */
	uid: id,
	name: z.string().refine(isCommandName, 'There is no such command.'),
	args: z.record(z.string(), z.unknown()),
	/** When the person did it; absent: now. */
	occurredAt: z.iso.datetime({ offset: true }).optional(),
	/** The uid of the mutation to take back; `name` and `args` are then that one's. */
	undoes: id.optional()
});

export const commandRouter = router({
	run: personProcedure('viewer')
		.input(commandInput)
		.mutation(({ ctx, input }): Promise<Verdict> => {
			const { uid, name, args, occurredAt, undoes } = input;
			return passing(() =>
				ctx.world.store.runCommand({
					personId: ctx.person.personId,
					signedInBy: ctx.person.signedInBy,
					// Its arguments are checked where every command's are: in the store, as text.
					command: { name, args } as unknown as Command,
					uid,
					...(occurredAt === undefined ? {} : { occurredAt: new Date(occurredAt).toISOString() }),
					...(undoes === undefined ? {} : { undoes })
				})
			);
		})
});
