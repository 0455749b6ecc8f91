/**
 * The connection to the phone's IndexedDB. Every scan goes through it, so nothing stands between (docs/decisions/0012); Dexie makes
 * and alters the tables (`database.ts`), and is loaded when they are missing or old. Strict durability and an explicit
 * commit: when a write resolves, it is on disk, and nobody waited for the browser to notice that it had ended.
 */
import { NATIVE_VERSION } from './tables.ts';

/** How often a connection that the browser dropped is opened again for one transaction. */
const MOST_TRIES = 3;

/** This program stepped aside for a newer one, or was stopped: it reads and writes nothing any more. */
export class DatabaseClosed extends Error {
	override readonly name = 'DatabaseClosedError';

	constructor() {
		super('This database was closed.');
	}
}

export class PhoneDatabase {
	/** Being opened, or open. */
	#connection: Promise<IDBDatabase> | null = null;
	#opened: IDBDatabase | null = null;
	#isClosed = false;
	#onOutdated: () => void;

	/** @param onOutdated another tab wants other tables, or none: this connection has been closed for it */
	constructor(
		readonly name: string,
		onOutdated: () => void = () => undefined
	) {
		this.#onOutdated = onOutdated;
	}

	/** @throws when the browser does not let anything be stored */
	async open(): Promise<void> {
		await this.#connected();
	}

	/**
	 * All of `work` or nothing; its promises may only be those of its requests, or the transaction ends under it.
	 * @throws what `work` throws, or why the browser refused: full, aborted, closed
	 */
	async transaction<T>(
		mode: IDBTransactionMode,
		stores: readonly string[],
		work: (transaction: IDBTransaction) => Promise<T>
	): Promise<T> {
		for (let tries = 1; ; tries++) {
			const connection = await this.#connected();
			let transaction: IDBTransaction;
			try {
				transaction = connection.transaction([...stores], mode, { durability: 'strict' });
			} catch (error) {
				// The browser dropped the connection, as some do in the background, and has not said so yet.
				const isLost = error instanceof DOMException && error.name === 'InvalidStateError';
				if (!isLost || this.#isClosed || tries === MOST_TRIES) throw error;
				this.#forget();
				continue;
			}
			return mode === 'readonly' ? work(transaction) : written(transaction, work);
		}
	}

	close(): void {
		this.#isClosed = true;
		this.#opened?.close();
	}

	async delete(): Promise<void> {
		this.close();
		await answered(indexedDB.deleteDatabase(this.name));
	}

	#connected(): Promise<IDBDatabase> {
		if (this.#isClosed) return Promise.reject(new DatabaseClosed());
		if (this.#connection) return this.#connection;
		this.#connection = this.#open().then((connection) => this.#use(connection));
		this.#connection.catch(() => this.#forget());
		return this.#connection;
	}

	#use(connection: IDBDatabase): IDBDatabase {
		if (this.#isClosed) {
			connection.close();
			throw new DatabaseClosed();
		}
		this.#opened = connection;
		connection.onclose = () => {
			if (this.#opened === connection) this.#forget();
		};
		connection.onversionchange = () => {
			this.close();
			this.#onOutdated();
		};
		return connection;
	}

	/** The next transaction opens a new one. */
	#forget(): void {
		this.#opened?.close();
		this.#opened = null;
		this.#connection = null;
	}

	async #open(): Promise<IDBDatabase> {
		for (let tries = 1; ; tries++) {
			const isLast = tries === MOST_TRIES;
			const found = await openAsItIs(this.name, isLast);
			if (found !== 'failed' && found !== 'missing' && found.version >= NATIVE_VERSION) return found;
			if (isLast) throw new DOMException('The tables could not be made.', 'UnknownError');
			if (found === 'failed') continue;
			if (found !== 'missing') found.close();
			// eslint-disable-next-line fence/dynamic-import -- only a phone without tables waits for it (docs/decisions/0012)
			const { makeTables } = await import('./database.ts');
			await makeTables(this.name);
		}
	}
}

/** A request's result. One that fails ends its transaction, too. */
export const answered = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error as DOMException);
	});

/**
 * `missing`: there is no such database, and there is none after it. `failed`: for no reason that the browser knows, which often
 * passes by itself.
 */
async function openAsItIs(name: string, isLast: boolean): Promise<IDBDatabase | 'missing' | 'failed'> {
	const request = indexedDB.open(name);
	let isMissing = false;
	request.onupgradeneeded = () => {
		isMissing = true;
		request.transaction!.abort();
	};
	try {
		return await answered(request);
	} catch (error) {
		if (isMissing) return 'missing';
		if (!isLast && error instanceof DOMException && error.name === 'UnknownError') return 'failed';
		throw error;
	}
}

async function written<T>(transaction: IDBTransaction, work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
	const ended = new Promise<void>((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error ?? new DOMException('The browser gave it up.', 'AbortError'));
	});
	ended.catch(() => undefined);
	let result: T;
	try {
		result = await work(transaction);
		transaction.commit();
	} catch (error) {
		throw await cause(transaction, error, ended);
	}
	await ended;
	return result;
}

/** Ends what `work` did not finish. @returns why nothing of it is stored */
async function cause(transaction: IDBTransaction, error: unknown, ended: Promise<void>): Promise<unknown> {
	try {
		transaction.abort();
	} catch {
		// It had ended: a request that failed says more than what came of it here.
		return ended.then(
			() => error,
			(why: unknown) => (transaction.error ? why : error)
		);
	}
	return error;
}
