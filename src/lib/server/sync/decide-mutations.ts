/**
 * Decides the undecided mutations of one push, in order, and saves what they change with their verdicts (sync §4.6–7). All
 * are gathered and saved at once; when a rule throws or a constraint breaks, the batch is taken back and each is decided
 * alone, so that one bad mutation among a hundred is `dead` and the others are not.
 */
import type { Context, Decision, LeaseRange } from '#lib/domain/decision.ts';
import { mergeFootprints } from '#lib/domain/footprint.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Original } from '#lib/domain/undo.ts';
import type { Mutation, Verdict, VerdictStatus } from '#lib/protocol/envelope.ts';
import { leasesOfDevice, localYear, Numbers } from '#lib/server/store/allocators.ts';
import { isMutationFault, RuleFault } from '#lib/server/store/faults.ts';
import { gather, type Gathered } from '#lib/server/store/gather.ts';
import { Batch } from '#lib/server/store/save.ts';
import { inSavepoint } from '#lib/server/store/savepoint.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Actor } from './actor.ts';
import { Refusals } from './caused-by.ts';
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
	actorOf: (personId: string) => Actor | null;
	/** What is decided already, by uid: the mutations of this push and what they undo. Grows while deciding. */
	known: Map<string, Decided>;
	receivedAt: string;
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
		run.context.warn('mutation_dead', { uid: mutation.uid, name: mutation.name, error: (error as Error).message });
		const decided = toDecided(run, mutation, 'dead', { rejection: refuse('server_fault', {}) });
		recordVerdict(run.db, decided, mutation);
		run.known.set(mutation.uid, decided);
		return decided.verdict;
	}
}

type Step =
	| { kind: 'duplicate'; mutation: Mutation }
	| { kind: 'decide'; mutation: Mutation; asked: Asked };

/** `known` is only extended when all of the batch went through: a batch that is taken back was not decided. */
function decideBatch(run: Run, mutations: readonly Mutation[]): Verdict[] {
	const { db, context } = run;
	const seen = new Set(run.known.keys());
	const steps = mutations.map((mutation): Step => {
		if (seen.has(mutation.uid)) return { kind: 'duplicate', mutation };
		seen.add(mutation.uid);
		return { kind: 'decide', mutation, asked: readMutation(mutation, run.actorOf) };
	});
	const gathered = gatherFor(run, steps);
	const year = () => localYear(new Date(run.receivedAt), context.siteTimeZone);
	const numbers = new Numbers(db, year, context.highWater, context.randomBytes);
	const refusals = new Refusals(db, run.replicaId);
	const batch = new Batch();
	const decidedNow = new Map<string, Decided>();
	const decidedBefore = (uid: string) => decidedNow.get(uid) ?? run.known.get(uid);
	let leases: LeaseRange[] | undefined;

	const verdicts: Verdict[] = [];
	const records: (() => void)[] = [];
	for (const step of steps) {
		const { mutation } = step;
		const before = decidedBefore(mutation.uid);
		if (step.kind === 'duplicate') {
			if (before === undefined) throw new Error('a duplicate has no original');
			verdicts.push(asDuplicate(before, mutation.mid));
			records.push(() => recordDuplicate(db, run.replicaId, mutation.mid, mutation.uid));
			continue;
		}
		const decided = decideOne();
		if (decided.verdict.status === 'rejected' || decided.verdict.status === 'dead') {
			const causedBy = refusals.causeOf(mutation.args);
			if (causedBy !== undefined) decided.verdict.detail.causedBy = causedBy;
			refusals.add(mutation.uid, mutation.name, mutation.args);
		}
		decidedNow.set(mutation.uid, decided);
		verdicts.push(decided.verdict);
		records.push(() => recordVerdict(db, decided, mutation));

		function decideOne(): Decided {
			const { asked } = step as Extract<Step, { kind: 'decide' }>;
			if (asked.kind === 'refused') return toDecided(run, mutation, asked.status, { rejection: asked.rejection });
			const rules: Context = {
				side: 'server',
				actor: asked.actor,
				uid: mutation.uid,
				replicaId: run.replicaId,
				deviceAt: deviceAt(mutation, run.receivedAt),
				receivedAt: run.receivedAt,
				get leases() {
					if (run.deviceId === null) return null;
					return (leases ??= leasesOfDevice(db, run.deviceId));
				},
				numbers
			};
			const decision = byRule(() =>
				asked.kind === 'command'
					? context.rules.decide(asked.command, gathered.world, rules)
					: context.rules.undo(originalOf(asked, decidedBefore(asked.undoes), hasUndone), gathered.world, rules)
			);
			if (decision.kind !== 'ok') return toDecided(run, mutation, decision.kind, { rejection: decision.rejection });
			byRule(() => context.rules.applyChanges(gathered.world, decision.changes));
			const { replicaId, receivedAt } = run;
			batch.add(decision.changes, { uid: mutation.uid, personId: asked.actor.personId, replicaId, receivedAt });
			numbers.take(decision.assigned);
			return toDecided(run, mutation, 'ok', decision);
		}
	}
	batch.save(db, gathered.before);
	for (const record of records) record();
	for (const [uid, decided] of decidedNow) run.known.set(uid, decided);
	return verdicts;

	/** In the log, or earlier in this very batch. */
	function hasUndone(uid: string): boolean {
		const here = steps.some(
			({ mutation }) => mutation.undoes === uid && decidedNow.get(mutation.uid)?.verdict.status === 'ok'
		);
		return here || isUndone(db, uid);
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

/** The mutation that is to be taken back, as the log remembers it; one that was never heard of has nothing to undo. */
function originalOf(
	asked: Extract<Asked, { kind: 'undo' }>,
	decided: Decided | undefined,
	hasUndone: (uid: string) => boolean
): Original {
	if (decided === undefined) return { command: asked.command, actorId: asked.actor.personId, memo: null };
	// The name is the log's; of the arguments, the rule only looks at what the name implies.
	const command = { ...asked.command, name: decided.name } as Original['command'];
	const { actorId, undo } = decided;
	return { command, actorId, memo: undo, undone: hasUndone(decided.verdict.uid) };
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
	answer: Partial<Pick<Extract<Decision, { kind: 'ok' }>, 'assigned' | 'notes' | 'undo'>> & { rejection?: Verdict['rejection'] }
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
