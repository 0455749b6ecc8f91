/** One photo of a dispute, for people who are signed in. It never changes under its id; no shared cache may hold it. */
import { redirect, type RequestHandler } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { isPhotoId } from '#lib/server/photos/take-photo.ts';
import { error } from '../../expected-error.server.ts';

const YEAR_SECONDS = 31_536_000;

export const GET: RequestHandler = async ({ locals: { person, world }, params, url }) => {
	if (person === null) redirect(303, loginAddress(url));
	const id = params['id'] ?? '';
	const photo = isPhotoId(id) ? await world.reader.photo.findUnique({ where: { id } }) : null;
	if (photo === null) error(404, m.drafts_photo_unknown());
	const bytes = await world.photos.read(id);
	if (bytes === null) error(404, m.drafts_photo_missing());
	const ending = photo.type === 'image/webp' ? 'webp' : 'jpg';
	return new Response(bytes, {
		headers: {
			'content-type': photo.type,
			'content-length': String(bytes.length),
			'content-disposition': `inline; filename="${photo.takenAt.slice(0, 10)}-${id}.${ending}"`,
			'x-content-type-options': 'nosniff',
			// What it holds comes from a phone: it is shown, and nothing in it is run.
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
			'cache-control': `private, max-age=${YEAR_SECONDS}, immutable`
		}
	});
};
