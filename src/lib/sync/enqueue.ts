/**
 * From a command to a durable mutation (sync §2): one transaction takes the next mid, runs the rule book over the views,
 * copies the rows it writes to `base`, puts the views and adds the mutation, which is also the scan's own record (I37).
 * Everything that the answer says is on disk when it is given.
 */
import { checkCartonCode } from '#lib/domain/carton-code.ts';
import type { Command } from '#lib/domain/commands.ts';
import type { Changes } from '#lib/domain/decision.ts';
import { emptyFootprint } from '#lib/domain/footprint.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { SyncedTable } from '#lib/domain/rows.ts';
import { commandVersion } from '#lib/protocol/upcast.ts';
import { MAX_MUTATION_BYTES, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Operator, Submitted } from './client.ts';
import { gather, type Gathered, type Substitute } from './gather.ts';
import { readKeys, rowKey, writeKeys } from './keys.ts';
import type { Clock, ReplicaStore, Tx } from './ports.ts';
import {
	viewStore,
	viewStores,
	type BaseRecord,
	type HeldLease,
	type LoggedScan,
	type ReplicaState,
	type StoredMutation,
	type StoredRow,
	type TableSet
} from './records.ts';
import { decideMutation, footprintOf, type Decidable, type Wish } from './replay.ts';
import { readState } from './state.ts';
import { Undos } from './undos.ts';
import { toStored } from './views.ts';
import { envelopeOf } from './wire-form.ts';

export interface Request {
	command: Command;
	/** The scanned code, as read. */
	code: string;
	uid: string;
	/** The local refusal that the worker chose to let the server decide. */
	despite: string | null;
	/** The mutation that this one takes back. */
	undoes: string | null;
	/** This phone is online and knows nothing older than the server does: its refusals are the server's. */
	isFresh: boolean;
}

/** These refusals need no server: nothing that it knows could change them (sync §2). */
const FOR_GOOD: ReadonlySet<string> = new Set([
	'invalid_args',
	'too_large',
	'lease_empty',
	'check_character_wrong',
	'not_undoable',
	'not_own'
]);

export class Enqueuer {
	#store: ReplicaStore;
	#clock: Clock;
	/** The live set as last seen. Another tab may have flipped it: the transaction looks again. */
	#live: TableSet;

	constructor(store: ReplicaStore, clock: Clock, live: TableSet) {
		this.#store = store;
		this.#clock = clock;
		this.#live = live;
	}

	/** @throws what the storage throws; nothing is stored then. */
	async enqueue(request: Request): Promise<Submitted> {
		for (;;) {
			const live = this.#live;
			const stores = ['meta', 'mutations', 'base', 'scanlog', ...viewStores(live)] as const;
			const outcome = await this.#store.transaction('write', stores, (tx) => this.#decideAndStore(tx, live, request));
			if (!('moved' in outcome)) return outcome;
			this.#live = outcome.moved;
		}
	}

	async #decideAndStore(tx: Tx, live: TableSet, request: Request): Promise<Submitted | { moved: TableSet }> {
		const wish =
			request.undoes === null
				? { kind: 'command' as const, command: request.command }
				: await Undos.wish(tx, request.undoes);
		const needs = wish && footprintOf(wish);
		const [{ replica, set, operator }, lastMid, gathered] = await Promise.all([
			readState(tx),
			tx.lastKey('mutations'),
			gather(tx, live, needs ?? emptyFootprint())
		]);
		if (set.live !== live) return { moved: set.live };
		const scan = this.#scan(request, operator);
		if (!operator) return refused(tx, scan, refuse('forbidden', { role: 'operator' }), false);
		// [§9] By the server's clock, as far as this phone knows it.
		if (operator.until !== undefined && this.#clock.now() + replica.clockOffset >= Date.parse(operator.until))
			return refused(tx, scan, refuse('shift_over', { by: operator.name }), false);
		if (!wish || !needs) return refused(tx, scan, refuse('nothing_to_undo', {}), false);

		const { command } = request;
		const decidable: Decidable = {
			uid: request.uid,
			actorId: operator.personId,
			actor: { name: operator.name, structure: operator.structure, role: operator.role },
			deviceTime: new Date(this.#clock.now()).toISOString(),
			clockOffset: replica.clockOffset
		};
		const decision = decideMutation(decidable, wish, gathered.world, replica.replicaId, replica.leases);
		const mutation: StoredMutation = {
			...decidable,
			name: command.name,
			args: JSON.stringify(command.args),
			...(operator.signedInBy === undefined ? {} : { signedInBy: operator.signedInBy }),
			...(request.undoes === null ? {} : { undoes: request.undoes }),
			mid: Math.max(lastMid ?? 0, replica.decidedThrough, 0) + 1,
			stands: 'queued',
			version: commandVersion(command.name),
			schema: SCHEMA_CURRENT,
			...(request.despite === null || decision.kind === 'ok' ? {} : { despite: request.despite }),
			code: request.code,
			reads: readKeys(needs, gathered.world),
			writes: decision.kind === 'ok' ? writeKeys(decision.changes, gathered.world) : [],
			undo: decision.kind === 'ok' ? (decision.undo ?? null) : null,
			conflict: null,
			verdict: null,
			decidedAt: null,
			settledAt: null
		};
		if (byteLength(JSON.stringify(envelopeOf(mutation))) > MAX_MUTATION_BYTES) {
			return refused(tx, scan, refuse('too_large', {}), false);
		}
		if (decision.kind === 'noop') {
			await tx.put('scanlog', [{ ...scan, note: decision.rejection }]);
			return { kind: 'noop', rejection: decision.rejection };
		}
		if (decision.kind === 'ok') {
			await Promise.all([
				tx.add('mutations', [mutation]),
				...write(tx, live, decision.changes, gathered),
				useLease(tx, replica, command)
			]);
			return { kind: 'saved', uid: mutation.uid, despite: false, notes: decision.notes };
		}
		const keepable =
			!request.isFresh &&
			!FOR_GOOD.has(decision.rejection.code) &&
			!(await causedHere(tx, live, wish, replica, gathered, decidable));
		if (request.despite === null || !keepable) return refused(tx, scan, decision.rejection, keepable);
		await tx.add('mutations', [mutation]);
		return { kind: 'saved', uid: mutation.uid, despite: true, notes: [] };
	}

	/** The record of a scan that becomes no mutation (I37). */
	#scan(request: Request, operator: Operator | null): LoggedScan {
		const at = new Date(this.#clock.now()).toISOString();
		const { uid: id, code, command } = request;
		return {
			id,
			uid: null,
			code,
			at,
			command: command.name,
			opened: null,
			rejection: null,
			note: null,
			actorId: operator?.personId ?? ''
		};
	}
}

async function refused(tx: Tx, scan: LoggedScan, rejection: Rejection, keepable: boolean): Promise<Submitted> {
	await tx.put('scanlog', [{ ...scan, rejection }]);
	return { kind: 'refused', rejection, keepable };
}

/** The views of the rows that changed, and under each row that was still the server's, its base copy. */
function write(tx: Tx, live: TableSet, changes: Changes, gathered: Gathered): Promise<void>[] {
	const bases: BaseRecord[] = [];
	const puts: Promise<void>[] = [];
	const table = <T extends 'cartons' | 'shipments' | 'timeline' | 'contacts' | 'destinations'>(
		name: T,
		rows: Changes[T]
	) => {
		if (rows.length === 0) return;
		const views = rows.map((row) => {
			const key = rowKey(name, row.id);
			const known = gathered.stored.get(key);
			if (!known?.dirty)
				bases.push({ key, table: name, id: row.id, stored: known ? { version: known.version, row: known.row } : null });
			return toStored(name as SyncedTable, known?.version ?? 0, row, true);
		});
		puts.push(tx.put(viewStore(live, name), views as never[]));
	};
	table('cartons', changes.cartons);
	table('shipments', changes.shipments);
	table('timeline', changes.timeline);
	table('contacts', changes.contacts);
	table('destinations', changes.destinations);
	if (bases.length > 0) puts.push(tx.put('base', bases));
	return puts;
}

/** R3: a carton made with a leased code uses that number up. */
function useLease(tx: Tx, replica: ReplicaState, command: Command): Promise<void> {
	if (command.name !== 'carton.create') return Promise.resolve();
	const own = checkCartonCode(command.args.code);
	if (own.kind !== 'valid') return Promise.resolve();
	const used = (lease: HeldLease): HeldLease =>
		lease.nextFree <= own.number && own.number <= lease.until ? { ...lease, nextFree: own.number + 1 } : lease;
	return tx.put('meta', [{ ...replica, leases: replica.leases.map(used) }]);
}

/**
 * Sync §2: a refusal that this phone's own pending mutations cause is for good; it is theirs when the same command
 * passes over the server's rows alone.
 */
async function causedHere(
	tx: Tx,
	live: TableSet,
	wish: Wish,
	replica: ReplicaState,
	gathered: Gathered,
	decidable: Decidable
): Promise<boolean> {
	const dirty = [...gathered.stored].filter(([, stored]: [string, StoredRow]) => stored.dirty).map(([key]) => key);
	if (dirty.length === 0) return false;
	const bases = await tx.get('base', dirty);
	const substitutes = new Map<string, Substitute>();
	for (const base of bases)
		if (base) substitutes.set(base.key, { table: base.table, id: base.id, stored: base.stored });
	const { world } = await gather(tx, live, footprintOf(wish), substitutes);
	return decideMutation(decidable, wish, world, replica.replicaId, replica.leases).kind !== 'rejected';
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;
