import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import type { DestinationRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import {
	backTo,
	destinationForm,
	editedWas,
	placeOf,
	placeWas,
	seenIn,
	withNews,
	type DestinationForm
} from '#lib/server/desk/party-forms.ts';
import { correspondentChoices, destinationUses, readDestination } from '#lib/server/desk/party-pages.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

const editable = ({ city, iata, country, correspondentId }: DestinationRow): DestinationForm => ({
	...{ city, iata, country, correspondentId: correspondentId ?? '' }
});

export const load: PageServerLoad = async ({ locals, params, url }) => {
	// Not live: what the form was made from must stay what its author saw until they send it.
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader } = locals.world;
	const destination = await readDestination(reader, params.id);
	if (destination === null) error(404, m.contacts_place_unknown());
	const { id, city, iata, active, changed } = destination;
	const correspondents = await correspondentChoices(reader, id, destination.correspondentId);
	const made = correspondents.find((each) => each.id === url.searchParams.get('correspondentId'));
	return {
		uid: newUuid(),
		destination: { id, city, iata, active, changed },
		/** What the person sees in each field before changing it (§11). */
		seen: editable(destination),
		/** The correspondent who was just made for this destination is chosen already, and not yet saved. */
		values: { ...editable(destination), ...(made && { correspondentId: made.id }) },
		correspondents,
		shipments: await destinationUses(reader, id),
		back: backTo(url.searchParams.get('back')),
		done: url.searchParams.get('done'),
		refusal: roleRefusal(locals.person.role, 'destination.save')
	};
};

export const actions: Actions = {
	save: async ({ locals, params, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<DestinationForm, Answer>(sent, zod4(destinationForm), { id: 'edit-destination' });
		const seen = seenIn(destinationForm, sent);
		if (seen === null) error(400);
		if (!form.valid) return fail(400, { form, before: seen });
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'destination.save',
			{ destinationId: params.id, ...placeOf(form.data), active: true, was: placeWas(editedWas(form.data, seen)) },
			''
		);
		if (outcome.status === 200) {
			const back = backTo(url.searchParams.get('back'));
			redirect(303, back ?? `/destinations/${params.id}?done=saved`);
		}
		const now = await readDestination(locals.world.reader, params.id);
		if (now !== null) form.data = withNews(form.data, seen, editable(now));
		message(form, outcome.answer, { status: outcome.status });
		return fail(outcome.status, { form, before: seen });
	},
	state: async ({ locals, params, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const destination = await readDestination(locals.world.reader, params.id);
		if (destination === null) error(404, m.contacts_place_unknown());
		const { city, iata, country, correspondentId } = destination;
		const active = sent.get('active') === 'true';
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'destination.save',
			{ destinationId: params.id, city, iata, country, correspondentId, active, was: { active: !active } },
			''
		);
		if (outcome.status === 200) redirect(303, `/destinations/${params.id}?done=${active ? 'revived' : 'retired'}`);
		return fail(outcome.status, { answer: outcome.answer });
	}
};
