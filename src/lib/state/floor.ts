/**
 * What every screen of the floor does alike: carry out a command and answer for it, open things, offer to keep a refusal.
 * Decides nothing: the replica asks the rule. Runs on the phone; where "open" leads is given by whoever wires it.
 */
import type { Command } from '#lib/domain/commands.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { headline } from '#lib/domain/sentences.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { ReplicaClient, Submitted } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import type { Answer, AnswerAction, Answers } from './answers.svelte.ts';
import { commandWord } from './words.ts';

/** How a command is carried out: the code that was scanned or stands for it, and what to say when it is saved. */
export interface CarryOut {
	code: string;
	done: { headline: string; sentence?: string } & Partial<Pick<Answer, 'next' | 'code' | 'tone'>>;
}

export interface FloorPorts {
	client: ReplicaClient;
	answers: Answers;
	/** Goes to a screen of the floor; resolves when it is there. */
	open: (path: string) => Promise<void>;
	/** A new UUIDv7. */
	newId: () => string;
	/** Asks for the PIN of this badge's owner; null: of who works now. */
	askPin: (badge: AskedPin | null) => void;
}

/** Whose PIN is asked for. */
export interface AskedPin {
	badgeCode: string;
	name: string;
}

export class Floor {
	readonly client: ReplicaClient;
	readonly answers: Answers;
	readonly open: FloorPorts['open'];
	readonly newId: FloorPorts['newId'];
	readonly askPin: FloorPorts['askPin'];

	constructor({ client, answers, open, newId, askPin }: FloorPorts) {
		this.client = client;
		this.answers = answers;
		this.open = open;
		this.newId = newId;
		this.askPin = askPin;
	}

	/** Submits and answers: saved, noted or refused because. A refusal that may rest on old knowledge can be kept. */
	async carryOut(command: Command, { code, done }: CarryOut): Promise<Submitted> {
		const submitted = await this.client.submit(command, { code });
		await this.#answerFor(submitted, command, { code, done });
		return submitted;
	}

	/** Takes one's own last gesture back, and says which. */
	async undo(last: { uid: string; command: Command }): Promise<void> {
		const submitted = await this.client.undo(last.uid);
		const named = await this.nameOf(last.command);
		await this.#answerFor(submitted, last.command, {
			code: named,
			done: { tone: 'info', headline: m.floor_undone(), sentence: commandWord(last.command.name), code: named }
		});
	}

	/** Answers with a refusal: its headline, its sentence, and where the obstacle can be looked at. */
	async refuse(rejection: Rejection, extra: Partial<Answer> = {}): Promise<void> {
		const next = extra.next ?? (await this.#openObstacle(rejection));
		this.answers.give({
			tone: 'no',
			headline: headline(rejection, getLocale()),
			sentence: this.answers.say(rejection),
			...extra,
			next
		});
	}

	async carton(id: string): Promise<CartonRow | null> {
		return currentOf(this.client.row('cartons', id));
	}

	async shipment(id: string): Promise<ShipmentRow | null> {
		return currentOf(this.client.row('shipments', id));
	}

	/** The code or reference that a command is about, for a person. */
	async nameOf(command: Command): Promise<string> {
		if ('code' in command.args && command.name === 'carton.create') return command.args.code;
		if ('cartonId' in command.args) return (await this.carton(command.args.cartonId))?.code ?? '';
		if ('shipmentId' in command.args) {
			const shipment = await this.shipment(command.args.shipmentId);
			return shipment ? referenceOf(shipment) : '';
		}
		return '';
	}

	async #answerFor(submitted: Submitted, command: Command, { code, done }: CarryOut): Promise<void> {
		switch (submitted.kind) {
			case 'saved': {
				const [note] = submitted.notes;
				this.answers.give({
					tone: 'ok',
					sentence: '',
					code,
					...done,
					...(note ? { tone: 'warn' as const, sentence: this.answers.say(note) } : {}),
					uid: submitted.uid,
					fate: 'queued'
				});
				return;
			}
			case 'noop':
				this.answers.give({
					tone: 'warn',
					headline: headline(submitted.rejection, getLocale()),
					sentence: this.answers.say(submitted.rejection),
					next: done.next ?? null
				});
				return;
			case 'refused':
				// The worker does it again after their PIN: what stood under the thumb then may be another's.
				if (submitted.rejection.code === 'shift_over') this.askPin(null);
				await this.refuse(submitted.rejection, {
					other: submitted.keepable ? this.#keepAnyway(command, code, submitted.rejection) : null
				});
		}
	}

	#keepAnyway(command: Command, code: string, rejection: Rejection): AnswerAction {
		return {
			label: m.floor_keep_anyway(),
			run: async () => {
				const kept = await this.client.submit(command, { code, despite: rejection.code });
				if (kept.kind !== 'saved') return this.#answerFor(kept, command, { code, done: { headline: '' } });
				this.answers.give({
					tone: 'warn',
					headline: m.floor_kept(),
					code,
					sentence: m.floor_kept_sentence(),
					uid: kept.uid,
					fate: 'queued'
				});
			}
		};
	}

	/** "Ouvrir 260139": the shipment, else the carton, that the rejection names. */
	async #openObstacle(rejection: Rejection): Promise<AnswerAction | null> {
		const shipments = await Promise.all(rejection.entities.map((id) => this.shipment(id)));
		const shipment = shipments.find((found) => found !== null && referenceOf(found) === rejection.params.reference);
		if (shipment) {
			return {
				label: m.floor_open_named({ name: referenceOf(shipment) || m.floor_shipment_unnumbered() }),
				run: () => this.open(`/scan/shipments/${shipment.id}`)
			};
		}
		const cartons = await Promise.all(rejection.entities.map((id) => this.carton(id)));
		const carton = cartons.find((found) => found !== null);
		if (!carton) return null;
		return { label: m.floor_open_carton(), run: () => this.open(`/scan/cartons/${carton.id}`) };
	}
}
