/** Differences as they are found: all are counted, the first of each rule are kept, so that a broken table fits on a screen. */
export interface Finding {
	/** C12, I15, …; `file` where SQLite itself complains. */
	rule: string;
	/** The row that it is about. */
	id: string;
	says: string;
}

const KEPT_PER_RULE = 100;

export class Findings {
	readonly byRule: Record<string, number> = {};
	readonly first: Finding[] = [];

	add(rule: string, id: string, says: string): void {
		const count = (this.byRule[rule] ?? 0) + 1;
		this.byRule[rule] = count;
		if (count <= KEPT_PER_RULE) this.first.push({ rule, id, says });
	}

	/** Sentences that begin with their rule, as the domain tells them. */
	addAll(id: string, faults: readonly string[]): void {
		for (const fault of faults) this.add(fault.slice(0, fault.indexOf(' ')), id, fault);
	}
}
