/**
 * The list of accounts as admins see it: by name, one page at a time, narrowed by what was typed, role and state. Everything in
 * the address may be typed by hand, so nothing in it can fail.
 */
import { ACCOUNT_ROLES, type AccountRole } from '#lib/domain/people.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber, searchText } from '#lib/server/desk/board-query.ts';
import { contains, foldedColumn } from '#lib/server/desk/text-search.ts';

const PAGE_ROWS = 50;
const DAY_MS = 86_400_000;
/** What the filter offers. */
export const UNSEEN_DAYS = [30, 90, 180, 365] as const;
const STATES = ['active', 'inactive', 'all'] as const;

export interface UserQuery {
	search: string;
	/** Null: any. */
	role: AccountRole | null;
	state: (typeof STATES)[number];
	/** Not seen for so many days, never seen included; null: whenever. */
	unseenDays: number | null;
	page: number;
}

export interface UserRow {
	personId: string;
	name: string;
	structure: string;
	login: string;
	role: AccountRole;
	active: boolean;
	/** ISO; null: never signed in since this is noted. */
	lastSeenAt: string | null;
}

type FetchedUser = Omit<UserRow, 'active'> & { active: bigint };
const toUser = (row: FetchedUser): UserRow => ({ ...row, active: Number(row.active) === 1 });
const COLUMNS = Prisma.sql`SELECT p.id AS "personId", p.name, p.structure, a.login, a.role, a.active AND p.active AS active, a.last_seen_at AS "lastSeenAt"`;

/** A role that is none shows all. */
export const userQuery = (params: URLSearchParams): UserQuery => ({
	search: searchText(params),
	role: ACCOUNT_ROLES.find((role) => role === params.get('role')) ?? null,
	state: STATES.find((state) => state === params.get('state')) ?? 'active',
	unseenDays: UNSEEN_DAYS.find((days) => String(days) === params.get('unseen')) ?? null,
	page: pageNumber(params)
});

export async function readUsers(reader: PrismaClient, { search, role, state, unseenDays, page }: UserQuery, now: Date) {
	const conditions = [Prisma.sql`TRUE`];
	if (state === 'active') conditions.push(Prisma.sql`a.active AND p.active`);
	if (state === 'inactive') conditions.push(Prisma.sql`NOT (a.active AND p.active)`);
	if (unseenDays !== null) {
		const since = new Date(now.getTime() - unseenDays * DAY_MS).toISOString();
		conditions.push(Prisma.sql`coalesce(a.last_seen_at, a.created_at) < ${since}`);
	}
	if (role !== null) conditions.push(Prisma.sql`a.role = ${role}`);
	if (search !== '') conditions.push(contains(search, ['p.name', 'p.structure', 'a.login']));
	const from = Prisma.sql`account a JOIN person p ON p.id = a.person_id WHERE ${Prisma.join(conditions, ' AND ')}`;
	const [counted] = await reader.$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM ${from}`;
	const rows = await reader.$queryRaw<FetchedUser[]>`
		${COLUMNS} FROM ${from} ORDER BY ${foldedColumn('p.name')}, p.id LIMIT ${PAGE_ROWS} OFFSET ${(page - 1) * PAGE_ROWS}`;
	const total = Number(counted.total);
	return {
		rows: rows.map(toUser),
		total,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS))
	};
}

/** Everybody with an account, by login. @param unseenDays only who was not seen for so long; null: all */
export async function readAccounts(reader: PrismaClient, unseenDays: number | null, now: Date): Promise<UserRow[]> {
	const since = unseenDays === null ? null : new Date(now.getTime() - unseenDays * DAY_MS).toISOString();
	const rows = await reader.$queryRaw<FetchedUser[]>`
		${COLUMNS} FROM account a JOIN person p ON p.id = a.person_id
		WHERE ${since} IS NULL OR coalesce(a.last_seen_at, a.created_at) < ${since} ORDER BY a.login`;
	return rows.map(toUser);
}

export interface UserPage extends UserRow {
	email: string | null;
	badgeCode: string | null;
	hasPin: boolean;
	createdAt: string;
	sessions: number;
	/** Of the whole installation: the last one stays. */
	activeAdmins: number;
}

/** Null: no such account. */
export async function readUser(reader: PrismaClient, personId: string): Promise<UserPage | null> {
	const [account, person, sessions, [admins]] = await Promise.all([
		reader.account.findUnique({ where: { personId } }),
		reader.person.findUnique({ where: { id: personId } }),
		reader.session.count({ where: { personId } }),
		reader.$queryRaw<[{ n: bigint }]>`
			SELECT count(*) AS n FROM account a JOIN person p ON p.id = a.person_id WHERE a.role = 'admin' AND a.active AND p.active`
	]);
	if (account === null || person === null) return null;
	const { name, structure, badgeCode } = person;
	const { login, role, email, createdAt, lastSeenAt } = account;
	return {
		...{ personId, name, structure, login, email, badgeCode, createdAt, lastSeenAt, sessions },
		role: role as AccountRole,
		active: account.active && person.active,
		hasPin: account.pinHash !== null,
		activeAdmins: Number(admins.n)
	};
}
