/** [I15] Hashes and digests recomputed from the rows, against what is stored beside them and summed per scope. */
import { groupBy } from '#lib/domain/group-by.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import { isSyncedTable } from '#lib/protocol/envelope.ts';
import { readMany } from '#lib/server/store/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Findings } from './findings.ts';

/** Memberships in memory at once. */
const CHUNK = 2_000;

interface Member {
	scope: string;
	table: string;
	id: string;
	digest: number | null;
}

interface Sum {
	count: number;
	sum: number;
}

export function digestFaults(
	db: Database,
	findings: Findings,
	onPart: (part: string, done?: number, total?: number) => void
): void {
	const sums = new Map<string, Sum>();
	const total = sql<{ n: number }>(db, 'SELECT count(*) AS n FROM in_scope').get()?.n ?? 0;
	let done = 0;
	for (const members of chunksOf(db)) {
		for (const [table, ofTable] of groupBy(members, (member) => member.table)) {
			for (const { scope, digest } of recompute(db, table, ofTable, findings)) {
				const so = sums.get(`${scope} ${table}`) ?? { count: 0, sum: 0 };
				sums.set(`${scope} ${table}`, { count: so.count + 1, sum: addDigest(so.sum, digest) });
			}
		}
		done += members.length;
		onPart('digests', done, total);
	}
	compareSums(db, sums, findings);
}

/** @returns what each member adds by what its row holds now */
function recompute(db: Database, table: string, members: readonly Member[], findings: Findings) {
	if (!isSyncedTable(table)) return [];
	const stored = new Map(
		readMany(
			db,
			table,
			members.map(({ id }) => id)
		).map((one) => [one.row.id, one])
	);
	return members.flatMap(({ scope, id, digest: kept }) => {
		const one = stored.get(id);
		if (one === undefined) {
			findings.add('I15', id, `I15 ${table} ${id} is in ${scope} and does not exist`);
			return [];
		}
		const hash = contentHash(one.row);
		const digest = rowDigest(table, id, one.version, hash);
		if (one.hash !== null && one.hash !== hash)
			findings.add('I15', id, `I15 ${table} ${id} was changed beside its hash`);
		else if (kept !== null && kept !== digest)
			findings.add('I15', id, `I15 ${table} ${id} adds another digest to ${scope} than it should`);
		// What waits to be made anew adds nothing to the sums yet.
		return [{ scope, digest: kept === null ? 0 : digest }];
	});
}

function compareSums(db: Database, sums: Map<string, Sum>, findings: Findings): void {
	const kept = sql<Sum & { key: string }>(
		db,
		`SELECT scope || ' ' || "table" AS key, count, sum FROM digest_sum`
	).all();
	for (const { key, count, sum } of kept) {
		const found = sums.get(key) ?? { count: 0, sum: 0 };
		sums.delete(key);
		if (found.count !== count) findings.add('I15', key, `I15 ${key} counts ${count} rows of ${found.count}`);
		else if (found.sum !== sum) findings.add('I15', key, `I15 ${key} sums to ${sum} where its rows make ${found.sum}`);
	}
	for (const [key, { count }] of sums) findings.add('I15', key, `I15 ${key} has ${count} rows and no sum`);
}

function* chunksOf(db: Database): Generator<Member[]> {
	let last: Member = { scope: '', table: '', id: '', digest: null };
	for (;;) {
		const members = sql<Member>(
			db,
			`SELECT scope, "table", row_id AS id, digest FROM in_scope WHERE ("table", row_id, scope) > (?, ?, ?) ORDER BY "table", row_id, scope LIMIT ${CHUNK}`
		).all(last.table, last.id, last.scope);
		if (members.length === 0) return;
		yield members;
		last = members.at(-1)!;
	}
}
