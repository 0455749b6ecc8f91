import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { stepChoices } from '#lib/domain/ask.ts';
import { stepLabel } from '#lib/domain/labels.ts';
import { typedInstant } from '#lib/domain/local-time.ts';
import { isLocked, isOpen } from '#lib/domain/readiness.ts';
import { progressOf } from '#lib/domain/progress.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { roleReaches, ROLE_NEEDED } from '#lib/domain/roles.ts';
import { earliestStepAt } from '#lib/domain/tracking.ts';
import { packedCartonsFor } from '#lib/server/desk/carton-list.ts';
import { askingFor, loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { readDisputePhotos } from '#lib/server/desk/dispute-photos.ts';
import { disputeForm, resolveForm, stepForm, type Dispute, type Resolve, type Step } from '#lib/server/desk/forms.ts';
import { deskOf, runAtDesk, type Answer, type Outcome } from '#lib/server/desk/run.ts';
import { actionReason, stepReason } from '#lib/server/desk/short-reasons.ts';
import * as may from '#lib/server/desk/shipment-actions.ts';
import { contentOf, findShipmentId, readShipment } from '#lib/server/desk/shipment-page.ts';
import { isWatching, readMe } from '#lib/server/notices/notice-pages.ts';
import { toggleShipment } from '#lib/server/notices/subscribers.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store, clock } = locals.world;
	const reading = await readShipment(reader, params.id);
	if (reading === null) {
		const id = await findShipmentId(reader, params.id);
		if (id === null) error(404, m.desk_shipment_unknown());
		redirect(303, `/shipments/${id}${url.search}`);
	}
	const { shipment, cartons, timeline, gramsByProduct } = reading;
	const now = clock();
	const context = askingFor(locals.person, now);
	const say = sayingIn(store.siteTimeZone);
	const why = (refusal: Rejection | null) => actionReason(refusal, say);
	const { trackingToken, ...shown } = shipment;
	return {
		now: now.toISOString(),
		shipment: { ...shown, reference: shipment.reference ?? shipment.temporaryReference ?? '' },
		temporary: shipment.reference === null,
		locked: isLocked(shipment),
		/** [C4, C10] Cartons join only one that is open and not disputed. */
		chooseAddress:
			isOpen(shipment) && shipment.disputeId === null && roleReaches(locals.person.role, ROLE_NEEDED['carton.assign'])
				? packedCartonsFor(shipment.id)
				: null,
		progress: progressOf(shipment),
		trackingLink: trackingToken === null ? null : `${locals.world.settings.origin}/track/${trackingToken}`,
		cartons: cartons.map((carton) => ({
			id: carton.id,
			code: carton.code,
			status: carton.status,
			loaded: carton.loadedCycle === shipment.cycle,
			...contentOf(carton, gramsByProduct)
		})),
		timeline: timeline.toReversed(),
		photos: await readDisputePhotos(reader, locals.world.photos, { shipmentId: shipment.id }),
		steps: stepChoices(reading, context).map((choice) => ({
			...choice,
			refusal: stepReason(choice.step, choice.refusal, say)
		})),
		/** [T4] What the next step cannot precede. */
		earliestStepAt: earliestStepAt(shipment),
		resolving: may.resolveOutcome(reading, context),
		actor: { personId: locals.person.personId, name: locals.person.name, structure: locals.person.structure },
		may: {
			edit: why(may.editRefusal(reading, context)),
			dispute: why(may.disputeRefusal(reading, context)),
			resolve: why(may.resolveRefusal(reading, context)),
			close: why(may.closeRefusal(reading, context)),
			archive: why(may.archiveRefusal(reading, context)),
			renew: why(may.renewRefusal(reading, context))
		},
		/** Each form is its own mutation. */
		uids: {
			...{ step: newUuid(), dispute: newUuid(), resolve: newUuid() },
			...{ close: newUuid(), archive: newUuid(), renew: newUuid() }
		},
		disputeId: newUuid(),
		/** Whether this person is told of this shipment, and whether there is where to tell them. */
		watching: await isWatching(reader, locals.person.personId, shipment.id),
		canBeTold: (await readMe(reader, locals.person.personId)).email !== ''
	};
};

/** Who sent which form about which shipment; a person whose session ended comes back after signing in. */
async function sentForm({ locals, params, request, url }: RequestEvent<{ id: string }>) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const sent = await request.formData();
	return {
		sent,
		shipmentId: params.id,
		uid: String(sent.get('uid') ?? ''),
		desk: deskOf(locals.world.store, locals.person)
	};
}

/** [T4] The instant that was typed for a step; null for what is no minute. Its bounds are the rule's. */
async function typedStepAt({ locals, params }: RequestEvent<{ id: string }>, at: string): Promise<string | null> {
	const { reader, store } = locals.world;
	const reading = await readShipment(reader, params.id);
	return reading === null ? null : typedInstant(at, store.siteTimeZone, earliestStepAt(reading.shipment));
}

/** superforms' and plain forms' way of answering. */
const answered = ({ status }: Outcome) => (status === 200 ? {} : { status });
const plain = ({ status, answer }: Outcome) => (status === 200 ? { answer } : fail(status, { answer }));

export const actions: Actions = {
	step: async (event) => {
		const { sent, desk, uid, shipmentId } = await sentForm(event);
		const form = await superValidate<Step, Answer>(sent, zod4(stepForm), { id: 'step' });
		if (!form.valid) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		const { at, ...entry } = form.data;
		const occurredAt = at === '' ? undefined : await typedStepAt(event, at);
		if (occurredAt === null) return setError(form, 'at', m.desk_field_step_at());
		const done = m.desk_done_step({ step: stepLabel(entry.step, getLocale()) });
		const outcome = await runAtDesk(desk, uid, 'shipment.track', { shipmentId, ...entry, occurredAt }, done);
		return message(form, outcome.answer, answered(outcome));
	},
	dispute: async (event) => {
		const { sent, desk, uid, shipmentId } = await sentForm(event);
		const form = await superValidate<Dispute, Answer>(sent, zod4(disputeForm), {
			id: 'dispute'
		});
		if (!form.valid) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		const args = { shipmentId, disputeId: String(sent.get('newDisputeId') ?? ''), reason: form.data.reason };
		const outcome = await runAtDesk(desk, uid, 'shipment.dispute', args, m.desk_done_disputed());
		return message(form, outcome.answer, answered(outcome));
	},
	resolve: async (event) => {
		const { sent, desk, uid, shipmentId } = await sentForm(event);
		const form = await superValidate<Resolve, Answer>(sent, zod4(resolveForm), {
			id: 'resolve'
		});
		if (!form.valid) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		const outcome = await runAtDesk(
			desk,
			uid,
			'shipment.resolve',
			{ shipmentId, ...form.data },
			m.desk_done_resolved()
		);
		return message(form, outcome.answer, answered(outcome));
	},
	close: async (event) => {
		const { desk, uid, shipmentId } = await sentForm(event);
		const outcome = await runAtDesk(desk, uid, 'shipment.close', { shipmentId }, m.desk_done_closed());
		return plain(outcome);
	},
	archive: async (event) => {
		const { desk, uid, shipmentId } = await sentForm(event);
		const outcome = await runAtDesk(desk, uid, 'shipment.archive', { shipmentId }, m.desk_done_archived());
		return plain(outcome);
	},
	watch: async (event) => {
		const { sent, desk, shipmentId: asked } = await sentForm(event);
		const { reader, store, clock } = event.locals.world;
		const isWanted = sent.get('want') === 'yes';
		const shipmentId = await findShipmentId(reader, asked);
		if (shipmentId === null) error(404, m.desk_shipment_unknown());
		await toggleShipment(store, desk.personId, shipmentId, isWanted, clock());
		return { answer: { kind: 'ok' as const, text: isWanted ? m.notices_watch_done_on() : m.notices_watch_done_off() } };
	},
	renew: async (event) => {
		const { desk, uid, shipmentId } = await sentForm(event);
		const outcome = await runAtDesk(desk, uid, 'shipment.renewLink', { shipmentId }, m.lists_link_renewed());
		return plain(outcome);
	}
};
