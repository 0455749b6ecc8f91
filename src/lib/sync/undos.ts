/**
 * Which mutation an undo takes back, what is remembered of it, and whether it was taken back already: what the rule book
 * asks before it undoes. Read from the stored mutations; during a replay kept current as originals replay.
 */
import type { Tx } from './ports.ts';
import type { StoredMutation } from './records.ts';
import { commandOf, originalOf, type Wish } from './replay.ts';

/** An undo that was accepted, or that this phone shows as done until the server answers. */
const takesEffect = (mutation: StoredMutation): boolean =>
	mutation.verdict ? mutation.verdict.status === 'ok' : mutation.writes.length > 0;

export class Undos {
	#originals: Map<string, StoredMutation>;
	#undone: Set<string>;

	private constructor(originals: Map<string, StoredMutation>, undone: Set<string>) {
		this.#originals = originals;
		this.#undone = undone;
	}

	/** The undo of one mutation, about to be made; null when this phone does not know the mutation. */
	static async wish(tx: Tx, uid: string): Promise<Wish | null> {
		const [[original], others] = await Promise.all([
			tx.find('mutations', 'uid', [uid]),
			tx.find('mutations', 'undoes', [uid])
		]);
		return original ? { kind: 'undo', original: originalOf(original, others.some(takesEffect)) } : null;
	}

	/** What the undos in a fold take back. Undos outside the fold count when they were accepted. */
	static async read(tx: Tx, fold: readonly StoredMutation[]): Promise<Undos> {
		const uids = [...new Set(fold.flatMap((mutation) => mutation.undoes ?? []))];
		if (uids.length === 0) return new Undos(new Map(), new Set());
		const [originals, undos] = await Promise.all([
			tx.find('mutations', 'uid', uids),
			tx.find('mutations', 'undoes', uids)
		]);
		const inside = new Set(fold.map((mutation) => mutation.uid));
		const accepted = undos.filter((mutation) => !inside.has(mutation.uid) && mutation.verdict?.status === 'ok');
		// While both are in the fold, what is shown of the original decides, not a verdict whose rows are still to come.
		const known = originals.map((original) => (inside.has(original.uid) ? { ...original, verdict: null } : original));
		return new Undos(
			new Map(known.map((original) => [original.uid, original])),
			new Set(accepted.map((mutation) => mutation.undoes!))
		);
	}

	/** For one replay: it changes as originals replay. */
	copy = (): Undos => new Undos(new Map(this.#originals), new Set(this.#undone));

	wishOf(mutation: StoredMutation): Wish {
		if (mutation.undoes === undefined) return { kind: 'command', command: commandOf(mutation) };
		const original = this.#originals.get(mutation.undoes);
		// The original was pruned: all that is left of it is that it was the same command.
		if (!original)
			return { kind: 'undo', original: { command: commandOf(mutation), actorId: mutation.actorId, memo: null } };
		return { kind: 'undo', original: originalOf(original, this.#undone.has(mutation.undoes)) };
	}

	replayed(mutation: StoredMutation, took: boolean): void {
		if (this.#originals.has(mutation.uid)) this.#originals.set(mutation.uid, { ...mutation, verdict: null });
		if (mutation.undoes !== undefined && took) this.#undone.add(mutation.undoes);
	}
}
