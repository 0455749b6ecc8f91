/**
 * The tracking board's address: which dossiers, from which week, which page. Everything in it may be typed by hand, so
 * nothing in it can fail; a week that does not exist gives a visible warning and no filter (B1).
 */
import { parseWeek, type IsoWeek } from '#lib/domain/week.ts';

export const BOARD_PAGE_ROWS = 50;

/** What the board can be sorted by; `planned` downwards is how it opens. */
export const BOARD_SORTS = [
	'reference',
	'cartons',
	'destination',
	'shipper',
	'recipient',
	'planned',
	'boarding_ok',
	'received_correspondent',
	'received_recipient'
] as const;
export type BoardSort = (typeof BOARD_SORTS)[number];

export interface BoardQuery {
	week: IsoWeek | null;
	/** B1: what was asked for, when that is no week. */
	invalidWeek: string | null;
	/** B2 */
	closed: 'exclude' | 'all';
	/** B4: only what is late. */
	lateOnly: boolean;
	/** Null: all. One that does not exist has no rows. */
	destinationId: string | null;
	search: string;
	sort: BoardSort;
	down: boolean;
	/** From 1. */
	page: number;
}

/** `sort=cartons` upwards, `sort=-cartons` downwards. */
export function boardQuery(params: URLSearchParams): BoardQuery {
	const sorted = params.get('sort') ?? '';
	const sort = BOARD_SORTS.find((known) => known === sorted.replace(/^-/, ''));
	const asked = params.get('planned_week')?.trim() ?? '';
	const week = asked === '' ? null : parseWeek(asked);
	return {
		week,
		invalidWeek: asked !== '' && week === null ? asked.slice(0, 20) : null,
		closed: params.get('closed') === 'all' ? 'all' : 'exclude',
		lateOnly: params.get('late') === 'only',
		destinationId: destinationId(params),
		search: searchText(params),
		sort: sort ?? 'planned',
		down: sort === undefined || sorted.startsWith('-'),
		page: pageNumber(params)
	};
}

/** Of an address, what may say which rows: all but the row that lies open beside them. */
export function boardRowsSearch(params: URLSearchParams): string {
	const kept = new URLSearchParams(params);
	kept.delete('open');
	return kept.toString().slice(0, 2_000);
}

/** What was typed into the search field, at most 80 characters. */
export const searchText = (params: URLSearchParams): string => (params.get('q') ?? '').trim().slice(0, 80);

export const destinationId = (params: URLSearchParams): string | null =>
	(params.get('destination') ?? '').trim().slice(0, 80) || null;

/** A page that is none is the first. */
export function pageNumber(params: URLSearchParams): number {
	const page = Number(params.get('page') ?? '1');
	return Number.isSafeInteger(page) && page >= 1 && page <= 100_000 ? page : 1;
}
