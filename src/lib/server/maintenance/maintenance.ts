/**
 * [operations, Jobs and maintenance] The one maintenance window and the last incident note, kept in the database so that they
 * survive a restart. While it is on, the desk only reads and phones keep queueing.
 */
import { maintenanceState, type MaintenanceState, type MaintenanceWindow } from '#lib/domain/maintenance.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';

/** When nobody said until when, whoever is refused asks again after this. */
const UNKNOWN_END_MS = 300_000;
const LEAST_WAIT_MS = 5_000;
/** A phone asks again this often, so that its queue is sent soon after the end. */
const PHONE_WAIT_MS = 30_000;

export interface IncidentNote {
	text: string;
	/** ISO. */
	at: string;
}

interface Kept {
	window: MaintenanceWindow | null;
	note: IncidentNote | null;
}

export class Maintenance {
	readonly #store: Pick<Store, 'read'>;
	readonly #clock: () => Date;
	#kept: Kept | null = null;

	constructor(store: Pick<Store, 'read'>, clock: () => Date) {
		this.#store = store;
		this.#clock = clock;
	}

	/** Planned or on; null when there is none, or it is over. */
	get window(): MaintenanceWindow | null {
		const { window } = (this.#kept ??= this.#store.read(readKept));
		return maintenanceState(window, this.#clock().getTime()) === 'none' ? null : window;
	}

	get note(): IncidentNote | null {
		return (this.#kept ??= this.#store.read(readKept)).note;
	}

	get state(): MaintenanceState {
		return maintenanceState(this.window, this.#clock().getTime());
	}

	/** How long whoever is refused had better wait, in milliseconds. */
	waitMs(who: 'person' | 'phone'): number {
		const until = this.window?.until ?? null;
		const left = until === null ? UNKNOWN_END_MS : Date.parse(until) - this.#clock().getTime();
		return Math.max(LEAST_WAIT_MS, who === 'phone' ? Math.min(left, PHONE_WAIT_MS) : left);
	}

	/** After a write of its row: the next question reads it anew. */
	changed(): void {
		this.#kept = null;
	}
}

function readKept(db: Database): Kept {
	const row = sql<{ from: string | null; until: string | null; message: string; note: string; notedAt: string | null }>(
		db,
		`SELECT from_at AS "from", until_at AS "until", message, note, noted_at AS notedAt FROM maintenance WHERE id = 1`
	).get();
	if (row === undefined) return { window: null, note: null };
	const { from, until, message, note, notedAt } = row;
	return {
		window: from === null ? null : { from, until, message },
		note: notedAt === null || note === '' ? null : { text: note, at: notedAt }
	};
}

/** Part of the caller's write. Null: there is none any more. */
export function writeWindow(db: Database, window: MaintenanceWindow | null): void {
	sql(
		db,
		`INSERT INTO maintenance (id, from_at, until_at, message) VALUES (1, ?, ?, ?)
		 ON CONFLICT (id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, message = excluded.message`
	).run(window?.from ?? null, window?.until ?? null, window?.message ?? '');
}

/** Part of the caller's write. */
export function writeNote(db: Database, text: string, at: string): void {
	sql(
		db,
		`INSERT INTO maintenance (id, note, noted_at) VALUES (1, ?, ?)
		 ON CONFLICT (id) DO UPDATE SET note = excluded.note, noted_at = excluded.noted_at`
	).run(text, at);
}
