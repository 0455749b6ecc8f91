/** The board's columns: which a person may put away, how wide they are, how each is sorted. The choice is in the address. */

/** The five stops of a shipment's way; `shipped` is the time of `boarding_ok`. */
export const BOARD_STOPS = [
	'planned',
	'boarding_ok',
	'shipped',
	'received_correspondent',
	'received_recipient'
] as const;
export type BoardStop = (typeof BOARD_STOPS)[number];

/** What may be put away; reference and action stay. */
export const BOARD_COLUMNS = ['destination', 'parties', ...BOARD_STOPS] as const;
export type BoardColumn = (typeof BOARD_COLUMNS)[number];

/** `cols=…` for each column that is shown; none of them, or none that there is: all. */
export function shownColumns(params: URLSearchParams): ReadonlySet<BoardColumn> {
	const asked = new Set(params.getAll('cols'));
	const shown = BOARD_COLUMNS.filter((column) => asked.has(column));
	return new Set(shown.length === 0 ? BOARD_COLUMNS : shown);
}

/**
 * The grid that head and rows share. The last column takes what the others leave where the parties are put away.
 * @param onPaper nothing is chosen there, and A4 is narrow
 */
export function boardGrid(shown: ReadonlySet<BoardColumn>, onPaper = false): string {
	const stops = BOARD_STOPS.filter((stop) => shown.has(stop)).length;
	return [
		onPaper ? '' : '28px',
		onPaper ? '100px' : '146px',
		shown.has('destination') ? '72px' : '',
		shown.has('parties') ? 'minmax(150px, 1fr)' : '',
		stops > 0 ? `repeat(${stops}, minmax(66px, 98px))` : '',
		onPaper ? '150px' : shown.has('parties') ? '280px' : 'minmax(280px, 1fr)'
	]
		.filter((width) => width !== '')
		.join(' ');
}

/** The address of a column's sorting: pressed again it turns round. Times and counts begin with the newest and the most. */
export function sortAddress(column: string, now: { sort: string; down: boolean }): string | null {
	const startsDown = !['reference', 'destination', 'shipper', 'recipient'].includes(column);
	const down = now.sort === column ? !now.down : startsDown;
	// How the board opens needs no word.
	return column === 'planned' && down ? null : `${down ? '-' : ''}${column}`;
}
