/** A shipment as it shows beside a list: what one would open its page for, without leaving the list. */
import { progressOf } from '#lib/domain/progress.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { PhotoFiles } from '#lib/server/photos/photo-files.ts';
import { readDisputePhotos } from './dispute-photos.ts';
import { readShipment } from './shipment-page.ts';

/** Null: there is no such shipment. */
export async function readGlance(reader: PrismaClient, files: Pick<PhotoFiles, 'has'>, id: string) {
	const reading = await readShipment(reader, id);
	if (reading === null) return null;
	const { shipment, cartons, timeline } = reading;
	return {
		id: shipment.id,
		reference: shipment.reference ?? shipment.temporaryReference ?? '',
		progress: progressOf(shipment),
		cycle: shipment.cycle,
		iata: shipment.destinationIata,
		city: shipment.destinationCity,
		country: shipment.destinationCountry,
		shipper: shipment.shipper,
		recipient: shipment.recipient,
		correspondent: shipment.correspondent,
		requestedOn: shipment.requestedOn,
		notes: shipment.notes,
		disputeReason: shipment.disputeReason,
		timeline: timeline.toReversed(),
		photos: await readDisputePhotos(reader, files, { shipmentId: id }),
		cartons: cartons.map(({ id: cartonId, code, status }) => ({ id: cartonId, code, status }))
	};
}
