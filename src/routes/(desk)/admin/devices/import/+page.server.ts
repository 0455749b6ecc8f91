import { fail } from '@sveltejs/kit';
import { commandLabel } from '#lib/domain/labels.ts';
import { sentence } from '#lib/domain/sentences.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { isCommandName } from '#lib/protocol/command-args.ts';
import { readQueueFile, type QueueFile, type QueueFileFault } from '#lib/protocol/queue-file.ts';
import { browserName } from '#lib/domain/browser-name.ts';
import type { QueueLook } from '#lib/server/access/queue-import.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { told } from '../../acted.server.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** Bytes: what a request may have, and a little for the form around it. */
const MOST = 1_000_000;

export const load: PageServerLoad = (event) => {
	adminOnly(event);
};

export const actions: Actions = {
	look: async (event) => {
		const { world } = adminOnly(event);
		const read = await fileOf(event);
		if (!read.ok) return fail(400, { fault: read.fault });
		return { look: shown(world.access.queueImports.look(read.file)), text: JSON.stringify(read.file) };
	},
	import: async (event) => {
		const { world, person } = adminOnly(event);
		const read = await fileOf(event);
		if (!read.ok) return fail(400, { fault: read.fault });
		const done = await later(() => world.access.queueImports.run(person.personId, read.file));
		if (done === null) return fail(503, { fault: m.fleet_fault_later() });
		if (done.kind === 'refused') return told(done, '');
		const names = new Map(read.file.mutations.map(({ uid, name }) => [uid, name]));
		const refused = done.fresh.flatMap(({ uid, rejection }) =>
			rejection !== null && names.has(uid) ? [{ uid, what: label(names.get(uid)!), rejection }] : []
		);
		return {
			done: {
				deviceId: done.look.device!.id,
				kept: done.kept,
				accepted: done.fresh.filter(({ status }) => status === 'ok' || status === 'noop').length,
				refused: refused.map(({ rejection, ...row }) => ({
					...row,
					why: sentence(rejection, getLocale(), world.store.siteTimeZone)
				}))
			}
		};
	}
};

/** Null: the storage decides nothing now. What was decided before that stays so. */
async function later<T>(work: () => Promise<T>): Promise<T | null> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof TransportError) return null;
		throw error;
	}
}

/** The file itself, or its text as the first step handed it on. */
async function fileOf({
	request
}: RequestEvent): Promise<{ ok: true; file: QueueFile } | { ok: false; fault: string }> {
	const form = await request.formData();
	const [file, text] = [form.get('file'), form.get('text')];
	if (file instanceof File && file.size > MOST) return { ok: false, fault: m.fleet_fault_too_large() };
	const read = readQueueFile(file instanceof File ? await file.text() : typeof text === 'string' ? text : '');
	return read.ok ? read : { ok: false, fault: faultWords(read.fault) };
}

function faultWords(fault: QueueFileFault): string {
	if (fault.kind === 'damaged') return m.fleet_fault_damaged({ entry: fault.entry, field: fault.field });
	if (fault.kind === 'empty') return m.fleet_fault_empty();
	return fault.kind === 'not_json' ? m.fleet_fault_not_json() : m.fleet_fault_not_a_queue();
}

const label = (name: string): string =>
	isCommandName(name) ? commandLabel(name, getLocale()) : m.fleet_import_other();

const shown = ({ device, people, commands, ...look }: QueueLook) => ({
	...look,
	device: device && { id: device.id, name: device.name ?? browserName(device.label) },
	people: people.map(({ name, count }) => ({ what: name ?? m.fleet_import_nobody(), count })),
	commands: commands.map(({ name, count }) => ({ what: label(name), count }))
});
