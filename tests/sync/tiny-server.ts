/**
 * A server small enough for a browser test: the real rule, rows in memory, one feed. What the real one guarantees is
 * tested on the real one; this one lets the phone's storage and tabs be tested in a real browser.
 */
import type { Command } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import type { Changes, World } from '#lib/domain/decision.ts';
import { SYNCED_TABLES, type AnyRow, type SyncedRows, type SyncedTable } from '#lib/domain/rows.ts';
import { applyChanges, emptyWorld } from '#lib/domain/world.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { Mutation, Patch, TableDigests, Verdict } from '#lib/protocol/envelope.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { Answer, NewsStream, Transport } from '#lib/sync/ports.ts';

export const WORKER: Operator = { personId: 'operator', name: 'Opérateur', structure: 'Entrepôt', role: 'operator' };
const EPOCH = 'epoch-1';

export class TinyServer implements Transport {
	readonly world: World = emptyWorld();
	readonly #versions = new Map<string, number>();
	readonly #feed: { table: SyncedTable; id: string }[] = [];
	readonly #lmids = new Map<string, number>();
	readonly #verdicts = new Map<string, Map<number, Verdict>>();
	readonly #decided = new Map<string, Verdict>();
	/** Every uid that took effect, in order. */
	readonly effects: string[] = [];
	online = true;
	pushes = 0;
	/** Rows of a chunk of the snapshot. */
	chunk = 2000;
	#listeners = new Set<(headSeq: number, epoch: string) => void>();

	save<T extends SyncedTable>(table: T, rows: readonly SyncedRows[T][]): void {
		for (const row of rows) {
			(this.world[table] as Map<string, AnyRow>).set(row.id, row);
			const key = `${table}:${row.id}`;
			this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
			this.#feed.push({ table, id: row.id });
		}
	}

	/** Somebody else's command. */
	desk(command: Command): void {
		this.#apply(decide(command, this.world, this.#context(`desk-${this.#feed.length}`, WORKER.personId)));
		for (const poke of this.#listeners) poke(this.#feed.length, EPOCH);
	}

	/** One stream for all tabs that ask. */
	news(): NewsStream {
		let mine: ((headSeq: number, epoch: string) => void) | null = null;
		return {
			open: (_replicaId, listener) => {
				mine = listener.poke;
				this.#listeners.add(mine);
				listener.alive(true);
			},
			close: () => void (mine && this.#listeners.delete(mine))
		};
	}

	me = async (): Promise<Answer<Operator | null>> => this.#answer(WORKER);

	hello: Transport['hello'] = async (input) =>
		this.#answer({
			epoch: EPOCH,
			lmid: this.#lmids.get(input.replicaId) ?? 0,
			headSeq: this.#feed.length,
			floorSeq: 0,
			schemaMin: 1,
			schemaCurrent: 1,
			serverNow: new Date().toISOString(),
			durableLmid: this.#lmids.get(input.replicaId) ?? 0,
			leases: [{ from: 4217, until: 4316 }],
			warehouseId: 'w',
			siteTimeZone: 'Europe/Paris'
		});

	/** It was never restored, and asks nobody. */
	heal: Transport['heal'] = async () => ({ kind: 'ok', value: { healing: false } });

	push: Transport['push'] = async ({ replicaId, mutations }) => {
		if (!this.online) return { kind: 'silent', why: 'offline' };
		this.pushes++;
		const results = mutations.map((mutation) => this.#decide(replicaId, mutation));
		return this.#answer({ lmid: this.#lmids.get(replicaId) ?? 0, results, headSeq: this.#feed.length, durableLmid: 0 });
	};

	pull: Transport['pull'] = async ({ replicaId, cookie, ackResultsThrough }) => {
		const keys = new Map(this.#feed.slice(cookie).map((change) => [`${change.table}:${change.id}`, change]));
		const results = [...(this.#verdicts.get(replicaId)?.values() ?? [])].filter(({ mid }) => mid > ackResultsThrough);
		const lmid = this.#lmids.get(replicaId) ?? 0;
		const headSeq = this.#feed.length;
		const patch = [...keys.values()].map(({ table, id }) => this.#put(table, id));
		return this.#answer({
			kind: 'page',
			cookie: headSeq,
			lmid,
			results,
			patch,
			more: false,
			headSeq,
			durableLmid: lmid
		});
	};

	digest: Transport['digest'] = async ({ cookie }) => {
		if (cookie !== this.#feed.length) return this.#answer({ kind: 'moved' });
		return this.#answer({ kind: 'digest', tables: this.#digests() });
	};

	snapshot: Transport['snapshot'] = async ({ schema }, sink) => {
		if (!this.online) return { kind: 'silent', why: 'offline' };
		const lines = SYNCED_TABLES.flatMap((table) =>
			[...(this.world[table] as Map<string, AnyRow>).values()].map(
				(row) =>
					[table, this.#versions.get(`${table}:${row.id}`)!, contentHash(row), row] as [
						SyncedTable,
						number,
						number,
						AnyRow
					]
			)
		);
		const header = {
			escale: 'snapshot' as const,
			name: 's',
			epoch: EPOCH,
			seq: this.#feed.length,
			scope: '*',
			schema,
			rows: lines.length
		};
		const tables = this.#digests();
		await sink.begin(header);
		for (let i = 0; i < lines.length; i += this.chunk) await sink.rows(lines.slice(i, i + this.chunk));
		return this.#answer({ end: true, tables });
	};

	#decide(replicaId: string, mutation: Mutation): Verdict {
		const known = this.#decided.get(mutation.uid);
		if (known) return { ...known, mid: mutation.mid };
		const command = { name: mutation.name, args: JSON.parse(mutation.args) as unknown } as Command;
		const decision = decide(command, this.world, this.#context(mutation.uid, mutation.actorId));
		if (decision.kind === 'ok') this.effects.push(mutation.uid);
		this.#apply(decision);
		const verdict: Verdict = {
			uid: mutation.uid,
			mid: mutation.mid,
			status: decision.kind,
			rejection: decision.kind === 'ok' ? null : decision.rejection,
			notes: [],
			detail: {},
			assigned: {},
			serverTime: new Date().toISOString()
		};
		this.#decided.set(mutation.uid, verdict);
		this.#lmids.set(replicaId, mutation.mid);
		const verdicts = this.#verdicts.get(replicaId) ?? new Map<number, Verdict>();
		this.#verdicts.set(replicaId, verdicts.set(mutation.mid, verdict));
		return verdict;
	}

	#apply(decision: ReturnType<typeof decide>): void {
		if (decision.kind !== 'ok') return;
		const { changes } = decision as { changes: Changes };
		applyChanges(this.world, changes);
		this.save('cartons', changes.cartons);
		this.save('shipments', changes.shipments);
		this.save('timeline', changes.timeline);
		this.save('contacts', changes.contacts);
		this.save('destinations', changes.destinations);
	}

	#context = (uid: string, personId: string) => ({
		side: 'server' as const,
		actor: { personId, name: WORKER.name, structure: WORKER.structure, role: 'admin' as const },
		uid,
		replicaId: 'server',
		deviceAt: new Date().toISOString(),
		receivedAt: new Date().toISOString(),
		leases: [{ from: 4217, until: 4316 }],
		numbers: {
			finalReference: `26${String(this.#feed.length).padStart(4, '0')}`,
			temporaryReference: `EXP-TEMP-${this.#feed.length}`,
			trackingToken: uid
		},
		defaultShipperId: null
	});

	#put(table: SyncedTable, id: string): Patch {
		const row = (this.world[table] as Map<string, AnyRow>).get(id)!;
		return { op: 'put', table, id, version: this.#versions.get(`${table}:${id}`)!, hash: contentHash(row), row };
	}

	#digests(): TableDigests {
		const tables: TableDigests = {};
		for (const table of SYNCED_TABLES) {
			const digest = { count: 0, sum: 0 };
			for (const row of (this.world[table] as Map<string, AnyRow>).values()) {
				digest.count++;
				digest.sum = addDigest(
					digest.sum,
					rowDigest(table, row.id, this.#versions.get(`${table}:${row.id}`)!, contentHash(row))
				);
			}
			tables[table] = digest;
		}
		return tables;
	}

	#answer<T>(value: T): Answer<T> {
		return this.online ? { kind: 'ok', value: structuredClone(value) } : { kind: 'silent', why: 'offline' };
	}
}
