/** What the demo's cartons hold: one to three products of a theme, lots and expiry dates where a product has them. */
import type { PackedItem } from '#lib/domain/commands.ts';
import type { DemoClock } from './demo-clock.ts';
import type { Theme } from './demo-products.ts';
import type { DemoReference } from './demo-reference.ts';

/** mulberry32: the same demo every time, so that a screenshot can be taken again. */
export function dice(seed: number): (sides: number) => number {
	let state = seed;
	return (sides) => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides);
	};
}

/** A carton takes about so much; more products in it are fewer of each. */
export function contentOf(
	theme: Theme,
	{ products }: DemoReference,
	clock: DemoClock,
	roll: (sides: number) => number
): PackedItem[] {
	const fitting = products.filter((product) => product.theme === theme);
	const kinds = 1 + roll(3);
	const first = roll(fitting.length);
	return Array.from({ length: kinds }, (_, i) => {
		const product = fitting[(first + i) % fitting.length]!;
		const quantity = Math.max(1, Math.round(product.usual / kinds) - roll(3));
		if (!product.perishable) return { productId: product.id, quantity };
		const lot = 100 + roll(900);
		return {
			productId: product.id,
			quantity,
			lotCode: `${'ABCDE'[roll(5)]}${10 + roll(16)}-${lot}`,
			expiresOn: clock.day(120 + roll(700))
		};
	});
}
