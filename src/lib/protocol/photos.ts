/** Photos of disputes between a phone and its server: limits of both, and what the server says to one that it does not keep. */

/** The server takes no larger one. */
export const MAX_PHOTO_BYTES = 1_000_000;
/** What a phone re-encodes it to, in bytes and in pixels of the longer side. */
export const PHOTO_BYTES = 400_000;
export const PHOTO_SIDE = 1600;
/** Of one person. */
export const PHOTOS_PER_DISPUTE = 3;

/** For good, but for `dispute_unknown`: that dispute may still be on its way. */
export const PHOTO_REFUSALS = [
	'dispute_unknown',
	'photo_too_large',
	'photo_type',
	'photo_id_taken',
	'photo_forbidden',
	'photo_too_many'
] as const;
export type PhotoRefusal = (typeof PHOTO_REFUSALS)[number];

/** `PUT /api/photos/<id>` answers one of these, or a transport refusal. */
export type PhotoAnswer = { kept: true } | { kept: false; refusal: PhotoRefusal };
