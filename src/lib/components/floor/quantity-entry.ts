/**
 * What the keys of the quantity pad do to a number. Pure; the pad draws it.
 */
export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'less' | 'more' | 'clear' | 'box';

export interface Entry {
	/** Digits typed since the number was last set otherwise; empty: the next digit replaces what is shown. */
	typed: string;
	/** Units a box, while boxes are being typed; null otherwise. */
	perBox: number | null;
}

export const startEntry = (): Entry => ({ typed: '', perBox: null });

/** The entry and quantity (1 … `most`) after one key. A digit that would go over `most` is not taken. */
export function press(entry: Entry, quantity: number, key: PadKey, most: number): { entry: Entry; quantity: number } {
	const within = (count: number): number => Math.min(Math.max(count, 1), most);
	switch (key) {
		case 'less':
			return { entry: startEntry(), quantity: within(quantity - 1) };
		case 'more':
			return { entry: startEntry(), quantity: within(quantity + 1) };
		case 'clear':
			return { entry: startEntry(), quantity: 1 };
		case 'box':
			// Pressed again: back to plain units.
			return entry.perBox === null
				? { entry: { typed: '', perBox: quantity }, quantity }
				: { entry: startEntry(), quantity: entry.perBox };
		default: {
			const typed = String(Number(entry.typed + key));
			const count = Number(typed) * (entry.perBox ?? 1);
			if (count > most) return { entry, quantity };
			// A leading zero says nothing yet.
			if (count === 0) return { entry: { ...entry, typed: '' }, quantity };
			return { entry: { ...entry, typed }, quantity: count };
		}
	}
}
