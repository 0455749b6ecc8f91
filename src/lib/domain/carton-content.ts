/**
 * [C2, C5, C9, C13] Packing into a carton, taking out of it, unpacking it whole. Stock is not accounted yet: a line names
 * its product, lot and expiry, so that movements can be made from the same commands.
 */
import { packedItem, quantityInside, withItems, withoutItems } from './carton-items.ts';
import { findCarton, notIn, notWhereSeen, ownReference, type CartonSubject } from './carton-subject.ts';
import type { CommandArgs, PackedItem } from './commands.ts';
import type { World } from './decision.ts';
import type { Draft } from './draft.ts';
import { memoOf } from './memo.ts';
import { isRejection, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy } from './rule.ts';
import type { CartonItem, CartonRow, CartonStatus } from './rows.ts';

/** [C2, C5] Items go in; what that makes of status, link and label. */
export const packCarton = judgeBy<'carton.pack', CartonSubject>({
	name: 'carton.pack',
	contradiction: (args, world) => {
		if (!args.ready) return null;
		const unsaid = args.shipmentId === undefined && (world.cartons.get(args.cartonId)?.shipmentId ?? null) !== null;
		return args.intoShipmentId || args.shipmentId || unsaid ? 'ready' : null;
	},
	find: (args, world) => {
		const subject = findCarton(args, world);
		return isRejection(subject) ? subject : (unknownProduct(args.items, world, true) ?? subject);
	},
	elsewhere: (subject, { shipmentId: seen, intoShipmentId: into }) => {
		const { carton } = subject;
		if (into !== undefined && carton.shipmentId !== null && carton.shipmentId !== into) return notIn(subject, into);
		// Somebody put it there meanwhile: what its author wanted already holds.
		return into !== undefined && carton.shipmentId === into ? null : notWhereSeen(subject, seen);
	},
	act: ({ carton: before }, args, draft) => {
		const packed = args.items.map(packedItem);
		const shipmentId = before.shipmentId ?? args.intoShipmentId ?? null;
		const status = shipmentId === null ? unlinkedStatus(before.status, args) : 'assigned';
		const carton = draft.place(before, status, shipmentId);
		carton.items = withItems(before.items, packed);
		carton.everPacked = true;
		tellLabel(before, carton, draft);
		draft.undo = memoOf(draft, before, carton, { packed });
	}
});

const unlinkedStatus = (status: CartonStatus, { ready }: CommandArgs['carton.pack']): CartonStatus => {
	if (ready) return 'packed';
	return status === 'draft' ? 'picking' : status;
};

/** [C13] Items come out again; the last one of a linked carton stays. */
export const takeOutOfCarton = judgeBy<'carton.takeOut', CartonSubject>({
	name: 'carton.takeOut',
	find: (args, world) => {
		const subject = findCarton(args, world);
		return isRejection(subject) ? subject : (unknownProduct(args.items, world, false) ?? subject);
	},
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	needs: [
		(subject, args, { world }) => {
			const { carton } = subject;
			const out = withoutItems(carton.items, args.items);
			if (out.kind === 'lacking') return notInside(carton, out.item, args.items, world);
			return out.content.length === 0 && subject.own
				? refuse(
						'carton_would_be_empty',
						{ code: carton.code, reference: ownReference(subject) },
						carton.id,
						subject.own.id
					)
				: null;
		}
	],
	act: ({ carton: before }, args, draft) => {
		const out = withoutItems(before.items, args.items);
		if (out.kind === 'lacking') throw new Error('carton.takeOut acted on items that its guard had not found');
		const carton = draft.place(before, statusAfterTakingOut(before, out.content));
		carton.items = out.content;
		tellLabel(before, carton, draft);
		draft.undo = memoOf(draft, before, carton, { takenOut: out.taken });
	}
});

/** [C5, C13] A label goes; an emptied unlinked carton is a draft again. */
function statusAfterTakingOut(carton: CartonRow, content: readonly CartonItem[]): CartonStatus {
	if (carton.shipmentId !== null) return 'assigned';
	return content.length === 0 ? 'draft' : carton.status;
}

/** [C9] Everything comes out, the link goes, the code stays. */
export const unpackCarton = judgeBy<'carton.unpack', CartonSubject>({
	name: 'carton.unpack',
	find: findCarton,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	needs: [
		({ carton }) => (carton.items.length === 0 ? refuse('carton_empty', { code: carton.code }, carton.id) : null)
	],
	act: ({ carton }, _args, draft) => {
		draft.place(carton, 'draft', null).items = [];
	}
});

/** [C5] The verdict says that a label went to a phone that did not know of it. */
function tellLabel(before: CartonRow, after: CartonRow, draft: Draft): void {
	if (before.status === 'labeled' && after.status === 'assigned')
		draft.notes.push(refuse('label_removed', { codes: before.code, count: 1 }, before.id));
}

/** Every product named exists; one that is put in is active too. */
function unknownProduct(items: readonly PackedItem[], world: World, active: boolean): Rejection | null {
	for (const { productId } of items) {
		const product = world.products.get(productId);
		if (!product) return refuse('not_found', { what: 'product', id: productId }, productId);
		if (active && !product.active) return refuse('product_inactive', { name: product.name }, productId);
	}
	return null;
}

function notInside(carton: CartonRow, lacking: PackedItem, items: readonly PackedItem[], world: World): Rejection {
	const { productId } = lacking;
	const wanted = items.reduce((sum, item) => (item.productId === productId ? sum + item.quantity : sum), 0);
	const product = world.products.get(productId)?.name ?? productId;
	const inside = quantityInside(carton.items, productId);
	return refuse('item_not_in_carton', { code: carton.code, product, wanted, inside }, carton.id, productId);
}
