/** What `ops maintenance` asks of the server. */
import { z } from 'zod';
import {
	beginMaintenance,
	endMaintenance,
	noteIncident,
	planFault,
	planMaintenance
} from '#lib/server/maintenance/maintenance-acts.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { operation, OperationRefusal, type Outcome } from './operation.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const message = z.string().trim().max(500);

export const MAINTENANCE_OPERATIONS = {
	'maintenance.plan': operation(
		z.object({ from: time, until: time, message, mail: z.boolean() }),
		async (world, { mail, ...window }) => {
			const fault = planFault(window, world.clock());
			if (fault === 'backwards') throw new OperationRefusal('wrong_use', '--until is not after --from.');
			if (fault === 'over') throw new OperationRefusal('wrong_use', '--until is over.');
			return outcomeOf(world, await planMaintenance(world, window, { actorId: null, mail }));
		}
	),
	'maintenance.on': operation(
		z.object({ until: time.optional(), message: message.optional(), mail: z.boolean() }),
		async (world, { until, message: said, mail }) => {
			const given = { ...(until === undefined ? {} : { until }), ...(said === undefined ? {} : { message: said }) };
			if (until !== undefined && Date.parse(until) <= world.clock().getTime())
				throw new OperationRefusal('wrong_use', '--until is over.');
			return outcomeOf(world, await beginMaintenance(world, given, { actorId: null, mail }));
		}
	),
	'maintenance.off': operation(z.object({ mail: z.boolean() }), async (world, { mail }) =>
		outcomeOf(world, await endMaintenance(world, { actorId: null, mail }))
	),
	'maintenance.note': operation(z.object({ text: message }), async (world, { text }) => {
		await noteIncident(world, text, null);
		return outcomeOf(world, 0);
	}),
	'maintenance.status': operation(z.object({}), (world) => Promise.resolve(outcomeOf(world, 0)))
};

function outcomeOf({ maintenance }: ServerWorld, queued: number): Outcome {
	const { state, window, note } = maintenance;
	const span = window === null ? '' : ` ${window.from} to ${window.until ?? 'whenever it is ended'}`;
	const lines = [
		state === 'none' ? 'No maintenance.' : `Maintenance ${state}:${span}.`,
		...(window === null || window.message === '' ? [] : [`Message: ${window.message}`]),
		...(note === null ? [] : [`Incident note of ${note.at}: ${note.text}`]),
		...(queued === 0 ? [] : [`${queued} messages queued.`])
	];
	return { exitCode: 0, lines, json: { state, window, note, queued } };
}
