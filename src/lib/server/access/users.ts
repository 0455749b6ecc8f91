/**
 * The list of accounts as admins see it: by name, one page at a time, narrowed by what was typed, role and state. Everything in
 * the address may be typed by hand, so nothing in it can fail.
 */
import { ROLES, type Role } from '#lib/domain/rows.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber, searchText } from '#lib/server/desk/board-query.ts';
import { contains, foldedColumn } from '#lib/server/desk/text-search.ts';

const PAGE_ROWS = 50;
const STATES = ['active', 'inactive', 'all'] as const;

export interface UserQuery {
	search: string;
	/** Null: any. */
	role: Role | null;
	state: (typeof STATES)[number];
	page: number;
}

export interface UserRow {
	personId: string;
	name: string;
	structure: string;
	login: string;
	role: Role;
	active: boolean;
	/** ISO; null: never signed in since this is noted. */
	lastSeenAt: string | null;
}

/** A role that is none shows all. */
export const userQuery = (params: URLSearchParams): UserQuery => ({
	search: searchText(params),
	role: ROLES.find((role) => role === params.get('role')) ?? null,
	state: STATES.find((state) => state === params.get('state')) ?? 'active',
	page: pageNumber(params)
});

export async function readUsers(reader: PrismaClient, { search, role, state, page }: UserQuery) {
	const conditions = [Prisma.sql`TRUE`];
	if (state === 'active') conditions.push(Prisma.sql`a.active AND p.active`);
	if (state === 'inactive') conditions.push(Prisma.sql`NOT (a.active AND p.active)`);
	if (role !== null) conditions.push(Prisma.sql`a.role = ${role}`);
	if (search !== '') conditions.push(contains(search, ['p.name', 'p.structure', 'a.login']));
	const from = Prisma.sql`account a JOIN person p ON p.id = a.person_id WHERE ${Prisma.join(conditions, ' AND ')}`;
	const [counted] = await reader.$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM ${from}`;
	const rows = await reader.$queryRaw<(Omit<UserRow, 'active'> & { active: bigint })[]>`
		SELECT p.id AS "personId", p.name, p.structure, a.login, a.role, a.active AND p.active AS active, a.last_seen_at AS "lastSeenAt"
		FROM ${from} ORDER BY ${foldedColumn('p.name')}, p.id LIMIT ${PAGE_ROWS} OFFSET ${(page - 1) * PAGE_ROWS}`;
	const total = Number(counted.total);
	return {
		rows: rows.map((row): UserRow => ({ ...row, active: Number(row.active) === 1 })),
		total,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS))
	};
}
