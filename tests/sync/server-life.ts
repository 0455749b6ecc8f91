/**
 * What happens to the server of a simulation: it dies before or after it has committed, comes back on what was committed,
 * or is put back to what an earlier backup holds. The database lies in memory; its image stands for the disk.
 */
import Database from 'better-sqlite3';
import { reportRestore } from '#lib/server/sync/restore-report.ts';
import { changeState } from '#lib/server/backup/restored-state.ts';
import { lostMutations, undoneBy } from '#lib/server/backup/undone.ts';
import { allHeads } from '#lib/server/store/allocators.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import type { TestWorld } from '../support/world.ts';

/** The answer of a server that died before it answered. */
export const GONE = Symbol('gone');

/** Where the next call kills it: nothing of that call was committed, or all of it was and nobody hears so. */
export type CrashPoint = 'before commit' | 'after commit';

interface Backup {
	bytes: Buffer;
	/** How many results stood in its log. */
	results: number;
	/** ISO. */
	at: string;
	/** What `onBackUp` said. */
	mark: unknown;
}

export class ServerLife {
	readonly #world: TestWorld;
	readonly backups: Backup[] = [];
	/** How often an earlier state came back. */
	restores = 0;
	crashAt: CrashPoint | null = null;
	/** What whoever keeps the books wants to have back with a backup. */
	onBackUp: () => unknown = () => undefined;
	/** Called before another database takes the place of this one, with the number of results that it keeps. */
	onRestore: (results: number, mark: unknown) => void = () => undefined;

	constructor(world: TestWorld) {
		this.#world = world;
	}

	get store(): Store {
		return this.#world.store;
	}

	/** Runs a call; {@link GONE} when the server dies of it. */
	async serve<T>(run: () => Promise<T>): Promise<T | typeof GONE> {
		const point = this.crashAt;
		if (point === null) return run();
		this.crashAt = null;
		const before = this.#world.image().bytes;
		await run().catch(() => undefined);
		await this.#world.reopen(point === 'before commit' ? before : this.#world.image().bytes);
		return GONE;
	}

	/** How many results the log holds. */
	results = (): number => this.#world.value<number>('SELECT count(*) FROM mutation_result');

	backUp(): void {
		this.backups.push({
			bytes: this.#world.image().bytes,
			results: this.results(),
			at: this.#world.at(),
			mark: this.onBackUp()
		});
	}

	/** [sync §6] As `ops restore` does without a journal: phones heal. */
	async restore({ bytes, results, at, mark }: Backup): Promise<void> {
		const replacedHeads = this.store.read((db) => allHeads(db));
		const db = new Database(bytes);
		const lost = this.store.read((replaced) => ({
			undone: undoneBy(replaced, db),
			lostMutations: lostMutations(replaced, db)
		}));
		db.transaction(() => {
			changeState(db, {
				epoch: this.#world.id(),
				instance: null,
				replaces: ':memory:',
				replacedHeads,
				now: this.#world.now(),
				siteTimeZone: this.store.siteTimeZone
			});
			reportRestore(db, this.#world.now(), { backupMadeAt: at, journal: null, ...lost });
		})();
		const restored = db.serialize();
		db.close();
		this.restores++;
		this.onRestore(results, mark);
		await this.#world.reopen(restored);
	}
}
