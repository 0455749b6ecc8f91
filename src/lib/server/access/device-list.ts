/**
 * The list of devices as admins see it: those with trouble first, then the last seen, with who works on them and what they said of
 * themselves.
 */
import { browserName } from '#lib/domain/browser-name.ts';
import {
	ALL_TROUBLES,
	compareTroubles,
	troublesOf,
	type DeviceFacts,
	type DeviceTrouble
} from '#lib/domain/device-trouble.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber, searchText } from '#lib/server/desk/board-query.ts';
import { contains } from '#lib/server/desk/text-search.ts';

const PAGE_ROWS = 50;
const STATES = ['active', 'inactive', 'all'] as const;

export interface DeviceQuery {
	search: string;
	/** `inactive`: revoked. */
	state: (typeof STATES)[number];
	/** Only those with some trouble, or with this one. */
	trouble: DeviceTrouble | 'any' | null;
	page: number;
}

export interface DeviceRow extends DeviceFacts {
	id: string;
	/** What an admin called it, else its browser. */
	name: string;
	browser: string;
	isNamed: boolean;
	createdAt: string;
	revokedAt: string | null;
	revokedReason: string | null;
	/** When it said that it has nothing of ours any more. */
	clearedAt: string | null;
	/** Whose cartons it holds; null: it never synced. */
	warehouse: string | null;
	/** Who may act on it, by name. */
	people: string[];
	/** The most serious first. */
	troubles: DeviceTrouble[];
}

export const deviceQuery = (params: URLSearchParams): DeviceQuery => ({
	search: searchText(params),
	state: STATES.find((state) => state === params.get('state')) ?? 'active',
	trouble: (['any', ...ALL_TROUBLES] as const).find((trouble) => trouble === params.get('trouble')) ?? null,
	page: pageNumber(params)
});

type Fetched = Omit<
	DeviceRow,
	'name' | 'browser' | 'isNamed' | 'revoked' | 'people' | 'persisted' | 'troubles' | keyof typeof COUNTS
> &
	Record<keyof typeof COUNTS, bigint | null> & {
		name: string | null;
		label: string;
		status: string;
		people: string;
		persisted: bigint | null;
	};

/** The driver gives whole numbers as bigints. */
const COUNTS = { reportedQueue: 0, refused: 0, clockLate: null, freeMb: null, lostScans: 0, salvaged: 0 };

const COLUMNS = Prisma.sql`d.id, d.name, d.label, d.status, d.created_at AS "createdAt", d.last_seen_at AS "lastSeenAt",
	d.revoked_at AS "revokedAt", d.revoked_reason AS "revokedReason", d.cleared_at AS "clearedAt",
	d.lost_scans AS "lostScans", d.lost_at AS "lostAt", d.unconfirmed_at AS "unconfirmedAt", coalesce(r.app_version, '') AS "appVersion", w.name AS warehouse,
	(SELECT coalesce(sum(reported_queue), 0) FROM replica q WHERE q.device_id = d.id) AS "reportedQueue",
	r.oldest_unsent AS "oldestUnsentAt", coalesce(r.refused, 0) AS refused, r.clock_late AS "clockLate", r.persisted,
	r.storage_free AS "freeMb", r.mismatch_at AS "mismatchAt",
	(SELECT json_group_array(name) FROM (SELECT DISTINCT p.name FROM device_grant g JOIN person p ON p.id = g.person_id
	  WHERE g.device_id = d.id AND (g.ended_at IS NULL OR g.ended_at = d.revoked_at) ORDER BY p.name)) AS people,
	(SELECT count(*) FROM salvaged_mutation s WHERE s.device_id = d.id AND s.settlement IS NULL) AS salvaged`;

/** With the replica that was seen last. */
const DEVICES = Prisma.sql`device d
	LEFT JOIN replica r ON r.id = (SELECT id FROM replica WHERE device_id = d.id ORDER BY last_seen_at DESC, id DESC LIMIT 1)
	LEFT JOIN warehouse w ON w.id = r.warehouse_id`;

/** What trouble is measured by: the server's time, and the release that it gives out (null: not known). */
export interface SeenAt {
	now: Date;
	release: string | null;
}

const rowAt =
	({ now, release }: SeenAt) =>
	({ name, label, status, people, persisted, ...row }: Fetched): DeviceRow => {
		const browser = browserName(label);
		const counts = Object.fromEntries(
			Object.entries(COUNTS).map(([key, absent]) => {
				const count = row[key as keyof typeof COUNTS];
				return [key, count === null ? absent : Number(count)];
			})
		) as Pick<DeviceRow, keyof typeof COUNTS>;
		const device = {
			...row,
			...counts,
			name: name ?? browser,
			browser,
			isNamed: name !== null,
			revoked: status !== 'active',
			people: JSON.parse(people) as string[],
			persisted: persisted === null ? null : Number(persisted) === 1
		};
		return { ...device, troubles: troublesOf(device, { now: now.getTime(), release }) };
	};

/** There are as many devices as people can hold in their hands: all are read, since trouble is a rule and no column. */
export async function readDevices(reader: PrismaClient, { search, state, trouble, page }: DeviceQuery, seen: SeenAt) {
	const conditions = [Prisma.sql`TRUE`];
	if (state !== 'all') conditions.push(Prisma.sql`(d.status = 'active') = ${state === 'active' ? 1 : 0}`);
	if (search !== '')
		conditions.push(
			Prisma.sql`(${contains(search, [`coalesce(d.name, '')`, 'd.label', 'd.id'])} OR EXISTS (
			 SELECT 1 FROM device_grant g JOIN person p ON p.id = g.person_id WHERE g.device_id = d.id AND ${contains(search, ['p.name'])}))`
		);
	const where = Prisma.join(conditions, ' AND ');
	const fetched = await reader.$queryRaw<Fetched[]>`
		SELECT ${COLUMNS} FROM ${DEVICES} WHERE ${where} ORDER BY d.last_seen_at DESC, d.id`;
	const all = fetched.map(rowAt(seen));
	const wanted = all
		.filter(
			({ troubles }) => trouble === null || (trouble === 'any' ? troubles.length > 0 : troubles.includes(trouble))
		)
		.sort((a, b) => compareTroubles(a.troubles, b.troubles));
	const total = wanted.length;
	return {
		rows: wanted.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS),
		total,
		troubled: all.filter(({ troubles }) => troubles.length > 0).length,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS))
	};
}

/** Null: there is none. */
export async function readDevice(reader: PrismaClient, id: string, seen: SeenAt): Promise<DeviceRow | null> {
	const [row] = await reader.$queryRaw<Fetched[]>`SELECT ${COLUMNS} FROM ${DEVICES} WHERE d.id = ${id}`;
	return row ? rowAt(seen)(row) : null;
}

/** Those that this person may act on, the last seen first. */
export async function readDevicesOf(reader: PrismaClient, personId: string, seen: SeenAt): Promise<DeviceRow[]> {
	const rows = await reader.$queryRaw<Fetched[]>`
		SELECT ${COLUMNS} FROM ${DEVICES} WHERE d.id IN (SELECT device_id FROM device_grant WHERE person_id = ${personId})
		ORDER BY d.last_seen_at DESC LIMIT 50`;
	return rows.map(rowAt(seen));
}
