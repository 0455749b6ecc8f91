/** What an open board is told when its rows change: which rows in which order, and those among them that are new or other. */
import { z } from 'zod';

/** `Row` is the board's own; the stream is of our own server, so rows are not looked into. */
export interface BoardNews<Row> {
	/** When the server read it, ISO. */
	now: string;
	/** Of all pages. */
	total: number;
	cartons: number;
	/** B4 */
	late: number;
	pages: number;
	/** The page's rows in order. */
	ids: string[];
	/** Those that the stream has not told as they are. */
	rows: Row[];
}

/** How a board asks for it: `kind=desk` with `board`, the board's own address parameters, and the language of its sentences. */
export const boardStreamQuery = z.object({
	kind: z.literal('desk'),
	board: z.string().max(2_000),
	locale: z.enum(['fr', 'en'])
});

/** A board's page as the stream has told it so far. */
export type ToldBoard<Row> = Omit<BoardNews<Row>, 'ids'>;

/** The page after these news. `before`: null for the first, which has all rows. */
export function boardAfter<Row extends { id: string }>(
	before: ToldBoard<Row> | null,
	{ ids, rows, ...page }: BoardNews<Row>
): ToldBoard<Row> {
	const known = new Map([...(before?.rows ?? []), ...rows].map((row) => [row.id, row]));
	return { ...page, rows: ids.flatMap((id) => known.get(id) ?? []) };
}

/** The address of the stream that tells it. */
export const boardStream = (search: string, locale: 'fr' | 'en'): string =>
	`/api/sync/events?${new URLSearchParams({ kind: 'desk', board: search, locale })}`;
