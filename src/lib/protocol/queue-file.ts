/**
 * The file in which a phone's queue is carried by hand: what *Exporter* writes, what an admin hands in, and what the server gives
 * away of a revoked phone. Read leniently where an older release wrote something else, strictly where it would be believed.
 */
import { z } from 'zod';
import { mutationSchema } from './envelope.ts';

/** More than a phone can hold in weeks of hard work. */
export const MAX_FILE_MUTATIONS = 20_000;

const entry = mutationSchema.extend({
	/** Only an order: those of a former name of the phone count below zero. */
	mid: z.number().int(),
	/** The server's answer, of what was refused; null: there is none. */
	verdict: z.object({ status: z.string() }).nullable().optional()
});

export const queueFile = z.object({
	escale: z.literal('queue'),
	replicaId: z.string().min(1).max(80),
	/** Of the rows that the phone held; null: it had none yet. */
	epoch: z.string().max(80).nullable().optional(),
	mutations: z.array(entry).max(MAX_FILE_MUTATIONS)
});
export type QueueFile = z.infer<typeof queueFile>;

/** `empty`: nothing was given. `not_json`, `not_a_queue`: something else, or torn. `damaged`: a queue, but for one entry. */
export type QueueFileFault =
	{ kind: 'empty' | 'not_json' | 'not_a_queue' } | { kind: 'damaged'; entry: number; field: string };

export function readQueueFile(text: string): { ok: true; file: QueueFile } | { ok: false; fault: QueueFileFault } {
	if (text.trim() === '') return { ok: false, fault: { kind: 'empty' } };
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return { ok: false, fault: { kind: 'not_json' } };
	}
	return checkQueueFile(parsed);
}

/** Each uid once, as it stands first. */
export function checkQueueFile(parsed: unknown): { ok: true; file: QueueFile } | { ok: false; fault: QueueFileFault } {
	const read = queueFile.safeParse(parsed);
	if (read.success) {
		const byUid = new Map(read.data.mutations.toReversed().map((mutation) => [mutation.uid, mutation]));
		return { ok: true, file: { ...read.data, mutations: [...byUid.values()].toReversed() } };
	}
	const [list, at, ...field] = read.error.issues[0]?.path ?? [];
	if (list !== 'mutations' || typeof at !== 'number') return { ok: false, fault: { kind: 'not_a_queue' } };
	return { ok: false, fault: { kind: 'damaged', entry: at + 1, field: field.join('.') } };
}
