/**
 * One text for one row, on every machine, and its 52-bit hash: what makes "phone and server hold the same" a comparison
 * of two numbers (I15). Rows are flat records of strings, integers, booleans, null and lists of such records.
 */
import type { SyncedTable } from '#lib/domain/rows.ts';

/** Printable ASCII without quote and backslash: already NFC, and its own JSON. Most strings of a row are. */
const PLAIN = /^[ !#-[\]-~]*$/;

const jsonString = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.normalize('NFC')));

/** Canonical JSON: keys sorted, absent omitted, integers, strings in NFC. @throws on what JSON or the rule book does not know. */
export function canonicalJson(value: unknown): string {
	if (value === null) return 'null';
	switch (typeof value) {
		case 'string':
			return jsonString(value);
		case 'boolean':
			return value ? 'true' : 'false';
		case 'number':
			if (!Number.isSafeInteger(value)) throw new TypeError(`canonicalJson: not an integer: ${value}`);
			return String(value);
		case 'object':
			return Array.isArray(value)
				? `[${value.map(canonicalJson).join(',')}]`
				: canonicalRecord(value as Record<string, unknown>);
		default:
			throw new TypeError(`canonicalJson: cannot hold a ${typeof value}`);
	}
}

function canonicalRecord(record: Record<string, unknown>): string {
	let fields = '';
	for (const key of Object.keys(record).sort()) {
		const value = record[key];
		if (value === undefined) continue;
		fields += `${fields === '' ? '' : ','}${jsonString(key)}:${canonicalJson(value)}`;
	}
	return `{${fields}}`;
}

const MOD_52 = 2 ** 52;

/** 52-bit non-cryptographic hash of a text (two 32-bit multiplicative lanes, mixed), as a safe integer. */
export function hash52(text: string): number {
	let a = 0xdeadbeef;
	let b = 0x41c6ce57;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		a = Math.imul(a ^ unit, 0x9e3779b1);
		b = Math.imul(b ^ unit, 0x5f356495);
	}
	a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
	b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
	return (b >>> 12) * 2 ** 32 + (a >>> 0);
}

/** The content hash that travels with a row. */
export const contentHash = (row: object): number => hash52(canonicalJson(row));

/** What one row adds to its table's digest: a hash of (table, id, version, content hash). */
export const rowDigest = (table: SyncedTable, id: string, version: number, hash: number): number =>
	hash52(`${table}|${id}|${version}|${hash}`);

/** Sums of digests live modulo 2^52, so that they stay exact integers. */
export const addDigest = (sum: number, digest: number): number => (sum + digest) % MOD_52;
export const subtractDigest = (sum: number, digest: number): number => (sum - digest + MOD_52) % MOD_52;
