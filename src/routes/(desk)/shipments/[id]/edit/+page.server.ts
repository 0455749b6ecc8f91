import { fail, redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import type { ShipmentEdits } from '#lib/domain/commands.ts';
import type { ShipmentRow } from '#lib/domain/rows.ts';
import { settledChoices } from '#lib/domain/shipment-choices.ts';
import { readChoosing } from '#lib/server/desk/choices.ts';
import { askingFor, loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { askedIn, editShipmentForm, type EditShipment } from '#lib/server/desk/forms.ts';
import { editRefusal } from '#lib/server/desk/shipment-actions.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { readShipment } from '#lib/server/desk/shipment-page.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

const editable = (shipment: ShipmentRow): EditShipment => ({
	destinationId: shipment.destinationId,
	shipperId: shipment.shipper?.id ?? '',
	recipientId: shipment.recipient?.id ?? '',
	correspondentId: shipment.correspondent?.id ?? '',
	requestedOn: shipment.requestedOn ?? '',
	notes: shipment.notes
});

export const load: PageServerLoad = async ({ locals, params, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store, clock } = locals.world;
	const reading = await readShipment(reader, params.id);
	if (reading === null) error(404);
	const { shipment } = reading;
	const choosing = await readChoosing(reader, shipment);
	const refusal = editRefusal(reading, askingFor(locals.person, clock()));
	return {
		uid: newUuid(),
		shipment: {
			id: shipment.id,
			reference: shipment.reference ?? shipment.temporaryReference ?? '',
			status: shipment.status,
			labeled: shipment.cartonsLabeled
		},
		/** What the person sees in each field before changing it (§11). */
		seen: editable(shipment),
		/** With what was chosen by whoever left to mend a list. */
		values: settledChoices({ ...editable(shipment), ...askedIn(editShipmentForm, url) }, choosing),
		choosing,
		refusal: refusal === null ? null : sayingIn(store.siteTimeZone)(refusal)
	};
};

export const actions: Actions = {
	default: async ({ locals, params, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const { store } = locals.world;
		const sent = await request.formData();
		const form = await superValidate<EditShipment, Answer>(sent, zod4(editShipmentForm), { id: 'edit-shipment' });
		if (sent.has('continue')) {
			// Without JavaScript: the lists after the choices so far.
			const reading = await readShipment(locals.world.reader, params.id);
			const data = settledChoices(form.data, await readChoosing(locals.world.reader, reading?.shipment ?? null));
			return { form: { ...form, valid: false, errors: {}, data } };
		}
		if (!form.valid) return fail(400, { form });
		const seen = seenBy(sent);
		if (seen === null) error(400);
		const outcome = await runAtDesk(
			deskOf(store, locals.person),
			String(sent.get('uid') ?? ''),
			'shipment.edit',
			{ shipmentId: params.id, ...difference(form.data, seen) },
			''
		);
		if (outcome.status === 200 && outcome.rejection?.code !== 'nothing_changed')
			redirect(303, `/shipments/${params.id}?done=edited`);
		return message(form, outcome.answer, { status: outcome.status === 503 ? 503 : 409 });
	}
};

/** What the form was made from, as it came back. Null: it was tampered with. */
function seenBy(sent: FormData): EditShipment | null {
	try {
		const seen = editShipmentForm.safeParse(JSON.parse(String(sent.get('was'))));
		return seen.success ? seen.data : null;
	} catch {
		return null;
	}
}

/** Only what the person changed, with what each field read before. An empty party or date is none. */
function difference(form: EditShipment, seen: EditShipment): { changes: ShipmentEdits; was: ShipmentEdits } {
	const changed = (Object.keys(form) as (keyof EditShipment)[]).filter((field) => form[field] !== seen[field]);
	const of = (values: EditShipment): ShipmentEdits =>
		Object.fromEntries(
			changed.map((field) => [field, values[field] === '' && field !== 'notes' ? null : values[field]])
		);
	return { changes: of(form), was: of(seen) };
}
