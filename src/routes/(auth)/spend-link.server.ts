/** Pages that open by a link in a message are counted like tracking links: nobody guesses a token by trying. */
import type { RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { error } from '../expected-error.server.ts';

/** @throws HttpError 429 */
export async function spendLink(event: RequestEvent<{ token: string }>): Promise<void> {
	const waitMs = await event.locals.world.trackingBudget.spend(event.params.token, clientAddress(event));
	if (waitMs === 0) return;
	const seconds = Math.ceil(waitMs / 1000);
	event.setHeaders({ 'retry-after': String(seconds) });
	error(429, m.common_too_many_requests({ seconds }));
}
