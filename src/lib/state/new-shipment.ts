/**
 * [S4, R2] A new shipment made on a manager's phone, offline too: what the form holds, what stands in its way, and the
 * making. A draft that the server refused can be taken up again under its own id, so that its cartons follow.
 */
import type { CommandArgs } from '#lib/domain/commands.ts';
import type { ContactRow, DestinationRow, ShipmentRow } from '#lib/domain/rows.ts';
import type { PartyValues } from '#lib/domain/shipment-choices.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Operator, TodoItem } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import { AssignWork } from './assign-work.ts';
import { obstacleTo } from './ask-rule.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { groupByCause } from './todo.svelte.ts';

/** What the form holds; '' where nothing was chosen. */
export interface NewShipment extends PartyValues {
	/** `YYYY-MM-DD`, or ''. */
	requestedOn: string;
	notes: string;
	temporary: boolean;
}

export const EMPTY_DRAFT: NewShipment = {
	destinationId: '',
	shipperId: '',
	recipientId: '',
	correspondentId: '',
	requestedOn: '',
	notes: '',
	temporary: true
};

interface Creation {
	name: 'shipment.create';
	args: CommandArgs['shipment.create'];
}

export function creation(shipmentId: string, values: NewShipment): Creation {
	const { destinationId, temporary } = values;
	const notes = values.notes.trim();
	const given = (field: 'shipperId' | 'recipientId' | 'correspondentId' | 'requestedOn') =>
		values[field] === '' ? {} : { [field]: values[field] };
	return {
		name: 'shipment.create',
		args: {
			shipmentId,
			destinationId,
			...given('shipperId'),
			...given('recipientId'),
			...given('correspondentId'),
			...given('requestedOn'),
			...(notes === '' ? {} : { notes }),
			temporary
		}
	};
}

/** The form as it was when this creation was sent. */
export const valuesOf = (args: CommandArgs['shipment.create']): NewShipment => ({
	destinationId: args.destinationId,
	shipperId: args.shipperId ?? '',
	recipientId: args.recipientId ?? '',
	correspondentId: args.correspondentId ?? '',
	requestedOn: args.requestedOn ?? '',
	notes: args.notes ?? '',
	temporary: args.temporary ?? false
});

interface Parties {
	contacts: readonly ContactRow[];
	destinations: readonly DestinationRow[];
}

/** Why it cannot be created now, as a sentence: the role first, then what is missing. Null: it can. */
export function whyNotCreated(
	values: NewShipment,
	parties: Parties,
	operator: Operator | null,
	say: (refusal: NonNullable<ReturnType<typeof obstacleTo>>) => string
): string | null {
	const refusal = obstacleTo(creation('asked', values), parties, operator);
	if (refusal === null) return null;
	if (refusal.code !== 'forbidden' && values.destinationId === '') return m.drafts_destination_missing();
	return say(refusal);
}

/** A refused creation with what was refused because of it. */
export interface Refused {
	first: TodoItem;
	followers: TodoItem[];
	values: NewShipment;
}

/** The refused creation with this uid, while it waits in À traiter; null: it does not. */
export async function refusedCreation(floor: Floor, uid: string): Promise<Refused | null> {
	const group = groupByCause(await currentOf(floor.client.todo)).find(({ first }) => first.uid === uid);
	if (group?.first.command.name !== 'shipment.create') return null;
	return { ...group, values: valuesOf(group.first.command.args) };
}

export class NewShipmentWork {
	readonly #floor: Floor;
	readonly #assign: AssignWork;

	/** `cartonId`: a carton that waits for its shipment, and goes into it. */
	constructor(floor: Floor, choices: Choices, cartonId: string | null) {
		this.#floor = floor;
		this.#assign = new AssignWork(floor, choices, null, cartonId);
	}

	/** Creates it and opens it for its cartons. `again`: takes up this refused one. `false`: refused, and answered so. */
	async create(values: NewShipment, city: string, again: Refused | null = null): Promise<boolean> {
		const refused = again?.first.command.name === 'shipment.create' ? again.first.command.args : null;
		const shipmentId = refused?.shipmentId ?? this.#floor.newId();
		const submitted = await this.#floor.carryOut(creation(shipmentId, values), {
			code: city,
			done: { headline: m.drafts_created(), sentence: m.drafts_created_sentence() }
		});
		if (submitted.kind === 'refused') return false;
		if (again) await this.#follow(again);
		await this.#assign.choose((await this.#floor.shipment(shipmentId)) as ShipmentRow, { quietly: true });
		return true;
	}

	/** The cartons that were refused because their shipment was: they go in again, each decided anew. */
	async #follow({ first, followers }: Refused): Promise<void> {
		const { client } = this.#floor;
		await client.settle(first.uid);
		for (const { uid, command } of followers) {
			if (command.name !== 'carton.assign') continue;
			const carton = await this.#floor.carton(command.args.cartonId);
			const submitted = await client.submit(command, { code: carton?.code ?? '' });
			if (submitted.kind !== 'refused') await client.settle(uid);
		}
	}
}
