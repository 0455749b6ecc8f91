/**
 * What a replica starts with, and how its stored state is read and kept. Nothing here survives outside the store.
 */
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Operator } from './client.ts';
import type { ReplicaStore, Tx } from './ports.ts';
import type { OperatorState, ReplicaState, ScanLogState, SetState, TableSet } from './records.ts';

const emptyReplica = (replicaId: string): ReplicaState => ({
	key: 'replica',
	replicaId,
	epoch: null,
	cookie: null,
	lmid: 0,
	decidedThrough: 0,
	durableLmid: 0,
	sentThrough: 0,
	leases: [],
	clockOffset: 0,
	warehouseId: null,
	siteTimeZone: 'Europe/Paris',
	schema: SCHEMA_CURRENT,
	protocol: PROTOCOL_VERSION,
	dataAt: null,
	needsSnapshot: 'first',
	headMatches: null,
	mismatchAt: null,
	mismatchTables: []
});

/** Makes what a new database lacks; what is there stays. A program with a newer row schema asks for new rows. */
export async function prepare(store: ReplicaStore, newId: () => string): Promise<{ live: TableSet }> {
	return store.transaction('write', ['meta'], async (tx) => {
		const [replica, set] = (await tx.get('meta', ['replica', 'set'])) as [
			ReplicaState | undefined,
			SetState | undefined
		];
		if (!replica) await tx.put('meta', [emptyReplica(newId())]);
		else if (replica.schema !== SCHEMA_CURRENT || replica.protocol !== PROTOCOL_VERSION) {
			await tx.put('meta', [
				{
					...replica,
					schema: SCHEMA_CURRENT,
					protocol: PROTOCOL_VERSION,
					needsSnapshot: replica.needsSnapshot ?? 'schema'
				}
			]);
		}
		const live: SetState = set ?? { key: 'set', live: 'a', loading: null };
		if (!set) await tx.put('meta', [live]);
		return { live: live.live };
	});
}

export interface State {
	replica: ReplicaState;
	set: SetState;
	operator: Operator | null;
}

/** The replica's state, the live set, and who works. @throws when `prepare` never ran. */
export async function readState(tx: Tx): Promise<State> {
	const records = await tx.get('meta', ['replica', 'set', 'operator']);
	const [replica, set, operator] = records as [
		ReplicaState | undefined,
		SetState | undefined,
		OperatorState | undefined
	];
	if (!replica || !set) throw new Error('The replica was not prepared: meta is empty.');
	return { replica, set, operator: operator?.operator ?? null };
}

export async function readReplica(store: ReplicaStore): Promise<ReplicaState> {
	return store.transaction('read', ['meta'], async (tx) => (await readState(tx)).replica);
}

/** Changes some fields of the replica's state within a transaction over `meta`. */
export async function changeReplica(
	store: ReplicaStore,
	change: (replica: ReplicaState) => Partial<ReplicaState> | null
): Promise<ReplicaState> {
	return store.transaction('write', ['meta'], async (tx) => {
		const { replica } = await readState(tx);
		const changed = change(replica);
		if (!changed) return replica;
		const next = { ...replica, ...changed };
		await tx.put('meta', [next]);
		return next;
	});
}

export async function writeOperator(store: ReplicaStore, operator: Operator | null): Promise<void> {
	await store.transaction('write', ['meta'], (tx) => tx.put('meta', [{ key: 'operator', operator }]));
}

/**
 * Remembers whom the server's session names, unless another one took the phone over since `before`. A session by badge and
 * PIN names nobody else than who works already: that switch is made on the phone, or it was not heard of.
 * @returns who works now
 */
export const rememberOperator = (store: ReplicaStore, named: Operator, before: string | null): Promise<Operator> =>
	store.transaction('write', ['meta'], async (tx) => {
		const { operator } = await readState(tx);
		if (operator && (operator.personId !== before || (named.signedInBy && operator.personId !== named.personId)))
			return operator;
		await tx.put('meta', [{ key: 'operator', operator: named }]);
		return named;
	});

export async function readScanLogState(tx: Tx): Promise<ScanLogState> {
	const [record] = (await tx.get('meta', ['scanlog'])) as [ScanLogState | undefined];
	return record ?? { key: 'scanlog', trimmed: false };
}

/** Everything up to here has its verdict on this phone, so the server need not repeat it. */
export const acknowledged = (store: ReplicaStore): Promise<number> =>
	store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [{ replica }, [oldest]] = await Promise.all([readState(tx), tx.find('mutations', 'stands', ['queued'], 1)]);
		return Math.max(0, oldest ? Math.min(oldest.mid - 1, replica.decidedThrough) : replica.decidedThrough);
	});
