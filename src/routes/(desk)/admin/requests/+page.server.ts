import { m } from '#lib/paraglide/messages.js';
import { reasonForm, roleForm } from '#lib/server/access/people-forms.ts';
import { mailLink, whyNotMailed } from '#lib/server/mail/link-letters.ts';
import { doesMailArrive } from '#lib/server/mail/open-transport.ts';
import { told, untold } from '../acted.server.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	event.depends('escale:people');
	const { world } = adminOnly(event);
	const { requests } = world.access;
	return {
		mailArrives: doesMailArrive(world),
		pending: requests.list('pending'),
		decided: requests.list('decided').slice(0, 50)
	};
};

export const actions: Actions = {
	approve: async (event) => {
		const { world, person } = adminOnly(event);
		const sent = Object.fromEntries(await event.request.formData());
		const form = roleForm.safeParse(sent);
		if (!form.success) return untold(m.people_field_role());
		const id = String(sent['id'] ?? '');
		const asked = sent['byMail'] === 'on' ? world.access.requests.find(id) : null;
		const why = asked && whyNotMailed(world, asked.email);
		if (why) return untold(why);
		// An account that comes of a request has its address as login.
		const mailed = asked
			? mailLink(world.settings, 'account_request', { ...asked, to: asked.email, login: asked.email })
			: undefined;
		const acted = await world.access.requests.approve(person.personId, id, form.data.role, mailed);
		if (asked) return told(acted, m.people_request_mailed({ address: asked.email }));
		event.setHeaders({ 'cache-control': 'no-store' });
		const answer = told(acted, m.people_request_approved());
		return acted.kind === 'ok' ? { ...answer, link: `${world.settings.origin}/welcome/${acted.token}` } : answer;
	},
	refuse: async (event) => {
		const { world, person } = adminOnly(event);
		const sent = Object.fromEntries(await event.request.formData());
		const form = reasonForm.safeParse(sent);
		if (!form.success) return untold(form.error.issues[0]!.message);
		return told(
			await world.access.requests.refuse(person.personId, String(sent['id'] ?? ''), form.data.reason),
			m.people_request_refused()
		);
	}
};
