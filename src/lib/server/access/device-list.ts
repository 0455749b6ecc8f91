/** The list of devices as admins see it: the last seen first, with who works on them and what they said of their queue. */
import { browserName } from '#lib/domain/browser-name.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber, searchText } from '#lib/server/desk/board-query.ts';
import { contains } from '#lib/server/desk/text-search.ts';

const PAGE_ROWS = 50;
const STATES = ['active', 'inactive', 'all'] as const;

export interface DeviceQuery {
	search: string;
	/** `inactive`: revoked. */
	state: (typeof STATES)[number];
	page: number;
}

export interface DeviceRow {
	id: string;
	/** What an admin called it, else its browser. */
	name: string;
	browser: string;
	isNamed: boolean;
	revoked: boolean;
	createdAt: string;
	lastSeenAt: string;
	revokedAt: string | null;
	revokedReason: string | null;
	/** When it said that it has nothing of ours any more. */
	clearedAt: string | null;
	/** Of the replica that was seen last; empty: it never synced. */
	appVersion: string;
	/** What it said to be still to be sent, when it last said hello. */
	reportedQueue: number;
	/** Who may act on it, by name. */
	people: string[];
	/** Salvaged mutations that nobody has looked at. */
	salvaged: number;
}

export const deviceQuery = (params: URLSearchParams): DeviceQuery => ({
	search: searchText(params),
	state: STATES.find((state) => state === params.get('state')) ?? 'active',
	page: pageNumber(params)
});

interface Fetched extends Omit<
	DeviceRow,
	'name' | 'browser' | 'isNamed' | 'revoked' | 'people' | 'reportedQueue' | 'salvaged'
> {
	name: string | null;
	label: string;
	status: string;
	people: string;
	reportedQueue: bigint;
	salvaged: bigint;
}

const COLUMNS = Prisma.sql`d.id, d.name, d.label, d.status, d.created_at AS "createdAt", d.last_seen_at AS "lastSeenAt",
	d.revoked_at AS "revokedAt", d.revoked_reason AS "revokedReason", d.cleared_at AS "clearedAt",
	coalesce((SELECT app_version FROM replica r WHERE r.device_id = d.id ORDER BY last_seen_at DESC LIMIT 1), '') AS "appVersion",
	coalesce((SELECT reported_queue FROM replica r WHERE r.device_id = d.id ORDER BY last_seen_at DESC LIMIT 1), 0) AS "reportedQueue",
	(SELECT json_group_array(name) FROM (SELECT DISTINCT p.name FROM device_grant g JOIN person p ON p.id = g.person_id
	  WHERE g.device_id = d.id AND (g.ended_at IS NULL OR g.ended_at = d.revoked_at) ORDER BY p.name)) AS people,
	(SELECT count(*) FROM salvaged_mutation s WHERE s.device_id = d.id AND s.settlement IS NULL) AS salvaged`;

function toRow({ name, label, status, people, reportedQueue, salvaged, ...row }: Fetched): DeviceRow {
	const browser = browserName(label);
	return {
		...row,
		name: name ?? browser,
		browser,
		isNamed: name !== null,
		revoked: status !== 'active',
		people: JSON.parse(people) as string[],
		reportedQueue: Number(reportedQueue),
		salvaged: Number(salvaged)
	};
}

export async function readDevices(reader: PrismaClient, { search, state, page }: DeviceQuery) {
	const conditions = [Prisma.sql`TRUE`];
	if (state !== 'all') conditions.push(Prisma.sql`(d.status = 'active') = ${state === 'active' ? 1 : 0}`);
	if (search !== '')
		conditions.push(
			Prisma.sql`(${contains(search, [`coalesce(d.name, '')`, 'd.label', 'd.id'])} OR EXISTS (
			 SELECT 1 FROM device_grant g JOIN person p ON p.id = g.person_id WHERE g.device_id = d.id AND ${contains(search, ['p.name'])}))`
		);
	const where = Prisma.join(conditions, ' AND ');
	const [counted] = await reader.$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM device d WHERE ${where}`;
	const rows = await reader.$queryRaw<Fetched[]>`
		SELECT ${COLUMNS} FROM device d WHERE ${where} ORDER BY d.last_seen_at DESC, d.id LIMIT ${PAGE_ROWS} OFFSET ${(page - 1) * PAGE_ROWS}`;
	const total = Number(counted.total);
	return { rows: rows.map(toRow), total, pages: Math.max(1, Math.ceil(total / PAGE_ROWS)) };
}

/** Null: there is none. */
export async function readDevice(reader: PrismaClient, id: string): Promise<DeviceRow | null> {
	const [row] = await reader.$queryRaw<Fetched[]>`SELECT ${COLUMNS} FROM device d WHERE d.id = ${id}`;
	return row ? toRow(row) : null;
}

/** Those that this person may act on, the last seen first. */
export async function readDevicesOf(reader: PrismaClient, personId: string): Promise<DeviceRow[]> {
	const rows = await reader.$queryRaw<Fetched[]>`
		SELECT ${COLUMNS} FROM device d WHERE d.id IN (SELECT device_id FROM device_grant WHERE person_id = ${personId})
		ORDER BY d.last_seen_at DESC LIMIT 50`;
	return rows.map(toRow);
}
