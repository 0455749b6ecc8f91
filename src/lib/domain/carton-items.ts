/**
 * [C5, C13] A carton's content as lines in packing order: what goes in, what comes out, and the way back. Lines of one
 * product keep their order, because what was packed last comes out first. Knows nothing of stock.
 */
import type { PackedItem } from './commands.ts';
import type { CartonItem } from './rows.ts';

/** A line that came out, and where it stood. */
export type TakenItem = CartonItem & { at: number };

/** Counts one unit of a product however many lots it lies in. */
export const quantityInside = (items: readonly CartonItem[], productId: string): number =>
	items.reduce((sum, item) => (item.productId === productId ? sum + item.quantity : sum), 0);

export const packedItem = (item: PackedItem): CartonItem => ({
	productId: item.productId,
	quantity: item.quantity,
	lotCode: item.lotCode ?? null,
	expiresOn: item.expiresOn ?? null
});

const sameGoods = (a: CartonItem, b: CartonItem): boolean =>
	a.productId === b.productId && a.lotCode === b.lotCode && a.expiresOn === b.expiresOn;

const lastIndexOf = (items: readonly CartonItem[], matches: (item: CartonItem) => boolean): number => {
	for (let i = items.length - 1; i >= 0; i--) if (matches(items[i] as CartonItem)) return i;
	return -1;
};

/** The content with these items on top. An item joins the newest line of its product when that is the same lot and expiry. */
export function withItems(items: readonly CartonItem[], added: readonly CartonItem[]): CartonItem[] {
	const content = [...items];
	for (const item of added) {
		const newest = lastIndexOf(content, (line) => line.productId === item.productId);
		const line = content[newest];
		if (line && sameGoods(line, item)) content[newest] = { ...line, quantity: line.quantity + item.quantity };
		else content.push({ ...item });
	}
	return content;
}

export type TakenOut =
	{ kind: 'taken'; content: CartonItem[]; taken: TakenItem[] } | { kind: 'lacking'; item: PackedItem };

/** [C13] The content without these items: newest first where no lot or expiry is named. All or nothing. */
export function withoutItems(items: readonly CartonItem[], wanted: readonly PackedItem[]): TakenOut {
	const content = [...items];
	const taken: TakenItem[] = [];
	for (const item of wanted) {
		let left = item.quantity;
		while (left > 0) {
			const at = lastIndexOf(content, (line) => answers(line, item));
			const line = content[at];
			if (!line) return { kind: 'lacking', item };
			const quantity = Math.min(left, line.quantity);
			taken.push({ ...line, quantity, at });
			if (quantity === line.quantity) content.splice(at, 1);
			else content[at] = { ...line, quantity: line.quantity - quantity };
			left -= quantity;
		}
	}
	return { kind: 'taken', content, taken };
}

const answers = (line: CartonItem, wanted: PackedItem): boolean =>
	line.productId === wanted.productId &&
	(wanted.lotCode === undefined || wanted.lotCode === line.lotCode) &&
	(wanted.expiresOn === undefined || wanted.expiresOn === line.expiresOn);

/** Takes the very lines that were packed out again, or null when they are no longer all inside. */
export function withoutPacked(items: readonly CartonItem[], packed: readonly CartonItem[]): CartonItem[] | null {
	const content = [...items];
	for (const item of [...packed].reverse()) {
		let left = item.quantity;
		while (left > 0) {
			const at = lastIndexOf(content, (line) => sameGoods(line, item));
			const line = content[at];
			if (!line) return null;
			if (line.quantity <= left) content.splice(at, 1);
			else content[at] = { ...line, quantity: line.quantity - left };
			left -= line.quantity;
		}
	}
	return content;
}

/** Puts lines back where they stood before they came out. */
export function withTakenBack(items: readonly CartonItem[], taken: readonly TakenItem[]): CartonItem[] {
	const content = [...items];
	for (const { at, ...item } of [...taken].reverse()) {
		const line = content[at];
		if (line && sameGoods(line, item)) content[at] = { ...line, quantity: line.quantity + item.quantity };
		else content.splice(Math.min(at, content.length), 0, item);
	}
	return content;
}
