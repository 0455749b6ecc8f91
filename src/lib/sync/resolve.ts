/**
 * [R4] What a scanned text means on this phone: the rule book says which lookups to make, this makes them in the live
 * set, in one read transaction.
 */
import { codeUsability, normalizeCode } from '#lib/domain/codes.ts';
import { chooseMeaning, meaningsOf, type CodeQuestion, type Lookup } from '#lib/domain/meanings.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { SyncedTable } from '#lib/domain/rows.ts';
import type { Meaning, Resolution } from './client.ts';
import type { ReplicaStore, Tx } from './ports.ts';
import { viewStore, type StoredRow, type TableSet } from './records.ts';
import { readState } from './state.ts';
import { CODED_TABLES, type CodedTable } from './views.ts';

const TABLE_OF: Record<Lookup['kind'], CodedTable> = {
	carton: 'cartons',
	shipment: 'shipments',
	location: 'locations',
	person: 'people',
	product: 'products'
};

export async function resolveText(store: ReplicaStore, text: string): Promise<Resolution> {
	const question = meaningsOf(text);
	const stores = CODED_TABLES.flatMap((table) => [viewStore('a', table), viewStore('b', table)]);
	return store.transaction('read', ['meta', ...stores], async (tx) => {
		const { replica, set } = await readState(tx);
		const choice = chooseMeaning(await hits(tx, set.live, question));
		if (choice.kind === 'one') return { kind: 'one', meaning: choice.meaning };
		if (choice.kind === 'several') return { kind: 'several', meanings: choice.meanings };
		const { code } = question;
		if (question.wrongCheck)
			return { kind: 'unknown', code, creatable: false, refusal: refuse('check_character_wrong', { code }) };
		const unusable = codeUsability(text, null, replica.leases);
		return {
			kind: 'unknown',
			code,
			creatable: unusable === null,
			refusal: unusable ?? refuse('unknown_code', { code })
		};
	});
}

/** Each thing found once, in the order of the lookups. */
async function hits(tx: Tx, live: TableSet, question: CodeQuestion): Promise<Meaning[]> {
	const found = await Promise.all(
		question.lookups.map(async (lookup) => {
			const table = TABLE_OF[lookup.kind];
			const rows = await tx.find(viewStore(live, table), 'codes', [
				lookup.by === 'token' ? lookup.value : normalizeCode(lookup.value)
			]);
			return rows.map((stored) => ({ table, stored }));
		})
	);
	const seen = new Set<string>();
	const meanings: Meaning[] = [];
	for (const { table, stored } of found.flat()) {
		if (seen.has(stored.id)) continue;
		seen.add(stored.id);
		meanings.push(meaningOf(table, stored as StoredRow, question));
	}
	return meanings;
}

function meaningOf(table: CodedTable, { row }: StoredRow, question: CodeQuestion): Meaning {
	const as = <T extends SyncedTable>() => row as StoredRow<T>['row'];
	switch (table) {
		case 'cartons':
			return { kind: 'carton', carton: as<'cartons'>() };
		case 'shipments':
			return { kind: 'shipment', shipment: as<'shipments'>() };
		case 'locations':
			return { kind: 'location', id: row.id, code: as<'locations'>().code };
		case 'people':
			return { kind: 'person', person: as<'people'>() };
		case 'products': {
			const { lotCode, expiresOn, quantity } = question;
			return { kind: 'product', product: as<'products'>(), lotCode, expiresOn, quantity };
		}
	}
}
