/**
 * A live list that does not jump under the pointer: rows change in place at once; a change of order or membership waits
 * while somebody points at the list or has the focus in it, and is counted until then. Knows no row's content.
 */

export interface Listed {
	id: string;
}

/** `key` names what is listed (filters, page): another key is another list, shown at once. */
export interface Listing<Row extends Listed> {
	key: string;
	rows: readonly Row[];
}

export class SteadyRows<Row extends Listed> {
	readonly #source: () => Listing<Row>;
	#pointed = $state(false);
	#focused = $state(false);
	/** Raised by `show`, so that what is shown is derived anew. */
	#shows = $state(0);
	/** What is on the screen now: the memory of the derivation, not a state of its own. */
	#onScreen: Listing<Row>;

	readonly #view = $derived.by(() => {
		void this.#shows;
		const next = this.#source();
		const held = (this.#pointed || this.#focused) && next.key === this.#onScreen.key;
		const news = held ? countNews(this.#onScreen.rows, next.rows) : 0;
		this.#onScreen = news === 0 ? next : { key: next.key, rows: inPlace(this.#onScreen.rows, next.rows) };
		return { rows: this.#onScreen.rows, news, listed: new Set(next.rows.map((row) => row.id)) };
	});

	constructor(source: () => Listing<Row>) {
		this.#source = source;
		this.#onScreen = source();
	}

	get rows(): readonly Row[] {
		return this.#view.rows;
	}

	/** How many rows would enter, leave or move. 0: what is shown is what is. */
	get news(): number {
		return this.#view.news;
	}

	/** Is this row, still shown, no longer on the list? */
	hasLeft(id: string): boolean {
		return !this.#view.listed.has(id);
	}

	point(inside: boolean): void {
		this.#pointed = inside;
	}

	focus(inside: boolean): void {
		this.#focused = inside;
	}

	/** A person asked for the news. */
	show(): void {
		this.#onScreen = this.#source();
		this.#shows++;
	}
}

/** The rows on the screen, in their order, each with its newest content where it has one. */
function inPlace<Row extends Listed>(shown: readonly Row[], next: readonly Row[]): Row[] {
	const newest = new Map(next.map((row) => [row.id, row]));
	return shown.map((row) => newest.get(row.id) ?? row);
}

/** A full page that gains a row at its head loses one at its foot: that is one piece of news, not two. */
function countNews(shown: readonly Listed[], next: readonly Listed[]): number {
	const before = new Set(shown.map((row) => row.id));
	const after = new Map(next.map((row, index) => [row.id, index]));
	const entered = next.filter((row) => !before.has(row.id)).length;
	const stayed = shown.flatMap((row) => after.get(row.id) ?? []);
	const left = shown.length - stayed.length;
	return Math.max(entered, left) + stayed.length - longestRising(stayed);
}

/** How many could stay where they are: the length of the longest rising subsequence. */
function longestRising(positions: readonly number[]): number {
	const tails: number[] = [];
	for (const position of positions) {
		const at = tails.findIndex((tail) => tail >= position);
		if (at === -1) tails.push(position);
		else tails[at] = position;
	}
	return tails.length;
}
