import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { refuse } from '#lib/domain/refuse.ts';
import { roleReaches, ROLE_NEEDED } from '#lib/domain/roles.ts';
import { readChoices } from '#lib/server/desk/choices.ts';
import { loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { newShipmentForm, type NewShipment } from '#lib/server/desk/forms.ts';
import { runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

const NEW_SHIPMENT = {
	destinationId: '',
	shipperId: '',
	recipientId: '',
	correspondentId: '',
	requestedOn: '',
	notes: '',
	temporary: false
};

export const load: PageServerLoad = async ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const needed = ROLE_NEEDED['shipment.create'];
	return {
		/** The mutation and the shipment that it makes: a form that is sent twice makes one. */
		uid: newUuid(),
		shipmentId: newUuid(),
		values: NEW_SHIPMENT,
		choices: await readChoices(locals.world.reader, null),
		refusal: roleReaches(locals.person.role, needed)
			? null
			: sayingIn(locals.world.store.siteTimeZone)(refuse('forbidden', { role: needed }))
	};
};

export const actions: Actions = {
	default: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<NewShipment, Answer>(sent, zod4(newShipmentForm), { id: 'new-shipment' });
		if (!form.valid) return fail(400, { form });
		const { destinationId, shipperId, recipientId, correspondentId, requestedOn, notes, temporary } = form.data;
		const shipmentId = String(sent.get('shipmentId') ?? '');
		const outcome = await runAtDesk(
			{ store: locals.world.store, personId: locals.person.personId },
			String(sent.get('uid') ?? ''),
			'shipment.create',
			{
				shipmentId,
				destinationId,
				shipperId: shipperId || undefined,
				recipientId: recipientId || undefined,
				correspondentId: correspondentId || undefined,
				requestedOn: requestedOn || undefined,
				notes,
				temporary
			},
			''
		);
		if (outcome.status === 200) redirect(303, `/shipments/${shipmentId}?done=created`);
		return message(form, outcome.answer, { status: outcome.status });
	}
};
