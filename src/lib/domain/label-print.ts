/**
 * That labels were printed is recorded, reprints included; it changes nothing on what they were printed for.
 */
import { findCarton } from './carton-subject.ts';
import { isRejection } from './refuse.ts';
import { judgeBy, type Subject } from './rule.ts';
import { findShipment } from './shipment-subject.ts';

export const recordLabelPrint = judgeBy<'label.printed', Subject>({
	name: 'label.printed',
	find: (args, world) => {
		for (const id of args.ids) {
			const found =
				args.kind === 'carton' ? findCarton({ cartonId: id }, world) : findShipment({ shipmentId: id }, world);
			if (isRejection(found)) return found;
		}
		return { carton: null, shipments: [] };
	},
	act: (_subject, { kind, ids, copy }, draft) => {
		draft.changes.labelPrints.push({ kind, ids, copy });
	}
});
