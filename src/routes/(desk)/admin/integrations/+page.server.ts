import { fail } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { EVENT_TYPES } from '#lib/server/integrations/event-types.ts';
import { keyForm, webhookForm, whyRefused } from '#lib/server/integrations/admin-forms.ts';
import { SCOPES } from '#lib/server/integrations/scopes.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	event.depends('escale:integrations');
	const { world } = adminOnly(event);
	return {
		keys: world.apiKeys.list(),
		webhooks: world.webhooks.list(),
		scopes: [...SCOPES],
		eventTypes: [...EVENT_TYPES],
		hasBootstrap: world.settings.integrationApiKey !== null
	};
};

export const actions: Actions = {
	createKey: async (event) => {
		const { world, person } = adminOnly(event);
		const sent = await event.request.formData();
		const read = keyForm(sent, world.clock(), world.settings.siteTimeZone);
		if (!read.ok) return fail(400, { kind: 'no' as const, text: read.why });
		const { key } = await world.apiKeys.create({ ...read.key, by: person.personId });
		return { kind: 'ok' as const, text: m.integrations_key_made(), secret: key };
	},
	revokeKey: async (event) => {
		const { world, person } = adminOnly(event);
		const id = String((await event.request.formData()).get('id') ?? '');
		if (!(await world.apiKeys.revoke(id, person.personId)))
			return fail(404, { kind: 'no' as const, text: m.integrations_key_gone() });
		return { kind: 'ok' as const, text: m.integrations_key_revoked_done() };
	},
	createWebhook: async (event) => {
		const { world, person } = adminOnly(event);
		const read = webhookForm(await event.request.formData());
		if (!read.ok) return fail(400, { kind: 'no' as const, text: read.why });
		const made = await world.webhooks.create({ ...read.webhook, keyId: null, by: person.personId });
		if (made.kind === 'exists') return fail(409, { kind: 'no' as const, text: m.integrations_webhook_exists() });
		if (made.kind === 'refused') return fail(400, { kind: 'no' as const, text: whyRefused(made.why) });
		return { kind: 'ok' as const, text: m.integrations_webhook_made(), secret: made.webhook.secret };
	}
};
