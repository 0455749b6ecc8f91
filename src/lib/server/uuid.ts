/** Ids that the server makes: UUIDv7, sortable by the time of making. */
import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched for many ids at once: asking for each id's own costs more than the rest of a small request. */
const pool = Buffer.alloc(16 * 256);
let used = pool.length;

export function newUuid(now: number = Date.now()): string {
	if (used === pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	const bytes = pool.subarray(used, (used += 16));
	bytes.writeUIntBE(now, 0, 6);
	bytes[6] = (bytes[6]! & 0x0f) | 0x70;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
