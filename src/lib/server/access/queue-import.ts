/**
 * A phone's queue that an admin hands in as a file: looked at, and imported. Of a device that works it is decided, each mutation at
 * most once (I31) and as who may act there (I21); of a revoked one it is kept for review, as if the phone had handed it back (I26).
 */
import { isCommandName } from '#lib/protocol/command-args.ts';
import type { Mutation, Verdict } from '#lib/protocol/envelope.ts';
import type { QueueFile } from '#lib/protocol/queue-file.ts';
import { MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { MAX_IMPORT_MUTATIONS } from '#lib/server/sync/import-queue.ts';
import { isFromNewerClient } from '#lib/server/sync/mutation-reading.ts';
import { act, type Acted, type ActorId } from './acting.ts';
import { recordAudit } from './audit.ts';
import type { Salvage } from './salvage.ts';

/** What becomes of one mutation of the file, or would. */
export type QueueFate =
	/** Decided already, wherever it came from. */
	| 'known'
	/** Refused, and the phone knows it: for a person, not for the server. */
	| 'refused_before'
	/** Waits for a server that can read it, with everything after it. */
	| 'newer'
	/** The device is revoked: kept for an admin to look at. */
	| 'review'
	| 'import';

export interface QueueLook {
	replicaId: string;
	/** Null: no phone of this server ever had this replica; then nothing of it can be believed. */
	device: { id: string; name: string | null; label: string; revoked: boolean } | null;
	/** ISO, by the phone's corrected clock; null of an empty file. */
	oldest: string | null;
	newest: string | null;
	/** Who did it, the most first; name null: nobody known. */
	people: { name: string | null; count: number }[];
	/** Commands by name, the most first. */
	commands: { name: string; count: number }[];
	fates: Record<QueueFate, number>;
}

export interface QueueImported {
	look: QueueLook;
	/** Verdicts that were made now. */
	fresh: Verdict[];
	/** Kept for review now. */
	kept: number;
}

interface Sorted {
	look: QueueLook;
	/** Those with the fate `import` or `review`, in order. */
	rest: Mutation[];
}

export class QueueImports {
	constructor(
		readonly store: Store,
		readonly clock: () => Date,
		readonly salvage: Salvage
	) {}

	/** Changes nothing. */
	look(file: QueueFile): QueueLook {
		return this.store.read((db) => sortFile(db, file)).look;
	}

	/** @throws TransportError when the storage refuses; what was decided stays decided, and importing again goes on from there */
	async run(by: ActorId, file: QueueFile): Promise<Acted<QueueImported>> {
		const begun = await act<Sorted>(this, by, (db, at) => {
			const sorted = sortFile(db, file);
			const { device, fates } = sorted.look;
			if (device === null) return { kind: 'refused', why: 'unknown' };
			const subject = { subjectKind: 'device', subjectId: device.id } as const;
			recordAudit(db, { at, actorId: by, act: 'queue.import', ...subject, detail: { ...fates } });
			return { kind: 'ok', ...sorted };
		});
		if (begun.kind === 'refused') return begun;
		const { look, rest } = begun;
		const deviceId = look.device!.id;
		const { replicaId } = file;
		const fresh: Verdict[] = [];
		let kept = 0;
		for (const some of partsOf(rest, look.device!.revoked ? MAX_PUSH_MUTATIONS : MAX_IMPORT_MUTATIONS)) {
			if (look.device!.revoked) kept += (await this.salvage.keep(deviceId, replicaId, some)).kept;
			else {
				const decided = await this.store.importQueue({ deviceId, replicaId, mutations: some });
				fresh.push(...decided.flatMap(({ verdict, isFresh }) => (isFresh ? [verdict] : [])));
			}
		}
		return { kind: 'ok', look, fresh, kept };
	}
}

function sortFile(db: Database, { replicaId, mutations }: QueueFile): Sorted {
	const device = deviceOf(db, replicaId);
	const uids = JSON.stringify(mutations.map(({ uid }) => uid));
	const known = new Set(
		sql<{ uid: string }>(
			db,
			`SELECT uid FROM mutation_result WHERE uid IN (SELECT value FROM json_each(?))
			 UNION ALL SELECT uid FROM salvaged_mutation WHERE uid IN (SELECT value FROM json_each(?))`
		)
			.all(uids, uids)
			.map(({ uid }) => uid)
	);
	const fates: QueueLook['fates'] = { known: 0, refused_before: 0, newer: 0, review: 0, import: 0 };
	const rest: Mutation[] = [];
	let isNewer = false;
	for (const { verdict, ...mutation } of mutations) {
		const isOpen = !known.has(mutation.uid) && (verdict ?? null) === null;
		isNewer ||= isOpen && device?.revoked === false && isFromNewerClient(mutation);
		const fate = known.has(mutation.uid)
			? 'known'
			: !isOpen
				? 'refused_before'
				: isNewer
					? 'newer'
					: device?.revoked
						? 'review'
						: 'import';
		fates[fate]++;
		if (fate === 'import' || fate === 'review') rest.push(mutation);
	}
	const times = mutations
		.map(({ deviceTime, clockOffset }) => Date.parse(deviceTime) + clockOffset)
		.filter(Number.isFinite);
	const at = (ms: number) => (times.length === 0 ? null : new Date(ms).toISOString());
	return {
		rest,
		look: {
			...{ replicaId, device, fates },
			oldest: at(Math.min(...times)),
			newest: at(Math.max(...times)),
			people: counted(mutations.map(({ actorId }) => nameOf(db, actorId))),
			commands: counted(mutations.map(({ name }) => (isCommandName(name) ? name : '?'))).map(({ name, count }) => ({
				...{ name: name ?? '?', count }
			}))
		}
	};
}

const deviceOf = (db: Database, replicaId: string): QueueLook['device'] => {
	const row = sql<{ id: string; name: string | null; label: string; status: string }>(
		db,
		`SELECT device.id, name, label, status FROM replica JOIN device ON device.id = replica.device_id WHERE replica.id = ?`
	).get(replicaId);
	return row ? { id: row.id, name: row.name, label: row.label, revoked: row.status !== 'active' } : null;
};

const nameOf = (db: Database, personId: string): string | null =>
	sql<{ name: string }>(db, `SELECT name FROM person WHERE id = ?`).get(personId)?.name ?? null;

/** The most frequent first. */
function counted(names: readonly (string | null)[]): { name: string | null; count: number }[] {
	const counts = new Map<string | null, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}

function* partsOf<T>(list: readonly T[], most: number): Generator<T[]> {
	for (let at = 0; at < list.length; at += most) yield list.slice(at, at + most);
}
