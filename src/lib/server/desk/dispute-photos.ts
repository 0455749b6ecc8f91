/** [D1] The photos of disputes, as the desk's pages show them. Reads through the read-only client and looks for the files. */
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { PhotoFiles } from '#lib/server/photos/photo-files.ts';

export interface DisputePhoto {
	id: string;
	/** Who took it, and when, by the phone's clock. */
	by: string;
	at: string;
	/** Its file is gone from the upload folder. */
	missing: boolean;
}

/** Of one shipment, or of these disputes: the oldest first, by dispute id. */
export async function readDisputePhotos(
	reader: PrismaClient,
	files: Pick<PhotoFiles, 'has'>,
	of: { shipmentId: string } | { disputeIds: readonly string[] }
): Promise<Record<string, DisputePhoto[]>> {
	const where = 'shipmentId' in of ? of : { disputeId: { in: [...of.disputeIds] } };
	const photos = await reader.photo.findMany({ where, orderBy: { receivedAt: 'asc' } });
	const people = await reader.person.findMany({
		where: { id: { in: [...new Set(photos.map(({ personId }) => personId))] } },
		select: { id: true, name: true }
	});
	const names = new Map(people.map(({ id, name }) => [id, name]));
	const there = await Promise.all(photos.map(({ id }) => files.has(id)));
	const byDispute: Record<string, DisputePhoto[]> = {};
	photos.forEach(({ id, disputeId, personId, takenAt }, i) => {
		(byDispute[disputeId] ??= []).push({ id, by: names.get(personId) ?? '', at: takenAt, missing: !there[i] });
	});
	return byDispute;
}
