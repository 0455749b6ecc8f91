import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import type { ContactRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { backTo, contactForm, editedWas, seenIn, withNews, type ContactForm } from '#lib/server/desk/party-forms.ts';
import { contactUses, readContact, scopeChoices } from '#lib/server/desk/party-pages.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

const editable = ({ name, structure, address, roles, destinationIds, linkedShipperIds }: ContactRow): ContactForm => ({
	...{ name, structure, address, roles, destinationIds, linkedShipperIds }
});

export const load: PageServerLoad = async ({ locals, params, url }) => {
	// Not live: what the form was made from must stay what its author saw until they send it.
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, settings } = locals.world;
	const contact = await readContact(reader, params.id);
	if (contact === null) error(404, m.contacts_unknown());
	const { id, name, active, changed } = contact;
	return {
		uid: newUuid(),
		contact: { id, name, active, changed },
		/** What the person sees in each field before changing it (§11). */
		seen: editable(contact),
		choices: await scopeChoices(reader, contact),
		uses: await contactUses(reader, id),
		back: backTo(url.searchParams.get('back')),
		done: url.searchParams.get('done'),
		defaultShipper: settings.defaultShipper,
		refusal: roleRefusal(locals.person.role, 'contact.save')
	};
};

export const actions: Actions = {
	save: async ({ locals, params, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<ContactForm, Answer>(sent, zod4(contactForm), { id: 'edit-contact' });
		const seen = seenIn(contactForm, sent);
		if (seen === null) error(400);
		if (!form.valid) return fail(400, { form, before: seen });
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'contact.save',
			{ contactId: params.id, ...form.data, active: true, was: editedWas(form.data, seen) },
			''
		);
		if (outcome.status === 200) {
			const back = backTo(url.searchParams.get('back'));
			redirect(303, back ?? `/contacts/${params.id}?done=saved`);
		}
		const now = await readContact(locals.world.reader, params.id);
		if (now !== null) form.data = withNews(form.data, seen, editable(now));
		message(form, outcome.answer, { status: outcome.status });
		return fail(outcome.status, { form, before: seen });
	},
	state: async ({ locals, params, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const contact = await readContact(locals.world.reader, params.id);
		if (contact === null) error(404, m.contacts_unknown());
		const active = sent.get('active') === 'true';
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'contact.save',
			{ contactId: params.id, ...editable(contact), active, was: { active: !active } },
			''
		);
		if (outcome.status === 200) redirect(303, `/contacts/${params.id}?done=${active ? 'revived' : 'retired'}`);
		return fail(outcome.status, { answer: outcome.answer });
	}
};
