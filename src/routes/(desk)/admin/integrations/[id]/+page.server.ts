import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { error } from '../../../expected-error.server.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = (event) => {
	event.depends('escale:integrations');
	const { world } = adminOnly(event);
	const webhook = world.webhooks.find(event.params.id);
	if (webhook === null) error(404, m.integrations_webhook_gone());
	return { webhook, deliveries: world.webhooks.deliveries(webhook.id) };
};

/** Who acts on which webhook. */
function hand(event: RequestEvent) {
	const { world, person } = adminOnly(event);
	return { ...world, id: event.params.id, by: person.personId };
}

const done = (isDone: boolean, text: string, otherwise: string = m.integrations_webhook_gone()) =>
	isDone ? { kind: 'ok' as const, text } : fail(404, { kind: 'no' as const, text: otherwise });

export const actions: Actions = {
	enable: async (event) => {
		const { webhooks, webhookSender, id, by } = hand(event);
		const isDone = await webhooks.enable(id, { by });
		void webhookSender.run().catch(() => undefined);
		return done(isDone, m.integrations_enabled_done());
	},
	disable: async (event) => {
		const { webhooks, id, by } = hand(event);
		return done(await webhooks.disable(id, { by }), m.integrations_disabled_done());
	},
	renewSecret: async (event) => {
		const { webhooks, id, by } = hand(event);
		const secret = await webhooks.renewSecret(id, { by });
		if (secret === null) return done(false, '');
		return { kind: 'ok' as const, text: m.integrations_secret_renewed(), secret };
	},
	test: async (event) => {
		const { webhooks, webhookSender, id } = hand(event);
		const isSent = await webhooks.sendTest(id);
		// At most the ten seconds of one call: the page then shows what became of it.
		if (isSent) await webhookSender.run();
		return done(isSent, m.integrations_test_sent(), m.integrations_test_inactive());
	},
	retry: async (event) => {
		const { webhooks, webhookSender, by } = hand(event);
		const delivery = String((await event.request.formData()).get('delivery') ?? '');
		const isDone = await webhooks.retry(delivery, by);
		void webhookSender.run().catch(() => undefined);
		return done(isDone, m.integrations_retry_done(), m.integrations_retry_gone());
	},
	remove: async (event) => {
		const { webhooks, id, by } = hand(event);
		if (!(await webhooks.remove(id, { by }))) return done(false, '');
		redirect(303, '/admin/integrations');
	}
};
