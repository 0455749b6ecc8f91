import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { CONTACT_ROLES } from '#lib/domain/rows.ts';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { backTo, backWith, contactForm, type ContactForm } from '#lib/server/desk/party-forms.ts';
import { scopeChoices } from '#lib/server/desk/party-pages.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const choices = await scopeChoices(locals.world.reader, null);
	const asked = (name: string, among: { id: string }[]) =>
		url.searchParams.getAll(name).filter((id) => among.some((one) => one.id === id));
	return {
		/** The mutation and the contact that it makes: a form that is sent twice makes one. */
		uid: newUuid(),
		contactId: newUuid(),
		choices,
		/** What led here asks for: a role, a destination, a shipper. */
		values: {
			name: '',
			structure: '',
			address: '',
			roles: CONTACT_ROLES.filter((role) => url.searchParams.getAll('role').includes(role)),
			destinationIds: asked('destination', choices.destinations),
			linkedShipperIds: asked('shipper', choices.shippers)
		} satisfies ContactForm,
		back: backTo(url.searchParams.get('back')),
		defaultShipper: locals.world.settings.defaultShipper,
		refusal: roleRefusal(locals.person.role, 'contact.save')
	};
};

export const actions: Actions = {
	default: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<ContactForm, Answer>(sent, zod4(contactForm), { id: 'new-contact' });
		if (!form.valid) return fail(400, { form });
		const contactId = String(sent.get('contactId') ?? '');
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'contact.save',
			{ contactId, ...form.data, active: true },
			''
		);
		if (outcome.status !== 200) return message(form, outcome.answer, { status: outcome.status });
		const back = backTo(url.searchParams.get('back'));
		const role = url.searchParams.get('role');
		redirect(303, back === null ? `/contacts/${contactId}?done=created` : backWith(back, role, contactId));
	}
};
