/**
 * The lists of contacts and of destinations: by name, one page at a time, narrowed by what was typed, role, destination and
 * state. Everything in the address may be typed by hand, so nothing in it can fail. Reads through the read-only client.
 */
import { CONTACT_ROLES, type ContactRole, type ContactRow, type DestinationRow } from '#lib/domain/rows.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber, searchText } from './board-query.ts';
import { contactRow, destinationRow } from './records.ts';
import { contains, foldedColumn } from './text-search.ts';

const PAGE_ROWS = 50;

/** Which contacts: those that can be chosen, those that cannot any more, or both. */
export const STATES = ['active', 'inactive', 'all'] as const;
export type State = (typeof STATES)[number];

export interface ContactQuery {
	search: string;
	/** Null: any. */
	role: ContactRole | null;
	/** A destination's id: who serves it, global contacts included. Null: any. */
	destinationId: string | null;
	state: State;
	page: number;
}

export type DestinationQuery = Pick<ContactQuery, 'search' | 'state' | 'page'>;

export interface Page<Row> {
	rows: Row[];
	/** Of all pages. */
	total: number;
	pages: number;
	/** There is none at all, whatever the filters. */
	isNew: boolean;
}

const stateOf = (params: URLSearchParams): State => STATES.find((state) => state === params.get('state')) ?? 'active';

export const destinationQuery = (params: URLSearchParams): DestinationQuery => ({
	search: searchText(params),
	state: stateOf(params),
	page: pageNumber(params)
});

/** A role that is none shows all. */
export const contactQuery = (params: URLSearchParams): ContactQuery => ({
	...destinationQuery(params),
	role: CONTACT_ROLES.find((role) => role === params.get('role')) ?? null,
	destinationId: params.get('destination') || null
});

const inState = (state: State): Prisma.Sql[] =>
	state === 'all' ? [] : [state === 'active' ? Prisma.sql`t.active` : Prisma.sql`NOT t.active`];

export async function readContacts(reader: PrismaClient, query: ContactQuery): Promise<Page<ContactRow>> {
	const { search, role, destinationId, state } = query;
	const conditions = inState(state);
	if (role !== null) conditions.push(Prisma.sql`EXISTS (SELECT 1 FROM json_each(t.roles) WHERE value = ${role})`);
	if (destinationId !== null)
		conditions.push(
			Prisma.sql`(t.destination_ids = '[]' OR EXISTS (SELECT 1 FROM json_each(t.destination_ids) WHERE value = ${destinationId}))`
		);
	if (search !== '') conditions.push(contains(search, ['t.name', 't.structure']));
	const { ids, ...page } = await readPage(reader, Prisma.sql`contact`, 't.name', conditions, query.page);
	const records = await reader.contact.findMany({ where: { id: { in: ids } } });
	return { ...page, rows: inOrder(ids, records.map(contactRow)) };
}

export async function readDestinations(reader: PrismaClient, query: DestinationQuery): Promise<Page<DestinationRow>> {
	const conditions = inState(query.state);
	if (query.search !== '') conditions.push(contains(query.search, ['t.city', 't.iata', 't.country']));
	const { ids, ...page } = await readPage(reader, Prisma.sql`destination`, 't.city', conditions, query.page);
	const records = await reader.destination.findMany({ where: { id: { in: ids } } });
	return { ...page, rows: inOrder(ids, records.map(destinationRow)) };
}

async function readPage(
	reader: PrismaClient,
	table: Prisma.Sql,
	by: string,
	conditions: Prisma.Sql[],
	page: number
): Promise<Omit<Page<never>, 'rows'> & { ids: string[] }> {
	const where = Prisma.join([Prisma.sql`TRUE`, ...conditions], ' AND ');
	const [counts] = await reader.$queryRaw<[{ total: bigint; everything: bigint }]>`
		SELECT (SELECT count(*) FROM ${table} t WHERE ${where}) AS total, (SELECT count(*) FROM ${table}) AS everything`;
	const listed = await reader.$queryRaw<{ id: string }[]>`
		SELECT t.id AS id FROM ${table} t WHERE ${where}
		ORDER BY ${foldedColumn(by)}, t.id LIMIT ${PAGE_ROWS} OFFSET ${(page - 1) * PAGE_ROWS}`;
	const total = Number(counts.total);
	return {
		ids: listed.map(({ id }) => id),
		total,
		pages: Math.max(1, Math.ceil(total / PAGE_ROWS)),
		isNew: Number(counts.everything) === 0
	};
}

function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.flatMap((id) => byId.get(id) ?? []);
}
