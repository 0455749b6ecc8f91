/** What `ops import-queue` asks of the server. */
import { z } from 'zod';
import { peopleRefusal } from '#lib/domain/people.ts';
import type { QueueLook } from '#lib/server/access/queue-import.ts';
import { checkQueueFile, type QueueFile, type QueueFileFault } from '#lib/protocol/queue-file.ts';
import { operation, OperationRefusal } from './operation.ts';

export const QUEUE_OPERATIONS = {
	'queue.import': operation(
		z.object({ file: z.unknown(), dryRun: z.boolean() }),
		async ({ access }, { file, dryRun }) => {
			const queue = checked(file);
			const { queueImports } = access;
			if (dryRun) {
				const look = queueImports.look(queue);
				return { exitCode: 0, lines: [...linesOf(look), 'Nothing was done.'], json: { dryRun, ...factsOf(look) } };
			}
			const done = await queueImports.run(null, queue);
			if (done.kind === 'refused')
				throw new OperationRefusal(
					'refused',
					done.why === 'unknown'
						? `This server has never met the phone ${queue.replicaId}: nobody can be checked, and nothing was done.`
						: peopleRefusal(done.why, 'en')
				);
			const refused = done.fresh.filter(({ status }) => status === 'rejected' || status === 'dead');
			const lines = [
				...linesOf(done.look),
				...(done.kept > 0 ? [`${done.kept} kept for review at /admin/devices/${done.look.device!.id}.`] : []),
				`${done.fresh.length - refused.length} accepted, ${refused.length} refused.`,
				...refused.map(({ uid, rejection }) => `refused: ${uid} ${rejection?.code ?? ''}`)
			];
			const json = { ...factsOf(done.look), kept: done.kept, decided: done.fresh };
			return { exitCode: refused.length === 0 ? 0 : 1, lines, json };
		}
	)
};

function checked(file: unknown): QueueFile {
	const read = checkQueueFile(file);
	if (read.ok) return read.file;
	throw new OperationRefusal('wrong_use', `${faultWords(read.fault)} Nothing was done.`);
}

const faultWords = (fault: QueueFileFault): string =>
	fault.kind === 'damaged'
		? `Entry ${fault.entry} of the queue is damaged${fault.field === '' ? '' : ` (${fault.field})`}.`
		: 'This is no queue of a phone.';

const factsOf = ({ replicaId, device, oldest, newest, fates }: QueueLook) => ({
	...{ replicaId, deviceId: device?.id ?? null, revoked: device?.revoked ?? null, oldest, newest, fates }
});

const linesOf = ({ replicaId, device, oldest, newest, fates }: QueueLook): string[] => [
	device === null
		? `Replica ${replicaId}: of no phone that this server has met.`
		: `Replica ${replicaId} of device ${device.id}${device.revoked ? ', which is revoked' : ''}.`,
	...(oldest === null ? [] : [`Made between ${oldest} and ${newest}.`]),
	`${fates.import} to decide, ${fates.review} for review, ${fates.known} known already, ${fates.refused_before} refused before, ${fates.newer} for a newer server.`
];
