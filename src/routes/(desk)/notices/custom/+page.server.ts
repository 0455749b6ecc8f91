import { redirect, type RequestEvent } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, managersOnly } from '#lib/server/desk/desk.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import { customMails, readAudience, type Among } from '#lib/server/notices/custom-notices.ts';
import { customForm, type CustomNotice } from '#lib/server/notices/notice-forms.ts';
import { readPlaces } from '#lib/server/notices/notice-pages.ts';
import { queueAll } from '#lib/server/notices/queue-job.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** What the form says after it was sent; with a preview, the first message as it would go out. */
interface CustomAnswer {
	kind: 'ok' | 'note' | 'no';
	text: string;
	preview?: { subject: string; text: string; count: number };
}

/** Whose session it is; only a manager gets further. */
function manager({ locals, url }: Pick<RequestEvent, 'locals' | 'url'>) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const refusal = managersOnly(locals.person.role);
	if (refusal !== null) error(403, refusal);
	return { world: locals.world, personId: locals.person.personId };
}

/** To whom, as the address says: who follows a shipment, or a destination, or all colleagues. */
async function amongOf({ reader }: Pick<ServerWorld, 'reader'>, params: URLSearchParams) {
	const reference = (params.get('shipment') ?? '').trim().slice(0, 80);
	const destination = (params.get('destination') ?? '').trim().slice(0, 80);
	const shipmentId = reference === '' ? null : await findShipmentId(reader, reference);
	const among: Among =
		reference !== ''
			? { shipmentId: shipmentId ?? '' }
			: destination === ''
				? 'colleagues'
				: { destinationId: destination };
	return { reference, destination, among };
}

export const load: PageServerLoad = async (event) => {
	const { world } = manager(event);
	const { reference, destination, among } = await amongOf(world, event.url.searchParams);
	const [{ people, shipment }, places] = await Promise.all([
		readAudience(world.reader, among),
		readPlaces(world.reader)
	]);
	return {
		/** The message that this form makes: sending it twice queues it once. */
		uid: newUuid(),
		asked: { reference, destination },
		unknownShipment: reference !== '' && shipment === null,
		people: people.map(({ subscriber, name, address }) => ({ subscriber, name, address })),
		places
	};
};

async function compose(event: RequestEvent) {
	const { world, personId } = manager(event);
	const sent = await event.request.formData();
	const form = await superValidate<CustomNotice, CustomAnswer>(sent, zod4(customForm), { id: 'custom' });
	const uid = z.uuid().safeParse(sent.get('uid'));
	if (!form.valid || !uid.success) return { form, world, mails: null };
	const { among } = await amongOf(world, event.url.searchParams);
	const { recipients, subject, text } = form.data;
	const written = { uid: uid.data, subject, text, personId };
	const mails = customMails(await readAudience(world.reader, among), new Set(recipients), written, world.settings);
	return { form, world, mails };
}

export const actions: Actions = {
	preview: async (event) => {
		const { form, mails } = await compose(event);
		if (mails === null) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		const [first] = mails;
		if (first === undefined) return message(form, { kind: 'no', text: m.notices_nobody() }, { status: 400 });
		const preview = { subject: first.subject, text: first.text, count: mails.length };
		return message(form, { kind: 'note', text: m.notices_preview_for({ count: mails.length }), preview });
	},
	send: async (event) => {
		const { form, world, mails } = await compose(event);
		if (mails === null) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		if (mails.length === 0) return message(form, { kind: 'no', text: m.notices_nobody() }, { status: 400 });
		const count = await queueAll(world.store, mails, world.settings, world.clock());
		return count === 0
			? message(form, { kind: 'note', text: m.notices_sent_before() })
			: message(form, { kind: 'ok', text: m.notices_sent({ count }) });
	}
};
