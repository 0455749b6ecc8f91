import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import type { CommandArgs, CommandName } from '#lib/domain/commands.ts';
import { m } from '#lib/paraglide/messages.js';
import { chosenRows, runForEach, type Chosen } from '#lib/server/desk/bulk.ts';
import { cartonEntry, cartonListQuery, countCartons, readCartonList } from '#lib/server/desk/carton-list.ts';
import { askingFor, loginAddress } from '#lib/server/desk/desk.ts';
import { deskOf } from '#lib/server/desk/run.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, clock } = locals.world;
	const now = clock();
	const query = cartonListQuery(url.searchParams);
	const [{ rows, ...list }, counts, into] = await Promise.all([
		readCartonList(reader, query),
		countCartons(reader),
		chosenFor(reader, url.searchParams.get('into'))
	]);
	const context = askingFor(locals.person, now);
	return {
		...list,
		key: url.searchParams.toString(),
		now: now.toISOString(),
		query,
		counts,
		into,
		rows: rows.map((row) => cartonEntry(row, context)),
		bulkUid: newUuid()
	};
};

/** The shipment that cartons are chosen for, where the page was opened for one. */
async function chosenFor(reader: PrismaClient, name: string | null): Promise<{ id: string; reference: string } | null> {
	const id = name === null ? null : await findShipmentId(reader, name);
	if (id === null) return null;
	const found = await reader.shipment.findUniqueOrThrow({ where: { id } });
	return { id, reference: found.reference ?? found.temporaryReference ?? '' };
}

/** [C4, C7, C10] Each carton by itself, as its author saw it; the answer names those that were refused. */
async function forEachCarton<N extends CommandName>(
	{ locals, url }: RequestEvent,
	form: FormData,
	command: N,
	args: (cartonId: string, chosen: Chosen) => CommandArgs[N]
) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const chosen = chosenRows(form);
	if (chosen === null) return fail(400, { answer: { kind: 'no' as const, text: m.lists_bulk_none() } });
	const { reader, store } = locals.world;
	const records = await reader.carton.findMany({
		where: { id: { in: chosen.ids } },
		select: { id: true, code: true }
	});
	const names = new Map(records.map(({ id, code }) => [id, code]));
	const desk = deskOf(store, locals.person);
	return { bulk: await runForEach(desk, chosen, command, (id) => args(id, chosen), names) };
}

const asSeen = (cartonId: string, { seen }: Chosen) => ({ cartonId, shipmentId: seen.get(cartonId) ?? null });

export const actions: Actions = {
	label: async (event) => forEachCarton(event, await event.request.formData(), 'carton.label', asSeen),
	removeLabel: async (event) => forEachCarton(event, await event.request.formData(), 'carton.removeLabel', asSeen),
	assign: async (event) => {
		const { locals, url } = event;
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		const form = await event.request.formData();
		const reference = String(form.get('into') ?? '').trim();
		const shipmentId = reference === '' ? null : await findShipmentId(locals.world.reader, reference);
		if (shipmentId === null)
			return fail(400, { answer: { kind: 'no' as const, text: m.lists_assign_unknown({ reference }) } });
		return forEachCarton(event, form, 'carton.assign', (cartonId) => ({ cartonId, shipmentId }));
	}
};
