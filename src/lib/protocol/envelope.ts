/**
 * What a phone says and what the server answers, as zod schemas. Only the envelope is checked here: a mutation's
 * arguments stay text until it is that mutation's turn, so that one malformed scan cannot stop the ninety-nine after it.
 */
import { z } from 'zod';
import { SYNCED_TABLES, type AnyRow, type Role, type SyncedTable } from '#lib/domain/rows.ts';
import type { MaintenanceWindow } from '#lib/domain/maintenance.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { MAX_HANDED, MAX_PULL_ROWS, MAX_PUSH_MUTATIONS } from './version.ts';

const id = z.string().min(1).max(80);
const count = z.number().int().nonnegative();

/** A dismissed or refused-by-transport mutation keeps its place without its body (sync §2, §3). */
export const mutationSchema = z.object({
	uid: id,
	mid: z.number().int().positive(),
	name: z.string().max(60),
	version: z.number().int().positive(),
	/** The schema that the phone was built with. */
	schema: z.number().int().positive(),
	/** The arguments as the JSON text that was stored at enqueue. */
	args: z.string(),
	actorId: id,
	/** ISO, the device's own clock. */
	deviceTime: z.string().max(30),
	/** Milliseconds to add to `deviceTime`, measured at the last contact before enqueue. */
	clockOffset: z.number().int(),
	/** [§9] Under which sign-in: badge and PIN give at most operator. Absent: a password's. */
	signedInBy: z.literal('pin').optional(),
	undoes: id.optional(),
	/** The local refusal that the worker chose to let the server decide. */
	despite: z.string().max(60).optional(),
	dismissed: z.object({ by: id, at: z.string().max(30) }).optional(),
	/** The HTTP status with which the body was refused even alone (400, 413): recorded `dead`. */
	refusedBy: z.number().int().optional()
});
export type Mutation = z.infer<typeof mutationSchema>;

export const VERDICT_STATUSES = ['ok', 'noop', 'rejected', 'dead'] as const;
export type VerdictStatus = (typeof VERDICT_STATUSES)[number];

/** The server's final, immutable answer to one mutation (I6). */
export interface Verdict {
	uid: string;
	mid: number;
	status: VerdictStatus;
	/** The rejection or note of `rejected`, `noop`, `dead`; null on ok. */
	rejection: Rejection | null;
	/** Notes that go with `ok` (`label_removed`, …). */
	notes: Rejection[];
	/** `causedBy`: uid of the refused mutation that it stood on; `duplicateOf`: where the uid was decided before. */
	detail: { causedBy?: string; duplicateOf?: { replicaId: string; mid: number } };
	assigned: { reference?: string; temporaryReference?: string; trackingToken?: string };
	serverTime: string;
	/** Its place among all verdicts of this server. Absent from an older server. */
	seq?: number;
}

export const helloInput = z.object({
	replicaId: id,
	lastLmid: count,
	cookie: count.nullable(),
	schema: z.number().int().positive(),
	protocol: z.number().int().positive(),
	appVersion: z.string().max(40),
	warehouseId: id.nullable(),
	queueDepth: count,
	/** ISO, the device's clock: the answer's `serverNow` gives the offset. */
	clientNow: z.string().max(30),
	leases: z.array(z.object({ from: count, until: count, nextFree: count })).max(50),
	/** When the oldest mutation that is not decided was made, by the server's clock as the phone knew it then. Null: none waits. */
	oldestUnsentAt: z.string().max(30).nullable().optional(),
	/** Refusals that nobody on the phone has dealt with. */
	refused: count.optional(),
	/** When its rows last differed from the server's, ISO. */
	mismatchAt: z.string().max(30).optional(),
	/** What the browser says of this origin's storage. */
	storage: z.object({ persisted: z.boolean(), freeBytes: z.number().nonnegative().nullable() }).optional(),
	/** Its database has never held anything of this server's. Older phones do not say; then it is a `cookie` of null. */
	isNew: z.boolean().optional(),
	/** A database that this browser had before is gone, with so many mutations that had no verdict. */
	lostScans: count.optional(),
	/** The epoch that this phone told last what it remembers; null: none. Of two copies of a profile, one may have, the other not. */
	healedEpoch: id.nullable().optional()
});
export type HelloInput = z.infer<typeof helloInput>;

export interface HelloOutput {
	epoch: string;
	lmid: number;
	headSeq: number;
	floorSeq: number;
	schemaMin: number;
	schemaCurrent: number;
	serverNow: string;
	durableLmid: number;
	/** All carton number ranges that this replica holds, both ends inclusive. Repeatable (R5, I32). */
	leases: { from: number; until: number }[];
	/** Null while the installation has no warehouse. */
	warehouseId: string | null;
	siteTimeZone: string;
	/**
	 * This server was restored, and may have lost what it decided since then (ISO): the phone tells what it remembers of it
	 * (`protocol/healing.ts`). Absent: it has, or there is nothing to tell.
	 */
	healFrom?: string;
	/**
	 * Who may take this device over by badge and PIN now, and which of their PINs: whom it does not name, or names with another
	 * one, the phone forgets. Absent from an older server.
	 */
	badgeSignIns?: { personId: string; pinGeneration: number }[];
	/** This device came back without what it had queued, and no admin has seen that yet. */
	lost?: { scans: number; at: string };
}

/** Somebody takes over a phone: badge scanned, PIN typed. */
export const switchInput = z.object({
	badgeCode: z.string().trim().min(1).max(80),
	pin: z.string().regex(/^\d{4,8}$/)
});
export type SwitchInput = z.infer<typeof switchInput>;

export type SwitchOutput =
	| {
			kind: 'ok';
			operator: { personId: string; name: string; structure: string; role: Role };
			/** The end of the shift, ISO: then the PIN is asked for again. */
			until: string;
			/** Counts the person's PINs: what a phone remembers of a former one is void. */
			pinGeneration: number;
			serverNow: string;
	  }
	/** Unknown badge, no PIN, or the wrong one: all alike. */
	| { kind: 'wrong' }
	/** Right, but the account is deactivated. */
	| { kind: 'inactive' }
	| { kind: 'wait'; seconds: number };

export const pushInput = z.object({
	epoch: z.string().max(80),
	replicaId: id,
	mutations: z.array(mutationSchema).min(1).max(MAX_PUSH_MUTATIONS)
});
export type PushInput = z.infer<typeof pushInput>;

export interface PushOutput {
	lmid: number;
	results: Verdict[];
	headSeq: number;
	durableLmid: number;
	retryAfterMs?: number;
}

export const pullInput = z.object({
	epoch: z.string().max(80),
	replicaId: id,
	cookie: count,
	/** Verdicts up to this mid are known on the phone and need not be sent again. */
	ackResultsThrough: count,
	limit: z.number().int().positive().max(MAX_PULL_ROWS),
	schema: z.number().int().positive(),
	/** Refusals that this phone handed to the office and does not know to be settled (§11). */
	handed: z.array(id).max(MAX_HANDED).optional()
});
export type PullInput = z.infer<typeof pullInput>;

/** One row of the feed: its new content, or that it left this replica's scope. */
export type Patch =
	| { op: 'put'; table: SyncedTable; id: string; version: number; hash: number; row: AnyRow }
	| { op: 'gone'; table: SyncedTable; id: string };

/** [§11] What the office did about a refusal that was handed to it. */
export interface Settlement {
	refusalId: string;
	by: string;
	/** ISO. */
	at: string;
	note: string;
}

export type PullOutput =
	| {
			kind: 'page';
			cookie: number;
			lmid: number;
			results: Verdict[];
			patch: Patch[];
			more: boolean;
			headSeq: number;
			durableLmid: number;
			/** Of the refusals that were asked about, those that the office has settled; with the last page. */
			settlements?: Settlement[];
			/** A maintenance that is planned, or during which nothing is decided. Absent: none, or an older server. */
			maintenance?: MaintenanceWindow;
	  }
	| { kind: 'reset'; reason: 'epoch' | 'floor' | 'scope' | 'schema' };

export const digestInput = z.object({ epoch: z.string().max(80), replicaId: id, cookie: count });
export type DigestInput = z.infer<typeof digestInput>;
/** Per table: how many rows the scope has and the sum of their row digests modulo 2^52 (`canonical.ts`). */
export type TableDigests = Partial<Record<SyncedTable, { count: number; sum: number }>>;
export type DigestOutput = { kind: 'moved' } | { kind: 'digest'; tables: TableDigests };

/** Transport refusals: nothing was decided, the phone keeps everything. Sent as the tRPC error's `data.escale`. */
export const TRANSPORT_REFUSALS = [
	'device_unknown',
	'device_revoked',
	'epoch',
	'gap',
	'mid_taken',
	'replica_ahead',
	'healing',
	'upgrade_required',
	'too_many_requests',
	'newer_client',
	'busy',
	'storage_full',
	'malformed',
	'too_large'
] as const;
export type TransportRefusal = (typeof TRANSPORT_REFUSALS)[number];

/** The snapshot file: NDJSON, gzip. First line a header, then one line a row, last line a trailer. */
export interface SnapshotHeader {
	escale: 'snapshot';
	name: string;
	epoch: string;
	seq: number;
	scope: string;
	schema: number;
	rows: number;
}
/** `[table, version, hash, row]`: compact, since ten thousand of them are parsed on a phone. */
export type SnapshotLine = [SyncedTable, number, number, AnyRow];
export interface SnapshotTrailer {
	end: true;
	tables: TableDigests;
}

export const isSyncedTable = (name: string): name is SyncedTable => (SYNCED_TABLES as readonly string[]).includes(name);
