/**
 * What the command line asks of the server: one function each, run by the server that holds the database, through its local
 * door, or by the command itself where none runs (`src/ops/at-the-server.ts`). operations.ts lists them.
 */
import type { z } from 'zod';
import type { ServerWorld } from '#lib/server/server-world.ts';

/** How a command ended. Exit codes: 0 done, 1 found problems. */
export interface Outcome {
	exitCode: 0 | 1;
	/** For people. */
	lines: string[];
	/** For programs, with --json. */
	json: Record<string, unknown>;
}

/**
 * `wrong_use`: what was given makes no sense (exit code 2). `refused`: it does, and is not to be had. The others are the
 * door's: nothing was done.
 */
export type OperationRefusalCode = 'wrong_use' | 'refused' | 'unknown_command' | 'malformed' | 'too_large' | 'failed';

export class OperationRefusal extends Error {
	override readonly name = 'OperationRefusal';
	constructor(
		readonly code: OperationRefusalCode,
		message: string
	) {
		super(message);
	}
}

export interface Operation {
	takes: z.ZodType;
	run(world: ServerWorld, args: never): Promise<Outcome>;
}

/** @param run @throws OperationRefusal; other errors are bugs */
export const operation = <T extends z.ZodType>(
	takes: T,
	run: (world: ServerWorld, args: z.infer<T>) => Promise<Outcome>
): Operation => ({ takes, run });
