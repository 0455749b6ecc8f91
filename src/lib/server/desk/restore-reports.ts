/** What the desk reads after a restore: each report with what phones brought back since, and names for its ids (sync §6). */
import { browserName } from '#lib/domain/browser-name.ts';
import type { Undone } from '#lib/server/backup/undone.ts';
import {
	devicesAwaited,
	healingNow,
	isWhole,
	readReports,
	type RestoreReport
} from '#lib/server/sync/restore-report.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** Decisions by what became of them. */
export interface BroughtBack {
	/** That the replaced database had and this one did not; null: not known. */
	lost: number | null;
	applied: number;
	recorded: number;
	refused: number;
	/** Told, and not decided yet. */
	waiting: number;
	/** No phone has told them; null: nobody knows how many were lost. */
	unknown: number | null;
	/** Phones that told something. */
	phones: number;
}

export interface ShownUndone extends Undone {
	name: string;
	/** Null: it is not in this database either. */
	href: string | null;
	/** Somebody has done it again since. */
	again: boolean;
}

export interface ShownReport extends Omit<RestoreReport, 'detail'> {
	detail: Omit<RestoreReport['detail'], 'undone'>;
	undone: ShownUndone[];
	/** Undone ones that are not shown. */
	undoneMore: number;
	brought: BroughtBack;
	awaited: { id: string; name: string; lastSeenAt: string }[];
}

const MOST_UNDONE = 200;

/** Newest first. */
export const readRestores = (db: Database): ShownReport[] => readReports(db).map((report) => shown(db, report));

function shown(db: Database, { detail, ...report }: RestoreReport): ShownReport {
	const { undone: ids, ...told } = detail;
	const undone = ids.filter(isUndone);
	return {
		...report,
		healedBy: personName(db, report.healedBy),
		seenBy: personName(db, report.seenBy),
		detail: told,
		undone: undone.slice(0, MOST_UNDONE).map((each) => shownUndone(db, each)),
		undoneMore: ids.length - Math.min(undone.length, MOST_UNDONE),
		brought: broughtBack(db, { ...report, detail }),
		awaited: report.healedAt === null ? devicesAwaited(db, report.epoch) : []
	};
}

function broughtBack(db: Database, { epoch, kind, detail }: RestoreReport): BroughtBack {
	const rows = sql<{ outcome: string; n: number }>(
		db,
		`SELECT coalesce(outcome, 'waiting') AS outcome, count(*) AS n FROM heal_claim WHERE epoch = ? GROUP BY outcome`
	).all(epoch);
	const told = rows.reduce((sum, { n }) => sum + n, 0);
	const count = (...wanted: string[]) =>
		rows.filter(({ outcome }) => wanted.includes(outcome)).reduce((sum, { n }) => sum + n, 0);
	const phones =
		sql<{ n: number }>(db, `SELECT count(DISTINCT device_id) AS n FROM heal_claim WHERE epoch = ?`).get(epoch)?.n ?? 0;
	// A replaced database that could not be read, or was gone, told nothing of what it had.
	const lost = detail.lostMutations;
	const isKnown = kind === 'restored' && lost >= told && (lost > 0 || isWhole(detail));
	return {
		lost: isKnown ? lost : null,
		// Pushed again meanwhile: it is there, too.
		applied: count('applied', 'known'),
		recorded: count('recorded'),
		refused: count('refused'),
		waiting: count('waiting'),
		unknown: isKnown ? lost - told : null,
		phones
	};
}

type Kind = 'device' | 'person' | 'key' | 'shipment';
const KINDS: Record<Kind, { name: string; href: (id: string) => string }> = {
	device: { name: `SELECT name, label FROM device WHERE id = ?`, href: (id) => `/admin/devices/${id}` },
	person: { name: `SELECT name, '' AS label FROM person WHERE id = ?`, href: (id) => `/admin/users/${id}` },
	key: { name: `SELECT name, '' AS label FROM api_key WHERE id = ?`, href: () => '/admin/integrations' },
	shipment: {
		name: `SELECT coalesce(reference, temporary_reference) AS name, '' AS label FROM shipment WHERE id = ?`,
		href: (id) => `/shipments/${id}`
	}
};

/** Whose it is, and how one sees that it was done again; null: one does not. */
const UNDONE: Record<Undone['what'], { kind: Kind; again: string | null }> = {
	device_revoked: { kind: 'device', again: `SELECT 1 FROM device WHERE id = ? AND status = 'revoked'` },
	account_deactivated: { kind: 'person', again: `SELECT 1 FROM account WHERE person_id = ? AND active = 0` },
	api_key_revoked: { kind: 'key', again: `SELECT 1 FROM api_key WHERE id = ? AND revoked_at IS NOT NULL` },
	account_demoted: { kind: 'person', again: null },
	grant_ended: { kind: 'device', again: null },
	link_renewed: { kind: 'shipment', again: null },
	case_closed: { kind: 'shipment', again: `SELECT 1 FROM shipment WHERE id = ? AND closed_at IS NOT NULL` },
	shipment_archived: { kind: 'shipment', again: `SELECT 1 FROM shipment WHERE id = ? AND archived_at IS NOT NULL` }
};

/** A newer release may have known of more. */
const isUndone = (each: { what: string; id: string }): each is Undone => Object.hasOwn(UNDONE, each.what);

function shownUndone(db: Database, { what, id }: Undone): ShownUndone {
	const { kind, again } = UNDONE[what];
	const { name, href } = KINDS[kind];
	const row = sql<{ name: string | null; label: string }>(db, name).get(id);
	return {
		...{ what, id },
		name: row === undefined ? id : (row.name ?? browserName(row.label)),
		href: row === undefined ? null : href(id),
		again: again !== null && sql(db, again).get(id) !== undefined
	};
}

const personName = (db: Database, id: string | null): string | null =>
	id === null ? null : (sql<{ name: string }>(db, `SELECT name FROM person WHERE id = ?`).get(id)?.name ?? id);

/** What an admin is to know on every page of the desk; null: nothing. */
export function restoreNotice(db: Database, now: Date): { asksPhones: boolean } | null {
	const healing = healingNow(db);
	const asksPhones = healing !== null && (healing.until === null || healing.until > now.toISOString());
	const isUnseen = sql(db, `SELECT 1 FROM restore_report WHERE seen_at IS NULL LIMIT 1`).get() !== undefined;
	return asksPhones || isUnseen ? { asksPhones } : null;
}
