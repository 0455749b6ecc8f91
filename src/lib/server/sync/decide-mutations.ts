/**
 * Decides the undecided mutations of one push, in order, and saves what they change with their verdicts (sync §4.6–7). All
 * are gathered and saved at once; when a rule throws or a constraint breaks, the batch is taken back and each is decided
 * alone, so that one bad mutation among a hundred is `dead` and the others are not.
 */
import type { Assigned, Context, Decision, LeaseRange } from '#lib/domain/decision.ts';
import { mergeFootprints } from '#lib/domain/footprint.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Original } from '#lib/domain/undo.ts';
import type { Mutation, Verdict, VerdictStatus } from '#lib/protocol/envelope.ts';
import { queueStatusNotices, statusChanges, type StatusChange } from '#lib/server/notices/status-notices.ts';
import { everyCodeGivenOut, GivenNumbers, leasesOfDevice, localYear, Numbers } from '#lib/server/store/allocators.ts';
import { isMutationFault, RuleFault } from '#lib/server/store/faults.ts';
import { gather, type Gathered } from '#lib/server/store/gather.ts';
import { Batch } from '#lib/server/store/save.ts';
import { inSavepoint } from '#lib/server/store/savepoint.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Actor, ActorOf } from './actor.ts';
import { Refusals } from './caused-by.ts';
import { findDefaultShipper } from './default-shipper.ts';
import { readMutation, type Asked } from './mutation-reading.ts';
import type { SyncContext } from './sync-context.ts';
import { asDuplicate, decidedByUid, isUndone, recordDuplicate, recordVerdict, type Decided } from './verdicts.ts';

/** One push, as far as deciding it needs to know. */
export interface Run {
	db: Database;
	context: SyncContext;
	replicaId: string;
	/** Null at the desk, which has no leases. */
	deviceId: string | null;
	actorOf: ActorOf;
	/** What is decided already, by uid: the mutations of this push and what they undo. Grows while deciding. */
	known: Map<string, Decided>;
	receivedAt: string;
	/** Of a healing: what was given out when it was first decided, to be given out again where it is free. */
	given?: Assigned;
}

/**
 * @param alone after a mutation's fault: each has a savepoint of its own. Else the fault goes on to the caller, who rolls the
 * whole push back and asks again.
 * @returns the verdicts in the order of `mutations`; the caller raises lmid
 */
export const decideMutations = (run: Run, mutations: readonly Mutation[], alone: boolean): Verdict[] =>
	alone ? mutations.map((mutation) => decideAlone(run, mutation)) : decideBatch(run, mutations);

function decideAlone(run: Run, mutation: Mutation): Verdict {
	try {
		return inSavepoint(run.db, 'mutation', () => decideBatch(run, [mutation])[0]!);
	} catch (error) {
		if (!isMutationFault(error)) throw error;
		run.context.warn('mutation_dead', { uid: mutation.uid, name: mutation.name, err: error });
		const decided = toDecided(run, mutation, 'dead', { rejection: refuse('server_fault', {}) });
		recordVerdict(run.db, decided, mutation);
		run.known.set(mutation.uid, decided);
		return decided.verdict;
	}
}

type Step =
	{ kind: 'duplicate'; mutation: Mutation; uid: string } | { kind: 'decide'; mutation: Mutation; asked: Asked };

/** Reads all, gathers all, decides in order, saves all. What was decided is known to the run only when all of it is saved. */
function decideBatch(run: Run, mutations: readonly Mutation[]): Verdict[] {
	const steps = stepsOf(run, mutations);
	const batch = new DecidingBatch(run, gatherFor(run, steps));
	const verdicts = steps.map((step) => (step.kind === 'duplicate' ? batch.repeat(step) : batch.decide(step)));
	batch.save();
	return verdicts;
}

function stepsOf(run: Run, mutations: readonly Mutation[]): Step[] {
	const seen = new Set(run.known.keys());
	return mutations.map((mutation) => {
		const { uid } = mutation;
		if (seen.has(uid)) return { kind: 'duplicate', mutation, uid };
		seen.add(uid);
		return { kind: 'decide', mutation, asked: readMutation(mutation, run.actorOf) };
	});
}

/** A batch while it is being decided: the world moves on from one decision to the next, nothing is written yet. */
class DecidingBatch {
	readonly #run: Run;
	readonly #gathered: Gathered;
	readonly #numbers: Numbers;
	readonly #refusals: Refusals;
	readonly #changes = new Batch();
	readonly #statusChanges: StatusChange[] = [];
	readonly #decided = new Map<string, Decided>();
	/** Uids that this batch took back. */
	readonly #undone = new Set<string>();
	readonly #records: (() => void)[] = [];
	#leases: LeaseRange[] | null = null;

	constructor(run: Run, gathered: Gathered) {
		const { db, context, receivedAt } = run;
		const year = () => localYear(new Date(receivedAt), context.siteTimeZone);
		this.#run = run;
		this.#gathered = gathered;
		const { given } = run;
		const source = [db, year, context.highWater, context.randomBytes] as const;
		this.#numbers = given === undefined ? new Numbers(...source) : new GivenNumbers(given, ...source);
		this.#refusals = new Refusals(db, run.replicaId);
	}

	/** [I31] A uid that is decided takes no effect again. */
	repeat({ mutation: { mid }, uid }: Extract<Step, { kind: 'duplicate' }>): Verdict {
		const original = this.#find(uid);
		if (original === undefined) throw new Error('a duplicate has no original');
		this.#records.push(() => recordDuplicate(this.#run.db, this.#run.replicaId, mid, uid));
		return asDuplicate(original, mid);
	}

	decide({ mutation, asked }: Extract<Step, { kind: 'decide' }>): Verdict {
		const { uid, name, args } = mutation;
		const decided =
			asked.kind === 'refused'
				? toDecided(this.#run, mutation, asked.status, { rejection: asked.rejection })
				: this.#ask(mutation, asked);
		const { verdict } = decided;
		if (verdict.status === 'rejected' || verdict.status === 'dead') {
			const causedBy = this.#refusals.causeOf(args);
			if (causedBy !== undefined) verdict.detail.causedBy = causedBy;
			this.#refusals.add(uid, name, args);
		}
		this.#decided.set(uid, decided);
		this.#records.push(() => recordVerdict(this.#run.db, decided, mutation));
		return verdict;
	}

	/** Effects, notices and verdicts, in the transaction that gathered. */
	save(): void {
		const { db, context, receivedAt } = this.#run;
		this.#changes.save(db, this.#gathered.before);
		if (context.notices !== null) queueStatusNotices(db, this.#statusChanges, context.notices, receivedAt);
		for (const record of this.#records) record();
		for (const [uid, decided] of this.#decided) this.#run.known.set(uid, decided);
	}

	#find(uid: string): Decided | undefined {
		return this.#decided.get(uid) ?? this.#run.known.get(uid);
	}

	#ask(mutation: Mutation, asked: Exclude<Asked, { kind: 'refused' }>): Decided {
		const { rules } = this.#run.context;
		const { world } = this.#gathered;
		const context = this.#contextOf(mutation, asked.actor);
		const decision = byRule(() =>
			asked.kind === 'command'
				? rules.decide(asked.command, world, context)
				: rules.undo(this.#originalOf(asked), world, context)
		);
		if (decision.kind !== 'ok') return toDecided(this.#run, mutation, decision.kind, { rejection: decision.rejection });
		const { replicaId, receivedAt } = this.#run;
		const by = { uid: mutation.uid, personId: asked.actor.personId, replicaId, receivedAt };
		this.#statusChanges.push(...statusChanges(world, decision.changes, by));
		byRule(() => rules.applyChanges(world, decision.changes));
		this.#changes.add(decision.changes, by);
		this.#numbers.take(decision.assigned);
		if (asked.kind === 'undo') this.#undone.add(asked.undoes);
		return toDecided(this.#run, mutation, 'ok', decision);
	}

	#contextOf(mutation: Mutation, actor: Actor): Context {
		const { replicaId, receivedAt } = this.#run;
		const leases = () => this.#leasesOfDevice();
		const defaultShipperId = () => this.#defaultShipperId();
		return {
			side: 'server',
			actor,
			uid: mutation.uid,
			replicaId,
			deviceAt: deviceAt(mutation, receivedAt),
			receivedAt,
			// Looked up when a rule asks: most scans make no carton.
			get leases() {
				return leases();
			},
			numbers: this.#numbers,
			// As rarely: most commands save no contact.
			get defaultShipperId() {
				return defaultShipperId();
			}
		};
	}

	#defaultShipperId(): string | null {
		const { db, context } = this.#run;
		return context.defaultShipper === null
			? null
			: findDefaultShipper(db, this.#gathered.world, context.defaultShipper);
	}

	#leasesOfDevice(): LeaseRange[] | null {
		const { db, context, deviceId } = this.#run;
		if (deviceId === null) return null;
		return (this.#leases ??= context.mayHaveForgotten ? everyCodeGivenOut(db) : leasesOfDevice(db, deviceId));
	}

	/** The mutation that is to be taken back, as the log remembers it; one that was never heard of has nothing to undo. */
	#originalOf({ command, actor, undoes }: Extract<Asked, { kind: 'undo' }>): Original {
		const decided = this.#find(undoes);
		if (decided === undefined) return { command, actorId: actor.personId ?? '', memo: null };
		const { name, actorId, undo } = decided;
		const undone = this.#undone.has(undoes) || isUndone(this.#run.db, undoes);
		// The name is the log's; of the arguments, the rule only looks at what the name implies.
		return { command: { ...command, name } as Original['command'], actorId, memo: undo, undone };
	}
}

function byRule<T>(ask: () => T): T {
	try {
		return ask();
	} catch (error) {
		throw new RuleFault(error);
	}
}

function gatherFor(run: Run, steps: readonly Step[]): Gathered {
	const { rules } = run.context;
	const footprints = byRule(() =>
		steps.flatMap((step) => {
			if (step.kind === 'duplicate' || step.asked.kind === 'refused') return [];
			const { asked } = step;
			if (asked.kind === 'command') return [rules.footprint(asked.command)];
			// An original of this same batch has gathered its rows itself.
			return [rules.undoFootprint({ memo: run.known.get(asked.undoes)?.undo ?? null })];
		})
	);
	return gather(run.db, mergeFootprints(footprints));
}

/** [T4, I25] The device's time, corrected by the offset it measured; the server's when there is no such time. */
function deviceAt({ deviceTime, clockOffset }: Mutation, receivedAt: string): string {
	const corrected = new Date(Date.parse(deviceTime) + clockOffset);
	return Number.isNaN(corrected.getTime()) ? receivedAt : corrected.toISOString();
}

function toDecided(
	run: Run,
	{ uid, mid, name, actorId }: Mutation,
	status: VerdictStatus,
	answer: Partial<Pick<Extract<Decision, { kind: 'ok' }>, 'assigned' | 'notes' | 'undo'>> & {
		rejection?: Verdict['rejection'];
	}
): Decided {
	const { rejection = null, notes = [], assigned = {}, undo = null } = answer;
	const verdict: Verdict = { uid, mid, status, rejection, notes, detail: {}, assigned, serverTime: run.receivedAt };
	return { verdict, replicaId: run.replicaId, name, actorId, undo };
}

/** What is decided already among these mutations and those that they undo. */
export function alreadyDecided(db: Database, mutations: readonly Mutation[]): Map<string, Decided> {
	return decidedByUid(
		db,
		mutations.flatMap(({ uid, undoes }) => (undoes === undefined ? [uid] : [uid, undoes]))
	);
}
