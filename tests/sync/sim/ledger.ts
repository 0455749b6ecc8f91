/**
 * The oracle of the server: everything that was asked of it, and by hand done to it, in the order of its own log, through
 * the pure rule book over plain maps. At the end both must hold the same rows and have said the same (I1, I3, I6, I7, I8,
 * I9, I21, I31). It shares the rules with the server, and none of its storage, grouping or protocol.
 */
import type { Command } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import type { Context, Decision, LeaseRange, World } from '#lib/domain/decision.ts';
import { cappedRole } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import { undo, type Original } from '#lib/domain/undo.ts';
import { applyChanges } from '#lib/domain/world.ts';
import { parseArgs } from '#lib/protocol/command-args.ts';
import { canonicalJson } from '#lib/protocol/canonical.ts';
import { serverWorld } from '../server-truth.ts';
import type { Simulation } from '../simulation.ts';
import { takenBackFaults, type Effects } from './taken-back.ts';

/** What was asked, as whoever asked knows it. */
interface Asked {
	name: string;
	version: number;
	args: string;
	actorId: string;
	deviceTime: string;
	clockOffset: number;
	undoes?: string;
	dismissed?: unknown;
}

interface Result {
	uid: string;
	replicaId: string;
	actorId: string;
	deviceId: string | null;
	status: string;
	code: string | null;
	answer: string;
	serverTime: string;
}

interface ByHand {
	/** The number of results that stood in the log. */
	after: number;
	change: (model: Model) => void;
}

/** Rows, and who may do what. */
export interface Model {
	world: World;
	roles: Map<string, Role>;
	inactive: Set<string>;
	/** `device person`: signed out there for good. */
	ended: Set<string>;
}

/** What was accepted, by uid, with what it did. */
type Memos = Map<string, Original & { effects: Effects }>;

/** A device that has one sends codes of its own; which of them a restored server still knows to be its, is forgotten. */
const EVERY_CODE: LeaseRange[] = [{ from: 1, until: 1e9 }];

const saidOf = ({ status, code }: Result): string => `${status} ${code ?? ''}`;

const COMPARED = ['cartons', 'shipments', 'timeline', 'contacts', 'destinations', 'products'] as const;

export class Ledger {
	readonly #sim: Simulation;
	readonly #begin: World;
	readonly #roles: Map<string, Role>;
	/** Results that were there before anything happened. */
	readonly #first: number;
	readonly #atDesk = new Map<string, Asked>();
	#byHand: ByHand[] = [];
	/** Each number, code and token that was ever given out, and to which mutation (I32). */
	readonly #given = new Map<string, string>();
	/** What each mutation was given first, and its phone was told: labels and links go round with it, so a restore changes nothing of it. */
	readonly #firstGiven = new Map<string, string>();
	readonly #twice: string[] = [];
	/** What was said about each uid before it was forgotten by a restore (I6, I24). */
	readonly #said = new Map<string, string>();
	/** From here on the log is that of a restored server: it no longer knows every range of codes that it gave out. */
	#forgetsFrom = Infinity;

	constructor(sim: Simulation) {
		this.#sim = sim;
		this.#begin = serverWorld(sim);
		this.#first = sim.server.results();
		this.#roles = new Map(
			sim.world
				.rows<{ id: string; role: Role }>('SELECT person_id AS id, role FROM account')
				.map(({ id, role }) => [id, role])
		);
		sim.server.onBackUp = () => [...this.#byHand];
		sim.server.onRestore = (results, mark) => {
			this.rememberNumbers();
			this.#rememberVerdicts();
			this.#forgetsFrom = Math.min(this.#forgetsFrom, results);
			this.#byHand = [...(mark as ByHand[])];
		};
	}

	/** A command of the desk, before it is given. */
	asked(uid: string, { name, args }: Command, actorId: string): void {
		const deviceTime = this.#sim.world.at();
		this.#atDesk.set(uid, { name, version: 1, args: JSON.stringify(args), actorId, deviceTime, clockOffset: 0 });
	}

	/** What no command did: before the next result of the log. */
	byHand(change: (model: Model) => void): void {
		this.#byHand.push({ after: this.#sim.server.results(), change });
	}

	/** [I32] Before what was given out is forgotten by a restore, and at the end. */
	rememberNumbers(): void {
		const heard = new Set(
			this.#sim.phones.flatMap((phone) =>
				phone.store.content('mutations').flatMap(({ uid, verdict }) => (verdict === null ? [] : [uid]))
			)
		);
		for (const { uid, answer } of this.#results()) {
			const { assigned = {} } = JSON.parse(answer) as { assigned?: Record<string, string> };
			for (const [kind, value] of Object.entries(assigned)) {
				const holder = this.#given.get(`${kind} ${value}`);
				if (holder !== undefined && holder !== uid) this.#twice.push(`I32 ${kind} ${value} was given out twice`);
				this.#given.set(`${kind} ${value}`, uid);
				const first = this.#firstGiven.get(`${kind} ${uid}`) ?? value;
				if (first !== value) this.#twice.push(`I32 ${uid} was given the ${kind} ${first}, and then ${value}`);
				// What the phone has not heard, only the lost database knew.
				if (heard.has(uid)) this.#firstGiven.set(`${kind} ${uid}`, first);
			}
		}
	}

	#rememberVerdicts(): void {
		for (const result of this.#results()) this.#said.set(result.uid, saidOf(result));
	}

	/** After a restore, what had been refused is recorded as it was; only what had been accepted is asked again. */
	#isRemembered = ({ uid, replicaId }: Result): boolean =>
		replicaId.startsWith('heal:') && this.#said.has(uid) && !this.#said.get(uid)!.startsWith('ok');

	#results = (): Result[] =>
		this.#sim.world.rows<Result>(
			`SELECT uid, replica_id AS replicaId, actor_id AS actorId, replica.device_id AS deviceId, status, code, answer, server_time AS serverTime
			 FROM mutation_result JOIN replica ON replica.id = CASE WHEN replica_id LIKE 'heal:%' THEN substr(replica_id, 6) ELSE replica_id END
			 ORDER BY mutation_result.rowid`
		);

	/** Every difference, as lines; none: an empty list. Also what kinds of answers were given. */
	faults(answers: Set<string>): string[] {
		this.rememberNumbers();
		const faults = [...this.#twice];
		const model: Model = {
			world: structuredClone(this.#begin),
			roles: new Map(this.#roles),
			inactive: new Set(),
			ended: new Set()
		};
		const leases = this.#leases();
		const memos: Memos = new Map();
		const byHand = [...this.#byHand];
		const asked = this.#everythingAsked();
		this.#results().forEach((result, i) => {
			while (byHand.length > 0 && byHand[0]!.after <= i) byHand.shift()!.change(model);
			if (i < this.#first) return;
			const question = asked.get(result.uid);
			if (!question) faults.push(`I31 ${result.uid} was decided and nobody asked for it`);
			else if (this.#isRemembered(result)) {
				const [before, now] = [this.#said.get(result.uid), saidOf(result)];
				if (before !== now) faults.push(`I24 ${result.uid} was ${before} and is recorded as ${now}`);
			} else {
				const held = i < this.#forgetsFrom ? (leases.get(result.deviceId ?? '') ?? null) : EVERY_CODE;
				faults.push(...this.#replay(model, memos, question, result, held));
			}
			answers.add(`${question?.name} ${result.status} ${result.code ?? ''}`);
		});
		for (const { change } of byHand) change(model);
		faults.push(...this.#forgotten());
		return [...faults, ...this.#rowFaults(model.world)];
	}

	/** [I24] What a phone of ours was answered and still keeps, the server knows, whichever copy of a profile it is. */
	#forgotten(): string[] {
		const known = new Set(this.#results().map(({ uid }) => uid));
		return this.#sim.active().flatMap((phone) =>
			phone.store
				.content('mutations')
				.filter(({ uid, verdict }) => verdict !== null && !known.has(uid))
				.map(({ uid }) => `I24 ${phone.name} was answered about ${uid}, and the server does not know it any more`)
		);
	}

	#everythingAsked(): Map<string, Asked> {
		const asked = new Map(this.#atDesk);
		for (const phone of this.#sim.phones) for (const [uid, mutation] of phone.made) asked.set(uid, mutation);
		return asked;
	}

	#leases(): Map<string, LeaseRange[]> {
		const leases = new Map<string, LeaseRange[]>();
		const rows = this.#sim.world.rows<LeaseRange & { deviceId: string }>(
			`SELECT "from", until, replica.device_id AS deviceId FROM code_lease JOIN replica ON replica.id = replica_id`
		);
		for (const { deviceId, from, until } of rows)
			leases.set(deviceId, [...(leases.get(deviceId) ?? []), { from, until }]);
		return leases;
	}

	#replay(model: Model, memos: Memos, asked: Asked, result: Result, leases: LeaseRange[] | null): string[] {
		if (result.actorId !== asked.actorId)
			return [`I21 ${result.uid} of ${asked.actorId} was decided as if by ${result.actorId}`];
		const decision = this.#decide(model, memos, asked, result, leases);
		const mine = decision.kind === 'ok' ? 'ok' : `${decision.kind} ${decision.rejection.code}`;
		const theirs = result.status === 'ok' ? 'ok' : `${result.status} ${result.code}`;
		if (mine !== theirs)
			return [`I8 ${result.uid} (${asked.name}) was ${theirs}, by the rule book in that order ${mine}`];
		if (decision.kind !== 'ok') return [];
		const effects: Effects = new Map(
			decision.changes.cartons.map((after) => [after.id, { before: model.world.cartons.get(after.id) ?? null, after }])
		);
		applyChanges(model.world, decision.changes);
		const original = asked.undoes === undefined ? undefined : memos.get(asked.undoes);
		if (original) original.undone = true;
		const { command } = this.#parsed(asked);
		const [actorId, memo] = [asked.actorId, decision.undo ?? null];
		memos.set(result.uid, { command: command!, actorId, memo, undone: false, effects });
		return asked.undoes === undefined ? [] : takenBackFaults(result.uid, original?.effects ?? new Map(), effects);
	}

	#parsed({ name, version, args }: Asked): { command: Command | null; refused: Decision | null } {
		const parsed = parseArgs(name, version, args);
		return parsed.ok
			? { command: parsed.command, refused: null }
			: { command: null, refused: { kind: 'rejected', rejection: parsed.rejection } };
	}

	#decide(model: Model, memos: Memos, asked: Asked, result: Result, leases: LeaseRange[] | null): Decision {
		const rejected = (code: string): Decision => ({ kind: 'rejected', rejection: { code } as never });
		if (asked.dismissed !== undefined) return rejected('dismissed');
		const { command, refused } = this.#parsed(asked);
		if (refused) return refused;
		const actor = this.#actor(model, asked, result.deviceId);
		if (actor === null) return rejected('forbidden');
		const { assigned = {} } = JSON.parse(result.answer) as { assigned?: Record<string, string> };
		const context: Context = {
			side: 'server',
			actor,
			uid: result.uid,
			replicaId: result.replicaId,
			deviceAt: new Date(Date.parse(asked.deviceTime) + asked.clockOffset).toISOString(),
			receivedAt: result.serverTime,
			leases,
			numbers: {
				finalReference: assigned['reference'] ?? 'none',
				temporaryReference: assigned['temporaryReference'] ?? 'none',
				trackingToken: assigned['trackingToken'] ?? 'none'
			},
			defaultShipperId: null
		};
		if (asked.undoes === undefined) return decide(command!, model.world, context);
		const original = memos.get(asked.undoes) ?? { command: command!, actorId: asked.actorId, memo: null };
		return undo(original, model.world, context);
	}

	/** [I9, I21] Who it is at that moment of the log. */
	#actor(model: Model, { actorId }: Asked, deviceId: string | null): Context['actor'] | null {
		const person = model.world.people.get(actorId);
		const role = model.roles.get(actorId);
		if (!person || role === undefined || model.inactive.has(actorId)) return null;
		if (deviceId !== null && model.ended.has(`${deviceId} ${actorId}`)) return null;
		return { personId: actorId, name: person.name, structure: person.structure, role: cappedRole(role, 'password') };
	}

	#rowFaults(world: World): string[] {
		const server = serverWorld(this.#sim);
		const faults: string[] = [];
		for (const table of COMPARED) {
			const mine = world[table] as ReadonlyMap<string, { id: string }>;
			const theirs = server[table] as ReadonlyMap<string, { id: string }>;
			for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
				const [meant, stored] = [mine.get(id), theirs.get(id)];
				if (!stored) faults.push(`I1 ${table} ${id} is not on the server`);
				else if (!meant) faults.push(`I7 ${table} ${id} is on the server, and nothing made it`);
				else if (canonicalJson(meant as never) !== canonicalJson(stored as never))
					faults.push(
						`I8 ${table} ${id} is ${canonicalJson(stored as never)}, by the log ${canonicalJson(meant as never)}`
					);
			}
		}
		return faults;
	}
}
