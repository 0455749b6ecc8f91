/**
 * The working set of one scope as a file: gzip NDJSON, header, one line a row, trailer (`protocol/envelope.ts`). It is read
 * in one short read transaction on a connection of its own and built at most once in five minutes per scope and schema; the
 * pages of a pull bring what happened since.
 */
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { SYNCED_TABLES } from '#lib/domain/rows.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import type { SnapshotHeader, SnapshotLine, SnapshotTrailer } from '#lib/protocol/envelope.ts';
import { scopeDigests } from '#lib/server/store/digest-sums.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import { IN_MEMORY, type OpenDatabase } from '#lib/server/store/open.ts';
import { eachWhere } from '#lib/server/store/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, SnapshotFile } from '#lib/server/store/store-port.ts';
import type { SyncContext } from './sync-context.ts';

const KEPT_MS = 5 * 60_000;
/** Lines that are handed to the compressor at once; between two such parts other requests are served. */
const PART = 500;
/** Rows compress well at any level; higher ones cost more time than they save on a warehouse's network. */
const LEVEL = 4;

interface Kept {
	file: SnapshotFile;
	builtAt: number;
}

export class Snapshots {
	readonly #open: OpenDatabase;
	readonly #context: SyncContext;
	readonly #kept = new Map<string, Kept>();
	readonly #building = new Map<string, Promise<SnapshotFile>>();
	/** How often each scope was forgotten: what began before that is not kept. */
	readonly #forgotten = new Map<string, number>();
	readonly #parent: string;
	#folder: string | null = null;

	constructor(open: OpenDatabase, context: SyncContext, folder: string | undefined) {
		this.#open = open;
		this.#context = context;
		this.#parent = folder ?? tmpdir();
		if (open.file !== IN_MEMORY) this.#removeLeftovers();
	}

	/** The file that is being served now, or one that is built now. */
	async get(scope: string, schema: number): Promise<SnapshotFile> {
		const key = keyOf(scope, schema);
		const kept = this.#fresh(key);
		if (kept !== null) return kept.file;
		let building = this.#building.get(key);
		if (building === undefined) {
			building = this.#build(scope, schema).finally(() => this.#building.delete(key));
			this.#building.set(key, building);
		}
		return building;
	}

	/** How far the file reaches that this scope would be given now; null: a new one would be built. */
	seqOf(scope: string, schema: number): number | null {
		return this.#fresh(keyOf(scope, schema))?.file.seq ?? null;
	}

	/** A replica moved into this scope: what it is given must be newer than that. */
	forget(scope: string): void {
		this.#forgotten.set(scope, (this.#forgotten.get(scope) ?? 0) + 1);
		for (const [key, { file }] of this.#kept) {
			if (!key.startsWith(`${scope} `)) continue;
			this.#kept.delete(key);
			rmSync(file.path, { force: true });
		}
	}

	async close(): Promise<void> {
		await Promise.allSettled(this.#building.values());
		this.#kept.clear();
		if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
	}

	get #prefix(): string {
		return `escale-snapshots-${this.#context.instance}-`;
	}

	/** Of a server that was killed. Its lock is ours now, so nobody reads them. */
	#removeLeftovers(): void {
		mkdirSync(this.#parent, { recursive: true });
		for (const name of readdirSync(this.#parent)) {
			if (name.startsWith(this.#prefix)) rmSync(join(this.#parent, name), { recursive: true, force: true });
		}
	}

	#fresh(key: string): Kept | null {
		const kept = this.#kept.get(key);
		const age = kept === undefined ? KEPT_MS : this.#context.clock().getTime() - kept.builtAt;
		return kept !== undefined && age < KEPT_MS ? kept : null;
	}

	async #build(scope: string, schema: number): Promise<SnapshotFile> {
		this.#folder ??= mkdtempSync(join(this.#parent, this.#prefix));
		const builtAt = this.#context.clock().getTime();
		const forgotten = this.#forgotten.get(scope);
		const reader = this.#open.openReader();
		try {
			const db = reader ?? this.#open.writer;
			if (reader !== null) sql(db, 'BEGIN').run();
			const header = headerOf(db, this.#context, scope, schema);
			// Where another connection would have to wait, all is read before anything else happens.
			const parts = reader === null ? [...partsOf(db, header)] : partsOf(db, header);
			const path = join(this.#folder, `${header.name}.${builtAt}.ndjson.gz`);
			await pipeline(Readable.from(parts), createGzip({ level: LEVEL }), createWriteStream(path));
			const etag = `"${header.name}-${builtAt.toString(36)}"`;
			const file: SnapshotFile = { path, name: header.name, size: statSync(path).size, etag, seq: header.seq };
			if (this.#forgotten.get(scope) === forgotten) this.#keep(keyOf(scope, schema), { file, builtAt });
			return file;
		} finally {
			reader?.close();
		}
	}

	#keep(key: string, kept: Kept): void {
		const former = this.#kept.get(key);
		if (former !== undefined && former.file.path !== kept.file.path) rmSync(former.file.path, { force: true });
		this.#kept.set(key, kept);
	}
}

const keyOf = (scope: string, schema: number): string => `${scope} ${schema}`;

/** A warehouse's working set includes what everybody has. */
const scopesOfSnapshot = (scope: string): string[] => (scope === '*' ? ['*'] : ['*', scope]);

function headerOf(db: Database, context: SyncContext, scope: string, schema: number): SnapshotHeader {
	const seq = headSeq(db);
	const rows = sql<{ rows: number }>(
		db,
		`SELECT coalesce(sum(count), 0) AS rows FROM digest_sum WHERE scope IN (SELECT value FROM json_each(?))`
	).get(JSON.stringify(scopesOfSnapshot(scope)))!.rows;
	const name = `${context.epoch}-${scope.replace(/\W+/g, '_')}-${schema}-${seq}`;
	return { escale: 'snapshot', name, epoch: context.epoch, seq, scope, schema, rows };
}

function* partsOf(db: Database, header: SnapshotHeader): Generator<string> {
	const scopes = scopesOfSnapshot(header.scope);
	yield line(header);
	let part = '';
	let n = 0;
	for (const table of SYNCED_TABLES) {
		const members = `id IN (SELECT row_id FROM in_scope WHERE "table" = ? AND scope IN (SELECT value FROM json_each(?))) ORDER BY id`;
		for (const { row, version, hash } of eachWhere(db, table, members, table, JSON.stringify(scopes))) {
			part += line([table, version, hash ?? contentHash(row), row] satisfies SnapshotLine);
			if (++n % PART > 0) continue;
			yield part;
			part = '';
		}
	}
	yield part + line({ end: true, tables: scopeDigests(db, scopes) } satisfies SnapshotTrailer);
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
