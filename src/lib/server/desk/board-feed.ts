/**
 * The open boards: each address, role and language is read once however many look at it, and only what changed is told. A
 * board that asked by itself would cost the server a page for each of them and each step. Reading is kept to a twelfth of a
 * core: the dearer the boards that are open, the longer the rest between two readings.
 */
import { asking } from '#lib/domain/ask.ts';
import type { Role } from '#lib/domain/rows.ts';
import type { BoardNews } from '#lib/protocol/board-news.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { realTimers, type HubTimers } from '#lib/server/sync/poke.ts';
import { boardEntry } from './board-entry.ts';
import { boardQuery, type BoardQuery } from './board-query.ts';
import { readBoard } from './board.ts';
import { sayingIn } from './desk.ts';

export interface BoardAddress {
	/** The board's address parameters. */
	search: string;
	/** What may be done next depends on it. */
	role: Role;
	locale: 'fr' | 'en';
}

type Entry = ReturnType<typeof boardEntry>;
type Tell = (news: BoardNews<Entry>) => void;

interface Board extends Omit<BoardAddress, 'search'> {
	query: BoardQuery;
	followers: Set<Tell>;
	/** What was told last: the row's text by its id, in order. */
	told: Map<string, { text: string; row: Entry }>;
	/** The same of the totals and the order. */
	summary: string;
}

/** Of the time: what reading may take. */
const SHARE = 12;

export class BoardFeed {
	readonly #store: Pick<Store, 'read' | 'events' | 'siteTimeZone'>;
	readonly #clock: () => Date;
	readonly #failed: (error: unknown) => void;
	readonly #timers: Pick<HubTimers, 'now' | 'after'>;
	readonly #boards = new Map<string, Board>();
	#unsubscribe: (() => void) | null = null;
	#restUntil = 0;
	/** Cancels the reading that waits for the end of the rest; null: none waits. */
	#waiting: (() => void) | null = null;

	/** @param failed told of a reading that could not be made */
	constructor(
		store: Pick<Store, 'read' | 'events' | 'siteTimeZone'>,
		clock: () => Date,
		failed: (error: unknown) => void,
		timers: Pick<HubTimers, 'now' | 'after'> = realTimers
	) {
		this.#failed = failed;
		this.#store = store;
		this.#clock = clock;
		this.#timers = timers;
	}

	/** Tells the whole page at once, and from then on what changes. @returns what ends it */
	follow(address: BoardAddress, tell: Tell): () => void {
		const query = boardQuery(new URLSearchParams(address.search));
		const key = JSON.stringify([query, address.role, address.locale]);
		const board = this.#boards.get(key) ?? { ...address, query, followers: new Set(), told: new Map(), summary: '' };
		// The others hear what this reading finds, and this one of everything. One that fails leaves nothing behind.
		const { ids, rows: _changed, ...page } = this.#read(board);
		this.#boards.set(key, board);
		this.#unsubscribe ??= this.#store.events.subscribe({
			...{ scopes: 'all', kind: 'desk' },
			// Whatever moves a row of the board stands on a timeline (T4, D1, K1, S5).
			poke: ({ tables }) => {
				if (tables?.includes('timeline') !== false) this.#readSoon();
			}
		});
		board.followers.add(tell);
		tell({ ...page, ids, rows: [...board.told.values()].map(({ row }) => row) });
		return () => {
			board.followers.delete(tell);
			if (board.followers.size > 0) return;
			this.#boards.delete(key);
			if (this.#boards.size > 0) return;
			this.#unsubscribe?.();
			this.#unsubscribe = null;
			this.#waiting?.();
			this.#waiting = null;
		};
	}

	#readSoon(): void {
		if (this.#waiting !== null) return;
		this.#waiting = this.#timers.after(Math.max(0, this.#restUntil - this.#timers.now()), () => {
			this.#waiting = null;
			const started = this.#timers.now();
			try {
				for (const board of this.#boards.values()) this.#read(board);
			} catch (error) {
				// The next news reads again, and so does each board by itself in five minutes.
				this.#failed(error);
			}
			const ended = this.#timers.now();
			this.#restUntil = ended + (ended - started) * (SHARE - 1);
		});
	}

	/** Reads one board and tells its followers if anything is other than told. */
	#read(board: Board): BoardNews<Entry> {
		const { query, role, locale, followers } = board;
		const { siteTimeZone } = this.#store;
		const now = this.#clock();
		const page = readBoard(this.#store, query, siteTimeZone, now);
		const context = asking({ personId: null, name: '', structure: '', role }, now.toISOString());
		const say = sayingIn(siteTimeZone, locale);
		const entries = page.rows.map((row) => boardEntry(row, context, say));
		const told = new Map(entries.map((row) => [row.id, { text: JSON.stringify(row), row }]));
		const { rows: _rows, ...totals } = page;
		const ids = entries.map(({ id }) => id);
		const summary = JSON.stringify([totals, ids]);
		const rows = [...told].flatMap(([id, { text, row }]) => (board.told.get(id)?.text === text ? [] : [row]));
		const news = { now: now.toISOString(), ...totals, ids, rows };
		if (rows.length > 0 || summary !== board.summary) for (const tell of followers) tell(news);
		Object.assign(board, { told, summary });
		return news;
	}
}
