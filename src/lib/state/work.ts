/**
 * What a scan does on the screen that is open: find out what the code means (R4), then act on it. The modes say which kinds
 * they expect and what they do with them; what they do not expect is answered, never swallowed (I37).
 */
import { checkCartonCode } from '#lib/domain/carton-code.ts';
import { modeOf, normalizeCode, type Mode } from '#lib/domain/codes.ts';
import { referenceOf, refuse } from '#lib/domain/refuse.ts';
import type { ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Meaning, Resolution, Thing } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { MODE_PATHS } from './modes.ts';

export abstract class Work {
	protected readonly floor: Floor;
	protected readonly choices: Choices;
	/** What this screen works with: among several meanings of a code it takes the one of these kinds (R4). */
	protected abstract readonly expects: readonly Meaning['kind'][];

	constructor(floor: Floor, choices: Choices) {
		this.floor = floor;
		this.choices = choices;
	}

	/** What a scan that has one meaning does here. `code` is how it stands in the scan log. */
	protected abstract act(meaning: Thing, code: string): Promise<void>;

	/** One scan, from text to answer. `text` may carry its AIM identifier. */
	async scan(text: string): Promise<void> {
		this.choices.clear();
		const mode = modeOf(text);
		if (mode !== null) return this.#enter(mode, normalizeCode(text));
		const resolution = await this.floor.client.resolve(text);
		const code = resolution.kind === 'unknown' ? resolution.code : normalizeCode(text);
		const meaning = this.#expected(resolution);
		if (meaning) return this.#meant(meaning, code);
		if (resolution.kind === 'unknown') return this.#unknown(resolution);
		if (resolution.kind === 'several') {
			this.choices.offer({ code, meanings: resolution.meanings, choose: (chosen) => this.#meant(chosen, code) });
			this.floor.answers.give({
				tone: 'warn',
				headline: m.floor_several(),
				code,
				sentence: m.floor_several_sentence()
			});
		}
	}

	/** [R3] Makes the carton and opens it for packing; `false`: refused, and answered so. */
	async createCarton(code: string): Promise<boolean> {
		const warehouseId = await this.floor.client.warehouseId();
		if (warehouseId === null) throw new Error('a carton was to be created before the working set was there');
		const cartonId = this.floor.newId();
		const source = checkCartonCode(normalizeCode(code)).kind === 'valid' ? 'leased' : 'printed';
		const submitted = await this.floor.carryOut(
			{ name: 'carton.create', args: { cartonId, code, source, warehouseId } },
			{ code, done: { headline: m.floor_done_create(), sentence: m.floor_done_create_sentence() } }
		);
		if (submitted.kind === 'saved') await this.floor.open(this.packing(cartonId));
		return submitted.kind === 'saved';
	}

	/** [R3] A carton with the next code of this phone's lease. */
	async createNext(): Promise<void> {
		const code = await this.floor.client.nextLeasedCode();
		if (code === null) return this.floor.refuse(refuse('lease_empty', {}));
		await this.createCarton(code);
	}

	/** The packing screen of a carton just made. */
	protected packing(cartonId: string): string {
		return `/scan/pack/${cartonId}`;
	}

	/** A thing that this screen does nothing with: says what it is and where it can be opened. */
	protected async notForHere(meaning: Thing, code: string): Promise<void> {
		await this.floor.client.logScan({ code, opened: meaning.kind, rejection: null });
		const path = pathOf(meaning);
		this.floor.answers.give({
			tone: 'warn',
			headline: NOT_FOR_HERE[meaning.kind](),
			sentence: nameOfMeaning(meaning),
			next:
				path === null
					? null
					: { label: m.floor_open_named({ name: nameOfMeaning(meaning) }), run: () => this.floor.open(path) }
		});
	}

	/** A badge means the same on every screen: its owner takes this phone over. */
	async #meant(meaning: Meaning, code: string): Promise<void> {
		if (meaning.kind !== 'person') return this.act(meaning, code);
		await this.floor.client.logScan({ code, opened: 'person', rejection: null });
		this.floor.askPin({ badgeCode: code, name: meaning.person.name });
		this.floor.answers.acknowledge('ok');
	}

	#expected(resolution: Resolution): Meaning | null {
		if (resolution.kind === 'one') return resolution.meaning;
		if (resolution.kind === 'unknown') return null;
		const wanted = resolution.meanings.filter((meaning) => this.expects.includes(meaning.kind));
		return wanted.length === 1 ? (wanted[0] ?? null) : null;
	}

	async #unknown({ code, creatable, refusal }: Extract<Resolution, { kind: 'unknown' }>): Promise<void> {
		await this.floor.client.logScan({ code, opened: null, rejection: refusal });
		if (!creatable) return this.floor.refuse(refusal, { code: null });
		this.floor.answers.give({
			tone: 'warn',
			headline: m.floor_unknown(),
			code,
			sentence: m.floor_unknown_creatable(),
			next: { label: m.floor_create_carton(), run: () => this.createCarton(code).then(() => undefined) }
		});
	}

	/** A mode card was scanned. */
	async #enter(mode: Mode, code: string): Promise<void> {
		const path = MODE_PATHS[mode];
		await this.floor.client.logScan({ code, opened: 'mode', rejection: null });
		if (path === null) {
			this.floor.answers.give({
				tone: 'warn',
				headline: m.floor_mode_missing(),
				code,
				sentence: m.floor_mode_missing_sentence()
			});
			return;
		}
		await this.floor.open(path);
		this.floor.answers.acknowledge('ok');
	}
}

const NOT_FOR_HERE = {
	carton: m.floor_not_here_carton,
	shipment: m.floor_not_here_shipment,
	location: m.floor_not_here_location,
	product: m.floor_not_here_product
} as const satisfies Record<Thing['kind'], () => string>;

/** A meaning as a person names it. */
export function nameOfMeaning(meaning: Meaning): string {
	switch (meaning.kind) {
		case 'carton':
			return meaning.carton.code;
		case 'shipment':
			return referenceOf(meaning.shipment) || m.floor_shipment_unnumbered();
		case 'location':
			return meaning.code;
		case 'person':
			return meaning.person.name;
		case 'product':
			return meaning.product.name;
	}
}

/** "Ouvrir 260147", or without its number while it has none. */
export function openShipmentWord(shipment: ShipmentRow): string {
	const name = referenceOf(shipment);
	return name === '' ? m.floor_open_shipment() : m.floor_open_named({ name });
}

/** Where a meaning can be opened; null: it has no page on the floor. */
export function pathOf(meaning: Meaning): string | null {
	if (meaning.kind === 'carton') return `/scan/cartons/${meaning.carton.id}`;
	if (meaning.kind === 'shipment') return `/scan/shipments/${meaning.shipment.id}`;
	return null;
}
