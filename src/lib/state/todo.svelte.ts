/**
 * À traiter: what the server refused, grouped by its cause, with what a worker can do about it. What followed from a refusal
 * is dealt with together with it.
 */
import type { Command } from '#lib/domain/commands.ts';
import { toldArguments } from '#lib/domain/refusal.ts';
import type { CartonRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { HandedOver, TodoItem } from '#lib/sync/client.ts';
import { CommandNames } from './command-names.svelte.ts';
import type { Floor } from './floor.ts';
import { LiveValue } from './live.svelte.ts';
import { commandWord } from './words.ts';

export interface TodoGroup {
	first: TodoItem;
	/** Refused because `first` was, directly or through one another; oldest first. */
	followers: TodoItem[];
}

export class Todo {
	readonly names: CommandNames;
	#floor: Floor;
	#items: LiveValue<TodoItem[]>;
	#handedOver: LiveValue<HandedOver[]>;

	constructor(floor: Floor) {
		this.#floor = floor;
		this.names = new CommandNames(floor.client);
		this.#items = new LiveValue(floor.client.todo, []);
		this.#handedOver = new LiveValue(floor.client.handedOver, []);
	}

	/** The newest first. */
	get groups(): TodoGroup[] {
		return groupByCause(this.#items.current);
	}

	/** What the office has, or will have, the newest first. */
	get handedOver(): HandedOver[] {
		return this.#handedOver.current.filter(({ settlement }) => settlement === null);
	}

	/** What the office settled and nobody here has read, the newest hand-over first. */
	get settled(): (HandedOver & { settlement: NonNullable<HandedOver['settlement']> })[] {
		return this.#handedOver.current.flatMap((handed) =>
			handed.settlement ? [{ ...handed, settlement: handed.settlement }] : []
		);
	}

	/** Where the truth about it stands. */
	placeOf({ command, uid }: TodoItem): { label: string; href: string } | null {
		const carton = this.names.carton(command);
		if (carton) return { label: m.floor_open_carton(), href: `/scan/cartons/${carton.id}` };
		const shipment = this.names.shipment(command);
		// [S4] A refused draft is nowhere; its form is taken up again.
		if (command.name === 'shipment.create' && !shipment)
			return { label: m.drafts_again(), href: `/scan/shipments/new?again=${uid}` };
		return shipment && { label: m.floor_open_shipment(), href: `/scan/shipments/${shipment.id}` };
	}

	/** Doing it again makes sense where the carton is here to be looked at again. */
	canRedo({ command }: TodoItem): boolean {
		const carton = this.names.carton(command);
		return carton !== null && asSeenNow(command, carton) !== null;
	}

	/** Does it again with what is seen now; when that is taken, the refused one is dealt with. */
	async redo(item: TodoItem): Promise<void> {
		const carton = 'cartonId' in item.command.args ? await this.#floor.carton(item.command.args.cartonId) : null;
		const command = carton && asSeenNow(item.command, carton);
		if (!carton || !command) return;
		const submitted = await this.#floor.carryOut(command, {
			code: carton.code,
			done: { headline: commandWord(command.name), sentence: m.floor_todo_redone() }
		});
		if (submitted.kind !== 'refused') await this.#floor.client.settle(item.uid);
	}

	/** What it was about: as it is called now, or as it was scanned where it has left this phone. */
	nameOf({ command, code }: TodoItem): string {
		return this.names.of(command) || code;
	}

	/** The office can take over whatever was refused, but a hand-over itself. */
	canHandOver({ command }: TodoItem): boolean {
		return command.name !== 'refusal.handOver';
	}

	/**
	 * [§11] Hands these to the office, the cause first, with a word for it; works without network. What is handed over leaves
	 * the list.
	 */
	async handOver(items: readonly TodoItem[], note: string): Promise<void> {
		for (const item of items) {
			const { command, rejection, uid: refusalId } = item;
			const told = { command: command.name, arguments: toldArguments(command.args), code: rejection.code };
			const submitted = await this.#floor.carryOut(
				{ name: 'refusal.handOver', args: { refusalId, ...told, ...(note === '' ? {} : { note }) } },
				{
					code: this.nameOf(item) || commandWord(command.name),
					done: { headline: m.refusals_handed(), sentence: m.refusals_handed_sentence() }
				}
			);
			if (submitted.kind === 'refused') return;
			await this.#floor.client.settle(refusalId);
		}
	}

	/** Dealt with: leaves the list, stays in the history. */
	async settle(items: readonly TodoItem[]): Promise<void> {
		for (const item of items) await this.#floor.client.settle(item.uid);
	}
}

/** Each refusal under the one that it stood on, as far as that is still in the list. */
export function groupByCause(items: readonly TodoItem[]): TodoGroup[] {
	const byUid = new Map(items.map((item) => [item.uid, item]));
	const rootOf = (item: TodoItem): TodoItem => {
		const seen = new Set<string>();
		let root = item;
		while (root.causedBy !== null && !seen.has(root.uid)) {
			const cause = byUid.get(root.causedBy);
			if (!cause) break;
			seen.add(root.uid);
			root = cause;
		}
		return root;
	};
	const groups = new Map<string, TodoGroup>();
	for (const item of [...items].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
		const root = rootOf(item);
		const group = groups.get(root.uid) ?? { first: root, followers: [] };
		if (item !== root) group.followers.push(item);
		groups.set(root.uid, group);
	}
	return [...groups.values()].reverse();
}

/** The same gesture by somebody who sees the carton as it is now; null: a gesture that cannot be made again. */
function asSeenNow(command: Command, carton: CartonRow): Command | null {
	const { shipmentId } = carton;
	switch (command.name) {
		case 'carton.pack':
			return { name: command.name, args: { ...command.args, shipmentId } };
		case 'carton.takeOut':
			return { name: command.name, args: { ...command.args, shipmentId } };
		case 'carton.remove':
		case 'carton.label':
		case 'carton.removeLabel':
		case 'carton.unpack':
			return { name: command.name, args: { ...command.args, shipmentId } };
		case 'carton.setStatus':
			return { name: command.name, args: { ...command.args, was: carton.status } };
		case 'carton.move':
			return { name: command.name, args: { ...command.args, was: carton.locationId } };
		case 'carton.assign':
		case 'carton.discard':
			return command;
		default:
			return null;
	}
}
