import { fail, type RequestEvent } from '@sveltejs/kit';
import { minuteBegins } from '#lib/domain/local-time.ts';
import { m } from '#lib/paraglide/messages.js';
import {
	beginMaintenance,
	endMaintenance,
	noteIncident,
	planFault,
	planMaintenance
} from '#lib/server/maintenance/maintenance-acts.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

const MOST_WORDS = 500;

export const load: PageServerLoad = (event) => {
	const { world } = adminOnly(event);
	const { state, window, note } = world.maintenance;
	return { state, window, note };
};

async function asked(event: RequestEvent) {
	const { world, person } = adminOnly(event);
	const form = await event.request.formData();
	const field = (name: string) => String(form.get(name) ?? '').trim();
	const words = (name: string) => [...field(name)].slice(0, MOST_WORDS).join('');
	return { world, field, words, by: { actorId: person.personId, mail: field('mail') === 'yes' } };
}

const saved = (queued: number) => ({
	answer: {
		kind: 'ok' as const,
		text: queued === 0 ? m.jobs_maintenance_saved() : m.jobs_maintenance_queued({ count: queued })
	},
	typed: null
});

export const actions: Actions = {
	plan: async (event) => {
		const { world, field, words, by } = await asked(event);
		const typed = { from: field('from').slice(0, 16), until: field('until').slice(0, 16), message: words('message') };
		const refused = (text: string) => fail(400, { answer: { kind: 'no' as const, text }, typed });
		const zone = world.store.siteTimeZone;
		const [from, until] = [minuteBegins(typed.from, zone), minuteBegins(typed.until, zone)];
		if (from === null || until === null) return refused(m.jobs_maintenance_when());
		const window = { from, until, message: typed.message };
		const fault = planFault(window, world.clock());
		if (fault !== null) return refused(fault === 'over' ? m.jobs_maintenance_over() : m.jobs_maintenance_backwards());
		return saved(await planMaintenance(world, window, by));
	},
	on: async (event) => {
		const { world, by } = await asked(event);
		return saved(await beginMaintenance(world, {}, by));
	},
	off: async (event) => {
		const { world, by } = await asked(event);
		return saved(await endMaintenance(world, by));
	},
	note: async (event) => {
		const { world, words, by } = await asked(event);
		await noteIncident(world, words('note'), by.actorId);
		return saved(0);
	}
};
