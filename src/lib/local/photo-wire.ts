/** Sends one photo, and tells what came back: kept, refused for good, or nothing known. */
import type { PhotoAnswer, PhotoRefusal } from '#lib/protocol/photos.ts';
import type { StoredPhoto } from '#lib/sync/photos.ts';
import { whyNotOurs } from './no-answer.ts';

/** A slow line: 400 KB at 8 KB/s. */
const UPLOAD_MS = 60_000;

export type PhotoSent = { kind: 'kept' } | { kind: 'refused'; why: PhotoRefusal } | { kind: 'later' };

export async function sendPhoto(photo: StoredPhoto, bytes: ArrayBuffer): Promise<PhotoSent> {
	const { id, shipmentId, disputeId, personId, takenAt, type } = photo;
	const about = new URLSearchParams({ shipment: shipmentId, dispute: disputeId, person: personId, at: takenAt });
	try {
		const response = await fetch(`/api/photos/${id}?${about}`, {
			method: 'PUT',
			body: bytes,
			headers: { 'content-type': type },
			cache: 'no-store',
			credentials: 'same-origin',
			signal: AbortSignal.timeout(UPLOAD_MS)
		});
		if (whyNotOurs(response)) return { kind: 'later' };
		const answer = (await response.json()) as Partial<PhotoAnswer> & { refusal?: PhotoRefusal };
		if (answer.kept === true) return { kind: 'kept' };
		// The dispute may come yet, as after a restore; whatever else says no is a server that cannot now.
		return answer.kept === false && answer.refusal && answer.refusal !== 'dispute_unknown'
			? { kind: 'refused', why: answer.refusal }
			: { kind: 'later' };
	} catch {
		return { kind: 'later' };
	}
}
