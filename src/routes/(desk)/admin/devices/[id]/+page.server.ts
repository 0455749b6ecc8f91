import { version } from '$app/environment';
import { commandLabel } from '#lib/domain/labels.ts';
import { peopleRefusal } from '#lib/domain/people.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { isCommandName } from '#lib/protocol/command-args.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { readDevice } from '#lib/server/access/device-list.ts';
import { deviceNameForm, reasonForm } from '#lib/server/access/people-forms.ts';
import { error } from '../../../expected-error.server.ts';
import { told, untold } from '../../acted.server.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people', ...follows('devices'));
	const { world } = adminOnly(event);
	const device = await readDevice(world.reader, event.params.id, { now: world.clock(), release: version });
	if (device === null) error(404, peopleRefusal('unknown', getLocale()));
	const salvaged = world.access.salvage.list(device.id).map(({ body, name, by, ...row }) => ({
		...row,
		by: by ?? body.actorId,
		what: isCommandName(name) ? commandLabel(name, getLocale()) : name,
		isUndo: body.undoes !== undefined
	}));
	return { device, salvaged, isThis: event.locals.device?.id === device.id };
};

export const actions: Actions = {
	rename: async (event) => {
		const { world, person } = adminOnly(event);
		const form = deviceNameForm.safeParse(Object.fromEntries(await event.request.formData()));
		if (!form.success) return untold(form.error.issues[0]!.message);
		return told(
			await world.access.deviceActs.rename(person.personId, event.params.id, form.data.name),
			m.people_done_renamed()
		);
	},
	revoke: async (event) => {
		const { world, person } = adminOnly(event);
		const form = reasonForm.safeParse(Object.fromEntries(await event.request.formData()));
		if (!form.success) return untold(form.error.issues[0]!.message);
		return told(
			await world.access.deviceActs.revoke(person.personId, event.params.id, form.data.reason),
			m.people_done_revoked()
		);
	},
	confirm: async (event) => {
		const { world, person } = adminOnly(event);
		return told(await world.access.deviceActs.confirm(person.personId, event.params.id), m.fleet_done_confirm());
	},
	seenLoss: async (event) => {
		const { world, person } = adminOnly(event);
		return told(
			await world.access.deviceActs.acknowledgeLoss(person.personId, event.params.id),
			m.fleet_done_seen_loss()
		);
	},
	handOver: async (event) => {
		const { world, person } = adminOnly(event);
		return told(await world.access.salvage.handOver(person.personId, event.params.id), m.people_salvage_handed());
	},
	discard: async (event) => {
		const { world, person } = adminOnly(event);
		return told(await world.access.salvage.discard(person.personId, event.params.id), m.people_salvage_discarded());
	}
};
