/**
 * `PUT /api/photos/<uuid>?shipment&dispute&person&at`: a phone hands over a photo of a dispute, under the device's own
 * credential and budget. Idempotent by id; the body is the file. Answers `PhotoAnswer`, or a transport refusal.
 */
import { json, type RequestHandler } from '@sveltejs/kit';
import type { PhotoAnswer, PhotoRefusal } from '#lib/protocol/photos.ts';
import { refusalAnswer } from '#lib/server/api/refusal-answer.ts';
import { isPhotoId, photoQuery, takePhoto } from '#lib/server/photos/take-photo.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

const STATUS = {
	dispute_unknown: 409,
	photo_id_taken: 409,
	photo_too_many: 409,
	photo_too_large: 413,
	photo_type: 415,
	photo_forbidden: 403
} as const satisfies Record<PhotoRefusal, number>;

export const PUT: RequestHandler = async ({ locals: { device, world }, params, request, url }) => {
	const about = photoQuery.safeParse(Object.fromEntries(url.searchParams));
	const id = params['id'] ?? '';
	try {
		if (device === null) throw new TransportError('device_unknown', 'This browser is not registered: sign in.');
		if (device.status !== 'active') throw new TransportError('device_revoked', 'This device was revoked.');
		const waitMs = await world.syncBudget.spend(device.id);
		if (waitMs > 0) throw new TransportError('too_many_requests', 'Too many photos at once.', { retryAfterMs: waitMs });
		if (!isPhotoId(id) || !about.success)
			throw new TransportError('malformed', 'A photo has a UUID, shipment, dispute, person and at.');
		const bytes = new Uint8Array(await request.arrayBuffer());
		const { store, photos: files, clock } = world;
		const outcome = await takePhoto({ store, files, clock }, device.id, id, about.data, bytes);
		if (outcome.kind === 'kept') {
			store.events.announce('photos', 'desks');
			return json({ kept: true } satisfies PhotoAnswer);
		}
		const answer: PhotoAnswer = { kept: false, refusal: outcome.why };
		return json(answer, { status: STATUS[outcome.why] });
	} catch (problem) {
		if (problem instanceof TransportError) return refusalAnswer(problem);
		throw problem;
	}
};
