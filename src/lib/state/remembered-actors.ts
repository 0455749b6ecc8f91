/**
 * [T3] The name and structure under which each person last recorded a step on this phone, so that nobody types them twice.
 * Kept in the browser's small storage: losing it costs a line of typing.
 */
export interface StepActor {
	name: string;
	structure: string;
}

const KEY = 'escale:step-actors';
/** Shared phones see many people; the ones of last season need not stay. */
const MOST = 20;

export class RememberedActors {
	#storage: Storage | null;

	constructor(storage: Storage | null) {
		this.#storage = storage;
	}

	/** Null: this person recorded nothing here yet. */
	of(personId: string): StepActor | null {
		return this.#all().find(([id]) => id === personId)?.[1] ?? null;
	}

	remember(personId: string, { name, structure }: StepActor): void {
		const others = this.#all().filter(([id]) => id !== personId);
		const entries = [[personId, { name, structure }], ...others].slice(0, MOST);
		try {
			this.#storage?.setItem(KEY, JSON.stringify(entries));
		} catch {
			// Full or refused: it is typed again next time.
		}
	}

	/** The last one first. Only what has the right form is believed: somebody's hand may have written it. */
	#all(): [string, StepActor][] {
		try {
			const stored: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '[]');
			return Array.isArray(stored) ? stored.filter(isEntry) : [];
		} catch {
			return [];
		}
	}
}

function isEntry(entry: unknown): entry is [string, StepActor] {
	if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
	const actor = entry[1] as Partial<StepActor> | null;
	return typeof actor?.name === 'string' && typeof actor.structure === 'string';
}
