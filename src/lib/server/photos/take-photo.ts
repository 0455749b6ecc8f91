/**
 * [D1] A photo that a phone sends for a dispute, or for one that was refused and handed to the office (§11): checked, kept as
 * a file, then recorded. Sending it again, or two tabs sending it together, keeps one. Nothing of it depends on the session of
 * the person who took it (as with mutations, sync §4.1).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CAPS } from '#lib/protocol/command-args.ts';
import { MAX_PHOTO_BYTES, PHOTOS_PER_DISPUTE, type PhotoRefusal } from '#lib/protocol/photos.ts';
import { roleReaches } from '#lib/domain/roles.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { sql } from '#lib/server/store/sql.ts';
import { deviceActor } from '#lib/server/sync/actor.ts';
import { requireDevice } from '#lib/server/sync/replicas.ts';
import type { PhotoFiles } from './photo-files.ts';
import { photoType } from './photo-type.ts';

const named = z.string().min(1).max(CAPS.name);

export const photoQuery = z.object({
	shipment: named,
	dispute: named,
	person: named,
	/** When it was taken, by the phone's clock. */
	at: z.iso.datetime()
});
export type PhotoQuery = z.infer<typeof photoQuery>;

export const isPhotoId = (id: string): boolean =>
	/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id);

export interface PhotoTaking {
	store: Pick<Store, 'read' | 'write'>;
	files: PhotoFiles;
	clock: () => Date;
}

export type PhotoOutcome = { kind: 'kept' } | { kind: 'refused'; why: PhotoRefusal };

const refused = (why: PhotoRefusal): PhotoOutcome => ({ kind: 'refused', why });

/** @throws TransportError `device_unknown`, `device_revoked`, `storage_full`, `busy`: nothing was decided */
export async function takePhoto(
	{ store, files, clock }: PhotoTaking,
	deviceId: string,
	id: string,
	about: PhotoQuery,
	bytes: Uint8Array
): Promise<PhotoOutcome> {
	if (bytes.length > MAX_PHOTO_BYTES) return refused('photo_too_large');
	const type = photoType(bytes);
	if (type === null) return refused('photo_type');
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const judged = store.read((db) => judge(db, deviceId, id, about, sha256));
	if (judged !== 'take') return judged;
	await files.save(id, bytes);
	const receivedAt = clock().toISOString();
	return store.write((db) => {
		// Meanwhile another tab may have sent it, or a third one its own.
		const again = judge(db, deviceId, id, about, sha256);
		if (again !== 'take') return again;
		sql(
			db,
			`INSERT INTO photo (id, shipment_id, dispute_id, person_id, taken_at, received_at, bytes, sha256, type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
		).run(id, about.shipment, about.dispute, about.person, about.at, receivedAt, bytes.length, sha256, type);
		return { kind: 'kept' };
	});
}

/** Decided already, refused, or to be taken. */
function judge(db: Database, deviceId: string, id: string, about: PhotoQuery, sha256: string): PhotoOutcome | 'take' {
	requireDevice(db, deviceId);
	const known = sql<{ sha256: string }>(db, `SELECT sha256 FROM photo WHERE id = ?`).get(id);
	if (known) return known.sha256 === sha256 ? { kind: 'kept' } : refused('photo_id_taken');
	const actor = deviceActor(db, deviceId, about.person, undefined);
	if (actor === null || !roleReaches(actor.role, 'operator')) return refused('photo_forbidden');
	if (!isOpened(db, about) && !isHandedOver(db, about)) return refused('dispute_unknown');
	const { count } = sql<{ count: number }>(
		db,
		`SELECT count(*) AS count FROM photo WHERE dispute_id = ? AND person_id = ?`
	).get(about.dispute, about.person)!;
	return count >= PHOTOS_PER_DISPUTE ? refused('photo_too_many') : 'take';
}

const isOpened = (db: Database, { shipment, dispute }: PhotoQuery): boolean =>
	sql(db, `SELECT 1 FROM timeline WHERE shipment_id = ? AND dispute_id = ? AND kind = 'dispute'`).get(
		shipment,
		dispute
	) !== undefined;

/** [§11] The dispute was refused, and its worker gave it to the office: the photos belong to that. */
const isHandedOver = (db: Database, { shipment, dispute }: PhotoQuery): boolean =>
	sql(
		db,
		`SELECT 1 FROM refusal WHERE command = 'shipment.dispute' AND arguments ->> 'shipmentId' = ? AND arguments ->> 'disputeId' = ?`
	).get(shipment, dispute) !== undefined;
