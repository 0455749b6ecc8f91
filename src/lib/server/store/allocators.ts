/**
 * The numbers that only the server gives out: final and temporary references, tracking tokens, blocks of carton codes. No
 * number is given out twice (R5): heads are read and raised in the transaction that uses them, and memory keeps none.
 */
import type { Database } from 'better-sqlite3';
import type { Assigned, LeaseRange } from '#lib/domain/decision.ts';
import { finalReference, parseReference, temporaryReference } from '#lib/domain/references.ts';
import type { HelloInput } from '#lib/protocol/envelope.ts';
import type { HighWater } from './high-water.ts';
import { sql } from './sql.ts';

/** Carton numbers in one block, and how many unused ones a phone has at least after it said hello. */
export const LEASE_BLOCK = 200;
export const LEASE_FLOOR = 200;

/** 128 bits: nobody guesses a tracking link. */
const TOKEN_BYTES = 16;

function head(db: Database, name: string, year: number): number {
	const row = sql<{ next: number }>(db, `SELECT next FROM allocator WHERE name = ? AND year = ?`).get(name, year);
	return row?.next ?? 1;
}

function setHead(db: Database, highWater: HighWater, name: string, year: number, next: number): void {
	highWater.cover(name, year, next);
	sql(
		db,
		`INSERT INTO allocator (name, year, next) VALUES (?, ?, ?) ON CONFLICT (name, year) DO UPDATE SET next = excluded.next`
	).run(name, year, next);
}

/** Every head of the database, for the high-water file. */
export function allHeads(db: Database): { name: string; year: number; next: number }[] {
	return sql<{ name: string; year: number; next: number }>(db, `SELECT name, year, next FROM allocator`).all();
}

/** Raises a head; never lowers it. */
export function raiseHead(db: Database, name: string, year: number, next: number): void {
	sql(
		db,
		`INSERT INTO allocator (name, year, next) VALUES (?, ?, ?) ON CONFLICT (name, year) DO UPDATE SET next = max(next, excluded.next)`
	).run(name, year, next);
}

/** [R1] The year in which a reference is counted. */
export function localYear(now: Date, siteTimeZone: string): number {
	let format = yearFormats.get(siteTimeZone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat('en', { timeZone: siteTimeZone, year: 'numeric', calendar: 'gregory' });
		yearFormats.set(siteTimeZone, format);
	}
	return Number(format.format(now));
}
const yearFormats = new Map<string, Intl.DateTimeFormat>();

interface Candidate {
	text: string;
	year: number;
	sequence: number;
}

/**
 * The next numbers of one push, each looked up when a rule first asks for it: most scans ask for none. What a decision used
 * is taken with `take`; what was only looked at is offered again.
 */
export class Numbers {
	readonly #db: Database;
	readonly #localYear: () => number;
	readonly #highWater: HighWater;
	readonly #randomBytes: (size: number) => Uint8Array;
	#final: Candidate | null = null;
	#temporary: Candidate | null = null;
	#token: string | null = null;

	constructor(db: Database, localYear: () => number, highWater: HighWater, randomBytes: (size: number) => Uint8Array) {
		this.#db = db;
		this.#localYear = localYear;
		this.#highWater = highWater;
		this.#randomBytes = randomBytes;
	}

	/** [R1] */
	get finalReference(): string {
		if (this.#final === null) {
			const year = this.#localYear();
			this.#final = this.#next('shipment', year, 'reference', (sequence) => finalReference(year, sequence));
		}
		return this.#final.text;
	}

	/** [R2] */
	get temporaryReference(): string {
		this.#temporary ??= this.#next('temporary', 0, 'temporary_reference', temporaryReference);
		return this.#temporary.text;
	}

	/** [T5] */
	get trackingToken(): string {
		this.#token ??= Buffer.from(this.#randomBytes(TOKEN_BYTES)).toString('base64url');
		return this.#token;
	}

	/** Past what an import or a restore may have brought. */
	#next(name: string, year: number, column: string, text: (sequence: number) => string): Candidate {
		let sequence = head(this.#db, name, year);
		const isTaken = sql(this.#db, `SELECT 1 FROM shipment WHERE ${column} = ?`);
		while (isTaken.get(text(sequence)) !== undefined) sequence++;
		return { text: text(sequence), year, sequence };
	}

	/** What an accepted decision used is never offered again. */
	take(assigned: Assigned): void {
		if (this.#final !== null && assigned.reference === this.#final.text) {
			setHead(this.#db, this.#highWater, 'shipment', this.#final.year, this.#final.sequence + 1);
			this.#final = null;
		}
		if (this.#temporary !== null && assigned.temporaryReference === this.#temporary.text) {
			setHead(this.#db, this.#highWater, 'temporary', 0, this.#temporary.sequence + 1);
			this.#temporary = null;
		}
		if (assigned.trackingToken === this.#token) this.#token = null;
	}
}

/** What was given out before a restore is given out again to the same mutation, where it is well formed and nothing else has it. */
export class GivenNumbers extends Numbers {
	readonly #given: Assigned;
	readonly #db: Database;

	constructor(given: Assigned, ...source: ConstructorParameters<typeof Numbers>) {
		super(...source);
		this.#given = given;
		this.#db = source[0];
	}

	override get finalReference(): string {
		return this.#again('reference', this.#given.reference, isFinal) ?? super.finalReference;
	}

	override get temporaryReference(): string {
		return this.#again('temporary_reference', this.#given.temporaryReference, isTemporary) ?? super.temporaryReference;
	}

	override get trackingToken(): string {
		return this.#again('tracking_token', this.#given.trackingToken, isToken) ?? super.trackingToken;
	}

	/** Null: it is not to be had. */
	#again(column: string, value: string | undefined, isForm: (value: string) => boolean): string | null {
		if (value === undefined || !isForm(value)) return null;
		const isTaken =
			sql(this.#db, `SELECT 1 FROM shipment WHERE ${column} = ?`).get(value) ??
			sql(this.#db, 'SELECT 1 FROM revoked_token WHERE token = ?').get(value);
		return isTaken === undefined ? value : null;
	}
}

const isFinal = (text: string): boolean => parseReference(text)?.kind === 'final';
const isTemporary = (text: string): boolean => parseReference(text)?.kind === 'temporary';
const isToken = (text: string): boolean => /^[\w-]{22}$/.test(text);

/** [R3, R5] Every number below the head: whoever holds one was given it, whatever this database remembers of that. */
export const everyCodeGivenOut = (db: Database): LeaseRange[] => [{ from: 1, until: head(db, 'carton', 0) - 1 }];

/** [R3] Every range that any replica of this device was ever given: a renumbered queue still holds their codes. */
export function leasesOfDevice(db: Database, deviceId: string): LeaseRange[] {
	return sql<LeaseRange>(
		db,
		`SELECT "from", until FROM code_lease WHERE replica_id IN (SELECT id FROM replica WHERE device_id = ?) ORDER BY "from"`
	).all(deviceId);
}

/**
 * Notes how far the phone has used its ranges and tops them up, so that `LEASE_FLOOR` numbers are unused. A range that is
 * used up is not named again: a phone that forgot it must not begin it anew.
 * @returns every range that the phone may still use, however often it asks
 */
export function topUpLeases(
	db: Database,
	highWater: HighWater,
	replicaId: string,
	reported: HelloInput['leases'],
	now: string
): LeaseRange[] {
	const use = sql(
		db,
		`UPDATE code_lease SET next_free = max(next_free, ?) WHERE "from" = ? AND until = ? AND replica_id = ?`
	);
	for (const { from, until, nextFree } of reported) use.run(Math.min(nextFree, until + 1), from, until, replicaId);
	const held = sql<LeaseRange & { nextFree: number }>(
		db,
		`SELECT "from", until, next_free AS nextFree FROM code_lease WHERE replica_id = ? AND next_free <= until ORDER BY "from"`
	).all(replicaId);
	let unused = held.reduce((sum, { until, nextFree }) => sum + until - nextFree + 1, 0);
	while (unused < LEASE_FLOOR) {
		const from = head(db, 'carton', 0);
		const until = from + LEASE_BLOCK - 1;
		setHead(db, highWater, 'carton', 0, until + 1);
		sql(db, `INSERT INTO code_lease ("from", until, replica_id, leased_at, next_free) VALUES (?, ?, ?, ?, ?)`).run(
			from,
			until,
			replicaId,
			now,
			from
		);
		held.push({ from, until, nextFree: from });
		unused += LEASE_BLOCK;
	}
	return held.map(({ from, until }) => ({ from, until }));
}
