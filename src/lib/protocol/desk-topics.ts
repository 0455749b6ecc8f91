/**
 * Which news a desk's page is read anew for. A page that depends on `escale:desk` follows all; one that depends on tables
 * follows these alone, so that a floor at work does not make twenty boards read. Said by the pages' loads, asked by their layout.
 */
import type { SyncedTable } from '#lib/domain/rows.ts';

/** `board`: told by its own stream (protocol/board-news.ts), read anew only where anything may have changed. */
type Topic = SyncedTable | 'refusals' | 'photos' | 'board' | 'maintenance' | 'devices';
type Address = `escale:${Topic}`;

/** What SvelteKit's `depends` takes for a page that shows rows of these tables. */
export const follows = (...tables: readonly Topic[]): Address[] =>
	tables.map((table) => `escale:${table}` satisfies Address);

/** Is what depends on this address to be read again? `touched`: the tables with news; null: anything may have news. */
export function isTouched({ protocol, pathname }: URL, touched: readonly string[] | null): boolean {
	return protocol === 'escale:' && (touched === null || pathname === 'desk' || touched.includes(pathname));
}
