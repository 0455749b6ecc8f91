/**
 * The audit log as admins read it: the newest first, by who, what and when. Everything in the address may be typed by hand, so
 * nothing in it can fail: a day that does not exist narrows nothing.
 */
import { auditActLabel, AUDIT_ACTS, isAuditAct, type AuditAct } from '#lib/domain/audit-acts.ts';
import { browserName } from '#lib/domain/browser-name.ts';
import type { Locale } from '#lib/domain/labels.ts';
import { dayBounds, parseDay } from '#lib/domain/week.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import { pageNumber } from '#lib/server/desk/board-query.ts';
import { siteWallTime, type Sheet } from '#lib/server/export/sheet.ts';

const PAGE_ROWS = 50;
/** What a download holds at most; who needs more narrows the period. */
const MOST_EXPORTED = 100_000;
/** The actor of the command line, in an address. */
export const COMMAND_LINE = 'ops';

export interface AuditQuery {
	/** A person's id, `COMMAND_LINE`, or null: anybody. */
	actor: string | null;
	act: AuditAct | null;
	/** Days of the site, `YYYY-MM-DD`; empty: open. */
	from: string;
	to: string;
	page: number;
}

export interface AuditRow {
	at: string;
	actor: string | null;
	act: string;
	subjectKind: string;
	subjectId: string;
	/** A name where there is one, else the id. */
	subject: string;
	detail: Record<string, string | number | boolean | null>;
}

export const auditActs = (locale: Locale): { id: string; name: string }[] =>
	Object.keys(AUDIT_ACTS).map((act) => ({ id: act, name: auditActLabel(act, locale) }));

export function auditQuery(params: URLSearchParams): AuditQuery {
	const day = (name: string) => parseDay((params.get(name) ?? '').trim()) ?? '';
	const act = params.get('act') ?? '';
	return {
		actor: (params.get('actor') ?? '').slice(0, 80) || null,
		act: isAuditAct(act) ? act : null,
		from: day('from'),
		to: day('to'),
		page: pageNumber(params)
	};
}

function conditionsOf({ actor, act, from, to }: AuditQuery, siteTimeZone: string): Prisma.Sql {
	const conditions = [Prisma.sql`TRUE`];
	if (actor === COMMAND_LINE) conditions.push(Prisma.sql`e.actor_id IS NULL`);
	else if (actor !== null) conditions.push(Prisma.sql`e.actor_id = ${actor}`);
	if (act !== null) conditions.push(Prisma.sql`e.act = ${act}`);
	if (from !== '') conditions.push(Prisma.sql`e.at >= ${dayBounds(from, from, siteTimeZone).from}`);
	if (to !== '') conditions.push(Prisma.sql`e.at < ${dayBounds(to, to, siteTimeZone).until}`);
	return Prisma.join(conditions, ' AND ');
}

interface Fetched extends Omit<AuditRow, 'subject' | 'detail'> {
	detail: string;
	person: string | null;
	device: string | null;
	label: string | null;
}

function rowsOf(reader: PrismaClient, where: Prisma.Sql, limit: number, offset: number): Promise<Fetched[]> {
	return reader.$queryRaw<Fetched[]>`
		SELECT e.at, actor.name AS actor, e.act, e.subject_kind AS "subjectKind", e.subject_id AS "subjectId", e.detail,
		       person.name AS person, device.name AS device, device.label AS label
		FROM audit_event e
		LEFT JOIN person actor ON actor.id = e.actor_id
		LEFT JOIN person ON e.subject_kind = 'person' AND person.id = e.subject_id
		LEFT JOIN device ON e.subject_kind = 'device' AND device.id = e.subject_id
		WHERE ${where} ORDER BY e.at DESC, e.rowid DESC LIMIT ${limit} OFFSET ${offset}`;
}

const toRow = ({ person, device, label, detail, ...row }: Fetched): AuditRow => ({
	...row,
	subject: person ?? device ?? (label === null ? row.subjectId : browserName(label)),
	detail: JSON.parse(detail) as AuditRow['detail']
});

const count = async (reader: PrismaClient, where: Prisma.Sql): Promise<number> => {
	const [counted] = await reader.$queryRaw<
		[{ total: bigint }]
	>`SELECT count(*) AS total FROM audit_event e WHERE ${where}`;
	return Number(counted.total);
};

export async function readAudit(reader: PrismaClient, query: AuditQuery, siteTimeZone: string) {
	const where = conditionsOf(query, siteTimeZone);
	const [total, rows, actors] = await Promise.all([
		count(reader, where),
		rowsOf(reader, where, PAGE_ROWS, (query.page - 1) * PAGE_ROWS),
		reader.$queryRaw<{ id: string; name: string }[]>`
			SELECT id, name FROM person WHERE id IN (SELECT DISTINCT actor_id FROM audit_event) ORDER BY name`
	]);
	return { total, pages: Math.max(1, Math.ceil(total / PAGE_ROWS)), rows: rows.map(toRow), actors };
}

/** What was done to one subject, the newest first. */
export async function readAuditOf(reader: PrismaClient, subjectId: string): Promise<AuditRow[]> {
	return (await rowsOf(reader, Prisma.sql`e.subject_id = ${subjectId}`, 20, 0)).map(toRow);
}

/** `from: operator, to: manager`: ids, codes and numbers as they were recorded. */
export const detailText = (detail: AuditRow['detail']): string =>
	Object.entries(detail)
		.filter(([, value]) => value !== null)
		.map(([name, value]) => `${name}: ${value}`)
		.join(', ');

export async function auditSheet(
	reader: PrismaClient,
	query: AuditQuery,
	siteTimeZone: string,
	now: Date
): Promise<Sheet> {
	const where = conditionsOf(query, siteTimeZone);
	const total = Math.min(await count(reader, where), MOST_EXPORTED);
	const locale = getLocale();
	const text = (name: string, width: number) => ({ name, kind: 'text', width }) as const;
	return {
		title: m.people_audit_title(),
		filters: [
			query.act === null ? '' : auditActLabel(query.act, locale),
			query.from === '' && query.to === '' ? '' : `${query.from} – ${query.to}`
		].filter((word) => word !== ''),
		made: m.lists_export_made({ time: siteWallTime(now.toISOString(), siteTimeZone), zone: siteTimeZone }),
		columns: [
			{ name: m.people_audit_at(), kind: 'time', width: 8 },
			text(m.people_audit_actor(), 12),
			text(m.people_audit_act(), 14),
			text(m.people_audit_subject(), 14),
			text(m.people_audit_subject_id(), 0),
			text(m.people_audit_detail(), 16)
		],
		count: total,
		rows: cells(reader, where, total, locale),
		siteTimeZone,
		locale
	};
}

async function* cells(reader: PrismaClient, where: Prisma.Sql, total: number, locale: Locale) {
	const chunk = 1000;
	for (let offset = 0; offset < total; offset += chunk) {
		for (const row of (await rowsOf(reader, where, Math.min(chunk, total - offset), offset)).map(toRow)) {
			const actor = row.actor ?? m.people_audit_command_line({}, { locale });
			yield [row.at, actor, auditActLabel(row.act, locale), row.subject, row.subjectId, detailText(row.detail)];
		}
	}
}
