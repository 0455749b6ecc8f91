/** What a button of the thumb zone does. */
export interface Action {
	label: string;
	run: () => void | Promise<void>;
	/** Why it cannot be pressed now; null or absent: it can. */
	disabledBecause?: string | null;
	/** What it is, where the label also counts ("Ajouter 3"); absent: the label. */
	kind?: string;
}
