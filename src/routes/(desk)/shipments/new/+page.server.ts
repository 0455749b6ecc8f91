import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { settledChoices } from '#lib/domain/shipment-choices.ts';
import { packedCartonsFor } from '#lib/server/desk/carton-list.ts';
import { readChoosing } from '#lib/server/desk/choices.ts';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { askedIn, newShipmentForm, type NewShipment } from '#lib/server/desk/forms.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
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
	const choosing = await readChoosing(locals.world.reader, null);
	return {
		/** The mutation and the shipment that it makes: a form that is sent twice makes one. */
		uid: newUuid(),
		shipmentId: newUuid(),
		/** Whoever left to mend a list comes back with what they had chosen. */
		values: settledChoices({ ...NEW_SHIPMENT, ...askedIn(newShipmentForm, url) }, choosing),
		choosing,
		refusal: roleRefusal(locals.person.role, 'shipment.create')
	};
};

/** Without JavaScript: the lists after the choices so far; nothing is complained about yet. Not valid, else the form resets. */
async function continued<F extends { data: NewShipment }>(reader: PrismaClient, form: F): Promise<F> {
	return { ...form, valid: false, errors: {}, data: settledChoices(form.data, await readChoosing(reader, null)) };
}

export const actions: Actions = {
	default: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const sent = await request.formData();
		const form = await superValidate<NewShipment, Answer>(sent, zod4(newShipmentForm), { id: 'new-shipment' });
		if (sent.has('continue')) return { form: await continued(locals.world.reader, form) };
		if (!form.valid) return fail(400, { form });
		const { destinationId, shipperId, recipientId, correspondentId, requestedOn, notes, temporary } = form.data;
		const shipmentId = String(sent.get('shipmentId') ?? '');
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
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
		if (outcome.status === 200)
			redirect(303, sent.has('choose') ? packedCartonsFor(shipmentId) : `/shipments/${shipmentId}?done=created`);
		return message(form, outcome.answer, { status: outcome.status });
	}
};
