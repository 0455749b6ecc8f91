/**
 * A camera's picture as it is kept and sent: a JPEG of at most 1600 pixels a side and 400 KB. Drawing it anew leaves out
 * everything that a camera writes beside the picture: place, device, person.
 */
import { PHOTO_BYTES, PHOTO_SIDE } from '#lib/protocol/photos.ts';

/** Tried in this order until it is small enough: quality, then size. */
const ATTEMPTS = [
	[1, 0.82],
	[1, 0.65],
	[0.75, 0.65],
	[0.5, 0.6],
	[0.25, 0.5]
] as const;

/** Null: this browser cannot read it as a picture. */
export async function encodePhoto(file: Blob): Promise<{ bytes: ArrayBuffer; type: string } | null> {
	let picture: ImageBitmap;
	try {
		// As it was held, not as the sensor lies.
		picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
	} catch {
		return null;
	}
	try {
		const whole = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
		for (const [share, quality] of ATTEMPTS) {
			const blob = await draw(picture, whole * share, quality);
			if (blob && blob.size <= PHOTO_BYTES) return { bytes: await blob.arrayBuffer(), type: blob.type };
		}
		return null;
	} finally {
		picture.close();
	}
}

function draw(picture: ImageBitmap, scale: number, quality: number): Promise<Blob | null> {
	const canvas = document.createElement('canvas');
	canvas.width = Math.max(1, Math.round(picture.width * scale));
	canvas.height = Math.max(1, Math.round(picture.height * scale));
	canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
	return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}
