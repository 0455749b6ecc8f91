/**
 * A carton's own life outside of shipments: it is created (C1, R3), moved, given a status by hand (C3), discarded (C14).
 */
import { findCarton, ownReference, type CartonSubject } from './carton-subject.ts';
import { checkCartonCode } from './carton-code.ts';
import { codeUsability, normalizeCode } from './codes.ts';
import { memoOf } from './memo.ts';
import { byWhom, isRejection, refuse, statusBy } from './refuse.ts';
import { judgeBy, type Subject } from './rule.ts';
import type { CartonRow } from './rows.ts';

/** [C1, R3] A draft, empty, unlinked; its code is final from the first second. */
export const createCarton = judgeBy<'carton.create', Subject>({
	name: 'carton.create',
	find: (args, world) => {
		const carton = world.cartons.get(args.cartonId) ?? null;
		if (carton?.discardedAt)
			return refuse('carton_discarded', { code: carton.code, at: carton.discardedAt }, carton.id);
		if (!world.warehouses.has(args.warehouseId))
			return refuse('not_found', { what: 'warehouse', id: args.warehouseId }, args.warehouseId);
		const { locationId } = args;
		// A place of another warehouse is none of this one's.
		if (locationId !== undefined && world.locations.get(locationId)?.warehouseId !== args.warehouseId)
			return refuse('not_found', { what: 'location', id: locationId }, locationId);
		return { carton, shipments: [] };
	},
	already: ({ carton }) =>
		carton && refuse('already_created', { name: carton.code, by: carton.createdBy, at: carton.createdAt }, carton.id),
	needs: [
		(_subject, args, { world, context }) => {
			const code = normalizeCode(args.code);
			if (args.source === 'leased' && checkCartonCode(code).kind === 'other')
				return refuse('code_not_leased', { code });
			return codeUsability(args.code, world.codes.get(code), context.leases);
		}
	],
	act: (_subject, args, draft) => {
		const { by, at } = draft;
		const carton: CartonRow = {
			id: args.cartonId,
			code: normalizeCode(args.code),
			source: args.source,
			status: 'draft',
			shipmentId: null,
			warehouseId: args.warehouseId,
			locationId: args.locationId ?? null,
			movedBy: args.locationId ? by : null,
			movedAt: args.locationId ? at : null,
			items: [],
			everPacked: false,
			statusBy: by,
			statusAt: at,
			linkedBy: null,
			linkedAt: null,
			loadedCycle: null,
			loadedBy: null,
			loadedAt: null,
			createdBy: by,
			createdAt: at,
			discardedAt: null
		};
		draft.event(draft.carton(carton), null, null);
		draft.undo = { cartonId: carton.id, created: true };
	}
});

/** [C3] Among `draft`, `picking` and `packed`, any direction, while unlinked. */
export const setCartonStatus = judgeBy<'carton.setStatus', CartonSubject>({
	name: 'carton.setStatus',
	find: findCarton,
	already: ({ carton }, args) =>
		carton.status === args.status
			? refuse('already_in_status', { code: carton.code, status: carton.status, ...statusBy(carton) }, carton.id)
			: null,
	needs: [
		(subject) =>
			subject.own
				? refuse(
						'carton_linked',
						{ code: subject.carton.code, reference: ownReference(subject) },
						subject.carton.id,
						subject.own.id
					)
				: null,
		({ carton }, args) =>
			args.was === undefined || args.was === carton.status
				? null
				: refuse('stale_base', { field: 'status', value: carton.status, ...statusBy(carton) }, carton.id),
		({ carton }, args) =>
			args.status === 'packed' && carton.items.length === 0
				? refuse('carton_empty', { code: carton.code }, carton.id)
				: null
	],
	act: ({ carton }, args, draft) => {
		draft.undo = memoOf(draft, carton, draft.place(carton, args.status));
	}
});

/** Allowed when locked, not when shipped (§11). */
export const moveCarton = judgeBy<'carton.move', CartonSubject>({
	name: 'carton.move',
	find: (args, world) => {
		const subject = findCarton({ cartonId: args.cartonId }, world);
		if (isRejection(subject) || args.locationId === null) return subject;
		const location = world.locations.get(args.locationId);
		return location?.warehouseId === subject.carton.warehouseId
			? subject
			: refuse('not_found', { what: 'location', id: args.locationId }, args.locationId);
	},
	already: ({ carton }, args, world) => {
		if (carton.locationId !== args.locationId) return null;
		const location = world.locations.get(carton.locationId ?? '')?.code ?? '';
		return refuse(
			'already_there',
			{ code: carton.code, location, ...byWhom(carton.movedBy, carton.movedAt) },
			carton.id
		);
	},
	passes: ['locked'],
	needs: [
		(subject) =>
			subject.carton.status === 'shipped'
				? refuse('carton_shipped', { code: subject.carton.code, reference: ownReference(subject) }, subject.carton.id)
				: null,
		({ carton }, args, { world }) => {
			if (args.was === undefined || args.was === carton.locationId) return null;
			const value = world.locations.get(carton.locationId ?? '')?.code ?? '';
			return refuse('stale_base', { field: 'locationId', value, ...byWhom(carton.movedBy, carton.movedAt) }, carton.id);
		}
	],
	act: ({ carton: before }, args, draft) => {
		const carton = draft.carton(before);
		Object.assign(carton, { locationId: args.locationId, movedBy: draft.by, movedAt: draft.at });
		draft.undo = memoOf(draft, before, carton);
	}
});

/** [C14] Empty, unlinked, draft: what nothing was ever put into, or everything was taken out of. */
export const isDiscardable = (carton: CartonRow): boolean =>
	carton.status === 'draft' && carton.shipmentId === null && carton.items.length === 0;

export const discardCarton = judgeBy<'carton.discard', CartonSubject>({
	name: 'carton.discard',
	find: findCarton,
	needs: [
		({ carton }) => {
			if (isDiscardable(carton)) return null;
			const { code, status } = carton;
			return refuse('carton_not_discardable', { code, status, count: carton.items.length }, carton.id);
		}
	],
	act: ({ carton }, _args, draft) => {
		draft.carton(carton).discardedAt = draft.at;
	}
});
