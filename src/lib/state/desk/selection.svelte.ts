/** Which rows of a list are chosen. Rows that left the list are chosen no more: nobody acts on what they do not see. */
export class Selection {
	readonly #listed: () => readonly { id: string }[];
	#chosen = $state<ReadonlySet<string>>(new Set());

	readonly #ids = $derived.by(() => this.#listed().flatMap(({ id }) => (this.#chosen.has(id) ? [id] : [])));

	constructor(listed: () => readonly { id: string }[]) {
		this.#listed = listed;
	}

	/** In the list's order. */
	get ids(): readonly string[] {
		return this.#ids;
	}

	has(id: string): boolean {
		return this.#chosen.has(id);
	}

	set(id: string, isChosen: boolean): void {
		const chosen = new Set(this.#chosen);
		if (isChosen) chosen.add(id);
		else chosen.delete(id);
		this.#chosen = chosen;
	}

	clear(): void {
		this.#chosen = new Set();
	}
}
