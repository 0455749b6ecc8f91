/**
 * Wires the one database of the server: opens, migrates and checks it, then serves reads, grouped writes, the sync calls
 * and desk commands. Run once by the web server and by each command of the CLI that needs data.
 */
import { decide } from '#lib/domain/decide.ts';
import { footprint } from '#lib/domain/footprint.ts';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { undo, undoFootprint } from '#lib/domain/undo.ts';
import { applyChanges } from '#lib/domain/world.ts';
import type { HealInput } from '#lib/protocol/healing.ts';
import type { DigestInput, HelloInput, PullInput, PushInput, Verdict } from '#lib/protocol/envelope.ts';
import {
	decideApiCommand,
	decideDeskCommand,
	decideJobCommand,
	decideLinkCommand,
	type HereDecided
} from '#lib/server/sync/desk-command.ts';
import { boundToRequest } from '#lib/server/logs/request-context.ts';
import { readDigest } from '#lib/server/sync/digest.ts';
import { Journal } from '#lib/server/journal/journal.ts';
import { healStep, mayHaveForgotten, takeClaims } from '#lib/server/sync/healing.ts';
import { greet } from '#lib/server/sync/hello.ts';
import { decideImport } from '#lib/server/sync/import-queue.ts';
import { PokeHub } from '#lib/server/sync/poke.ts';
import { readPage } from '#lib/server/sync/pull.ts';
import { decidePush } from '#lib/server/sync/push.ts';
import { noteAllDurable, noteDurable, scopesOfReplica, scopesOfWarehouse } from '#lib/server/sync/replicas.ts';
import { Snapshots } from '#lib/server/sync/snapshot.ts';
import { healingNow } from '#lib/server/sync/restore-report.ts';
import type { RuleBook, SyncContext } from '#lib/server/sync/sync-context.ts';
import { readMeta } from '#lib/server/sync/sync-meta.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { settleDigests } from './digest-sums.ts';
import { GroupCommit, headSeq, type Job } from './group-commit.ts';
import { HighWater } from './high-water.ts';
import { countLongClosed, dropLongClosed } from './leave-scope.ts';
import { migrate } from './migrate.ts';
import { IN_MEMORY, openDatabase } from './open.ts';
import { prepareDatabase, refuseEmptied, writeHeads } from './prepare-database.ts';
import { saveRows } from './reference-rows.ts';
import { sql, watchStatements } from './sql.ts';
import type {
	ApiCommand,
	Database,
	DeskCommand,
	ImportedQueue,
	JobCommand,
	LinkCommand,
	Store,
	StoreOptions,
	WriterStats
} from './store-port.ts';
import { installFeed } from './triggers.ts';
import { checkpoint, optimize, sizeOf, vacuum } from './upkeep.ts';

export type { Store, StoreOptions } from './store-port.ts';

const RULES: RuleBook = { footprint, undoFootprint, decide, undo, applyChanges };

/** @throws StartRefusal when this database must not be served */
export function openStore(options: StoreOptions): Store {
	const { file, clock, siteTimeZone, randomBytes, defaultShipper = null, origin, warn = () => {} } = options;
	const { decided = () => {}, statementTook } = options;
	const open = openDatabase(file, options.create ?? true, options.image);
	const { writer } = open;
	const highWater = new HighWater(file === IN_MEMORY ? null : file);
	try {
		migrate(writer, options.migrations, file);
		installFeed(writer, file);
		if (options.create === false) refuseEmptied(writer, highWater, file);
		writer.transaction(() => prepareDatabase(writer, highWater, options)).immediate();
	} catch (error) {
		open.close();
		throw error;
	}
	if (statementTook) for (const one of [writer, open.reader]) watchStatements(one, statementTook);
	const { epoch, instance } = readMeta(writer);
	const journal =
		options.journalDir === undefined
			? null
			: new Journal({
					db: writer,
					backupDir: options.journalDir,
					clock,
					warn,
					flushed: (replicas) => void write((db) => noteDurable(db, replicas)).catch(() => undefined)
				});
	if (journal !== null && !journal.state.hasHole) noteAllDurable(writer);
	writeHeads(writer, highWater, epoch);

	const verdicts: WriterStats['verdicts'] = { ok: 0, noop: 0, rejected: 0, dead: 0 };
	const rules = options.rules ?? RULES;
	const context: SyncContext = {
		epoch,
		instance,
		siteTimeZone,
		defaultShipper,
		clock,
		randomBytes,
		highWater,
		rules,
		isJournaled: journal !== null,
		mayHaveForgotten: mayHaveForgotten(writer),
		notices: origin === undefined ? null : { origin, siteTimeZone },
		warn
	};
	const hub = new PokeHub(epoch, headSeq(writer));
	const snapshots = new Snapshots(open, context, options.snapshotFolder);
	let committedSeq = headSeq(writer);
	const group = new GroupCommit(writer, {
		beforeCommit(db) {
			settleDigests(db);
			highWater.flush(epoch, () => committedSeq);
			journal?.collect(db);
		},
		committed(news, head) {
			committedSeq = head;
			journal?.committed();
			hub.publish(news, head);
		},
		failed(error) {
			journal?.rolledBack();
			warn('group_failed', { err: error });
		}
	});
	let isClosed = false;
	let isHealing = healingNow(writer) !== null;

	const enqueue = <T>(job: Job<T>): Promise<T> =>
		isClosed
			? Promise.reject(new TransportError('busy', 'The server is stopping.', { retryAfterMs: 5_000 }))
			: group.enqueue(ofThisRequest(job));
	const write = <T>(run: (db: Database) => T, size = 1): Promise<T> => enqueue({ replicaId: null, size, run });
	const read = <T>(work: (db: Database) => T): T => readOn(open.reader, work);
	const count = (name: string, { status }: Verdict) => {
		verdicts[status]++;
		decided(name, status);
	};

	// Whom it waited for may have reported before it stopped.
	if (isHealing && options.isCopy !== true) settleHealing(null).catch(() => undefined);

	return {
		epoch,
		instance,
		siteTimeZone,
		events: hub,
		connections: () => open.connections(),
		writerStats: () => ({ ...group.stats, verdicts: { ...verdicts }, waiting: group.waiting }),
		write: (work) => write(work),
		read,
		async hello(input: HelloInput, deviceId: string) {
			const { output, movedTo } = await write((db) => greet(db, context, input, deviceId));
			if (movedTo !== null) for (const scope of scopesOfWarehouse(movedTo)) snapshots.forget(scope);
			return output;
		},
		async heal(input: HealInput, deviceId: string) {
			await write((db) => takeClaims(db, context, input, deviceId), Math.max(1, input.claims.length));
			return { healing: (await settleHealing(null)) === 'waits' };
		},
		endHealing: async (personId: string) => void (await settleHealing(personId)),
		async push(input: PushInput, deviceId: string) {
			if (isHealing) await settleHealing(null);
			const { output, fresh } = await enqueue({
				replicaId: input.replicaId,
				size: input.mutations.length,
				run: (db) => decidePush(db, context, input, deviceId, false),
				runAlone: (db) => decidePush(db, context, input, deviceId, true)
			});
			if (fresh.length > 0) {
				const names = new Map(input.mutations.map(({ mid, name }) => [mid, name]));
				for (const verdict of fresh) count(names.get(verdict.mid)!, verdict);
			}
			return output;
		},
		pull: (input: PullInput, deviceId: string) =>
			read((db) => readPage(db, context, input, deviceId, (scope, schema) => snapshots.seqOf(scope, schema))),
		digest: (input: DigestInput, deviceId: string) => read((db) => readDigest(db, input, deviceId)),
		// A stream may be opened before the hello: what concerns everybody is told on it all the same.
		scopesOf: (replicaId: string, deviceId: string) =>
			read((db) => scopesOfReplica(db, replicaId, deviceId)) ?? scopesOfWarehouse(null),
		async snapshotFor(replicaId: string, schema: number, deviceId: string) {
			const scopes = read((db) => scopesOfReplica(db, replicaId, deviceId));
			if (scopes === null) throw new TransportError('epoch', 'This replica must say hello first.');
			return snapshots.get(scopes.at(-1)!, schema);
		},
		snapshot: (scope: string, schema: number) => snapshots.get(scope, schema),
		runCommand: (command: DeskCommand) =>
			verdictOf(command.command.name, (db, alone) => decideDeskCommand(db, context, command, alone)),
		runByJob: (command: JobCommand) =>
			verdictOf(command.command.name, (db, alone) => decideJobCommand(db, context, command, alone)),
		runByLink: (command: LinkCommand) =>
			verdictOf('shipment.track', (db, alone) => decideLinkCommand(db, context, command, alone)),
		runByApi: (command: ApiCommand) =>
			runHere(command.command.name, (db, alone) => decideApiCommand(db, context, command, alone)),
		async importQueue(queue: ImportedQueue) {
			const decided = await enqueue({
				replicaId: null,
				size: queue.mutations.length,
				run: (db) => decideImport(db, context, queue, false),
				runAlone: (db) => decideImport(db, context, queue, true)
			});
			decided.forEach(({ verdict, isFresh }, i) => isFresh && count(queue.mutations[i]!.name, verdict));
			return decided;
		},
		async saveReference<T extends SyncedTable>(table: T, rows: readonly SyncedRows[T][]) {
			await write((db) => saveRows(db, table, rows), rows.length);
		},
		leaveScope: (now: Date, { dryRun = false } = {}) =>
			dryRun ? Promise.resolve(read((db) => countLongClosed(db, now))) : write((db) => dropLongClosed(db, now)),
		journal: () => journal?.state ?? null,
		async backedUp() {
			if (journal === null) return;
			journal.backedUp();
			if (!journal.state.hasHole) await write(noteAllDurable);
		},
		size: () => sizeOf(writer),
		upkeep() {
			optimize(writer);
			return checkpoint(writer);
		},
		vacuum: () => vacuum(writer),
		async close() {
			if (isClosed) return;
			isClosed = true;
			await group.idle();
			hub.close();
			await snapshots.close();
			journal?.close();
			writeHeads(writer, highWater, epoch);
			open.close();
		}
	};

	/** [I24] Decides what phones remember where that is due, a step a group, so that desks go on meanwhile. */
	async function settleHealing(by: string | null): Promise<'waits' | 'over'> {
		for (;;) {
			const step = await write((db) => healStep(db, context, by));
			if (step === 'more') continue;
			isHealing = step === 'waits';
			return step;
		}
	}

	/** One command given to the server itself, in the next group. */
	async function runHere(name: string, decideIt: (db: Database, alone: boolean) => HereDecided): Promise<HereDecided> {
		const decided = await enqueue({
			replicaId: null,
			size: 1,
			run: (db) => decideIt(db, false),
			runAlone: (db) => decideIt(db, true)
		});
		if (decided.isFresh) count(name, decided.verdict);
		return decided;
	}

	async function verdictOf(name: string, decideIt: (db: Database, alone: boolean) => HereDecided): Promise<Verdict> {
		return (await runHere(name, decideIt)).verdict;
	}
}

/** It runs in a transaction that several requests share; what it logs is its own request's. */
const ofThisRequest = <T>(job: Job<T>): Job<T> => ({
	...job,
	run: boundToRequest(job.run),
	...(job.runAlone === undefined ? {} : { runAlone: boundToRequest(job.runAlone) })
});

/** One read transaction; a read inside a write of the same connection sees that write. */
function readOn<T>(db: Database, work: (db: Database) => T): T {
	if (db.inTransaction) return work(db);
	sql(db, 'BEGIN').run();
	try {
		return work(db);
	} finally {
		sql(db, 'COMMIT').run();
	}
}
