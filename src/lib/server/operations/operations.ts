/** Every operation by its name, and how one is performed. */
import { z } from 'zod';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { JOB_OPERATIONS } from './job-operations.ts';
import { KEY_OPERATIONS } from './key-operations.ts';
import { MAIL_OPERATIONS } from './mail-operations.ts';
import { NOTICE_OPERATIONS } from './notice-operations.ts';
import { PEOPLE_OPERATIONS } from './people-operations.ts';
import { PLACE_OPERATIONS } from './place-operations.ts';
import { MAINTENANCE_OPERATIONS } from './maintenance-operations.ts';
import { QUEUE_OPERATIONS } from './queue-operations.ts';
import { OperationRefusal, type Operation, type Outcome } from './operation.ts';

export const OPERATIONS: Readonly<Record<string, Operation>> = {
	...JOB_OPERATIONS,
	...KEY_OPERATIONS,
	...MAIL_OPERATIONS,
	...MAINTENANCE_OPERATIONS,
	...NOTICE_OPERATIONS,
	...PEOPLE_OPERATIONS,
	...PLACE_OPERATIONS,
	...QUEUE_OPERATIONS
};

/** @throws OperationRefusal for a name or arguments that there are not, and what the operation refuses */
export async function perform(
	world: ServerWorld,
	name: string,
	args: unknown,
	operations: Readonly<Record<string, Operation>> = OPERATIONS
): Promise<Outcome> {
	const found = Object.hasOwn(operations, name) ? operations[name] : undefined;
	if (found === undefined)
		throw new OperationRefusal('unknown_command', `This server knows no operation "${name.slice(0, 60)}".`);
	const parsed = found.takes.safeParse(args);
	if (!parsed.success) throw new OperationRefusal('wrong_use', z.prettifyError(parsed.error).slice(0, 500));
	return found.run(world, parsed.data as never);
}
