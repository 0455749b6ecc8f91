import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { backTo, destinationForm, placeOf, type DestinationForm } from '#lib/server/desk/party-forms.ts';
import { correspondentChoices } from '#lib/server/desk/party-pages.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

const BLANK: DestinationForm = { city: '', iata: '', country: '', correspondentId: '' };

export const load: PageServerLoad = async ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	return {
		/** The mutation and the destination that it makes: a form that is sent twice makes one. */
		uid: newUuid(),
		destinationId: newUuid(),
		values: BLANK,
		correspondents: await correspondentChoices(locals.world.reader, null, null),
		back: backTo(url.searchParams.get('back')),
		refusal: roleRefusal(locals.person.role, 'destination.save')
	};
};

export const actions: Actions = {
	default: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<DestinationForm, Answer>(sent, zod4(destinationForm), { id: 'new-destination' });
		if (!form.valid) return fail(400, { form });
		const destinationId = String(sent.get('destinationId') ?? '');
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'destination.save',
			{ destinationId, ...placeOf(form.data), active: true },
			''
		);
		if (outcome.status !== 200) return message(form, outcome.answer, { status: outcome.status });
		const back = backTo(url.searchParams.get('back'));
		redirect(303, back ?? `/destinations/${destinationId}?done=created`);
	}
};
