import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { recordReception } from '#lib/server/track/record-reception.ts';
import { readTracking, trackingView, type TrackingReading } from '#lib/server/track/tracking-page.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** [T5] It must open on any telephone, over any connection: no script is sent. */
export const csr = false;

export const load: PageServerLoad = async (event) => {
	const { locals, request, url } = event;
	// A form that was sent has been counted by its action.
	if (request.method !== 'POST') await spend(event);
	const reading = await openTracking(event);
	return {
		...trackingView(reading, locals.world.clock().toISOString()),
		done: url.searchParams.get('done'),
		siteTimeZone: locals.world.store.siteTimeZone,
		now: locals.world.clock().toISOString(),
		uid: newUuid()
	};
};

/** @throws HttpError 404 for a token that never was, the same for one that cannot be; 410 for one that was replaced */
async function openTracking({
	locals,
	params
}: RequestEvent<{ token: string }>): Promise<Extract<TrackingReading, { kind: 'open' }>> {
	const reading = await readTracking(locals.world.reader, params.token);
	if (reading.kind === 'unknown') error(404, m.track_unknown());
	if (reading.kind === 'revoked') error(410, m.track_revoked());
	return reading;
}

/** @throws HttpError 429 */
async function spend(event: RequestEvent<{ token: string }>): Promise<void> {
	const waitMs = await event.locals.world.trackingBudget.spend(event.params.token, clientAddress(event));
	if (waitMs === 0) return;
	event.setHeaders({ 'retry-after': String(Math.ceil(waitMs / 1000)) });
	error(429, m.track_wait());
}

export const actions: Actions = {
	default: async (event) => {
		await spend(event);
		const { locals, params, request, url } = event;
		const { shipment } = await openTracking(event);
		const fields = Object.fromEntries(await request.formData());
		const recorded = await recordReception(locals.world.store, params.token, shipment.id, fields);
		if (recorded.kind !== 'no') {
			const done = recorded.kind === 'already' ? 'already' : String(fields['step']);
			redirect(303, `${url.pathname}?done=${done}`);
		}
		if (recorded.status === 410) error(410, m.track_revoked());
		const { status, message, errors } = recorded;
		const typed = (name: string) => String(fields[name] ?? '').slice(0, 500);
		return fail(status, {
			message,
			errors,
			values: { actorName: typed('actorName'), actorStructure: typed('actorStructure') }
		});
	}
};
