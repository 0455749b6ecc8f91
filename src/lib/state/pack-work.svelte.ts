/**
 * Emballer: a carton is open, each product scan shows what was read and how many, and goes in when the worker says so or
 * scans the next thing. Holds only what is in the worker's hand; the carton itself is the replica's.
 */
import type { PackedItem } from '#lib/domain/commands.ts';
import type { CartonItem, ProductRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Meaning, Thing, Submitted } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { packPath } from './pack-address.ts';
import { Work } from './work.ts';

/** A product in hand: to go in, or to come out. */
export interface InHand {
	direction: 'in' | 'out';
	product: Pick<ProductRow, 'id' | 'name'>;
	lotCode: string | null;
	expiresOn: string | null;
	quantity: number;
	/** The most that can be chosen: what is inside, when something comes out. */
	most: number;
	/** How the scan log names it. */
	code: string;
}

const MOST = 99_999;

export class PackWork extends Work {
	protected readonly expects = ['carton', 'product'] as const;
	readonly cartonId: string | null;
	#inHand = $state.raw<InHand | null>(null);

	/** `cartonId` null: no carton is open yet. */
	constructor(floor: Floor, choices: Choices, cartonId: string | null) {
		super(floor, choices);
		this.cartonId = cartonId;
	}

	get inHand(): InHand | null {
		return this.#inHand;
	}

	setQuantity(quantity: number): void {
		if (this.#inHand) this.#inHand = { ...this.#inHand, quantity };
	}

	/** Takes a product in hand: found by name, or carried here from another screen. What is shown of it is the answer. */
	take(
		product: ProductRow,
		read: { lotCode?: string | null; expiresOn?: string | null; quantity?: number | null; code?: string } = {}
	): void {
		this.#inHand = {
			direction: 'in',
			product,
			lotCode: read.lotCode ?? null,
			expiresOn: read.expiresOn ?? null,
			quantity: Math.min(read.quantity ?? 1, MOST),
			most: MOST,
			code: read.code ?? product.sku
		};
	}

	/** [C13] Takes a line of the content in hand, to come out. */
	takeOut(item: CartonItem, product: Pick<ProductRow, 'id' | 'name' | 'sku'>): void {
		const { lotCode, expiresOn, quantity } = item;
		this.#inHand = { direction: 'out', product, lotCode, expiresOn, quantity, most: quantity, code: product.sku };
	}

	/** Puts it down again; nothing was recorded. */
	putDown(): void {
		this.#inHand = null;
	}

	/** Packs or takes out what is in hand. `true`: recorded, or nothing was in hand. */
	async confirm(): Promise<boolean> {
		const inHand = this.#inHand;
		if (!inHand || this.cartonId === null) return true;
		const submitted = inHand.direction === 'in' ? await this.#pack(inHand, false) : await this.#takeOut(inHand);
		if (submitted.kind === 'refused') return false;
		this.#inHand = null;
		return true;
	}

	/** [C3] "Prêt": with something in hand it goes in first, in the same gesture. The next carton can come. */
	async ready(): Promise<void> {
		const { cartonId } = this;
		const inHand = this.#inHand;
		const carton = cartonId === null ? null : await this.floor.carton(cartonId);
		if (!carton) return;
		const submitted =
			inHand?.direction === 'in'
				? await this.#pack(inHand, true)
				: await this.floor.carryOut(
						{ name: 'carton.setStatus', args: { cartonId: carton.id, status: 'packed', was: carton.status } },
						{ code: carton.code, done: this.#readyAnswer(carton.id) }
					);
		if (submitted.kind === 'refused') return;
		this.#inHand = null;
		await this.floor.open('/scan/pack');
	}

	/** A linked carton is ready already: what is in hand goes in, and the next carton can come. */
	async finish(): Promise<void> {
		if (await this.confirm()) await this.floor.open('/scan/pack');
	}

	/** A new carton closes the open one: what is in hand goes in first. */
	override async createCarton(code: string): Promise<boolean> {
		return (await this.confirm()) && super.createCarton(code);
	}

	protected override packing(cartonId: string): string {
		return this.#carry(cartonId);
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		switch (meaning.kind) {
			case 'product':
				return this.#product(meaning, code);
			case 'carton':
				if (meaning.carton.id !== this.cartonId && !(await this.confirm())) return;
				await this.floor.client.logScan({ code, opened: 'carton', rejection: null });
				if (meaning.carton.id !== this.cartonId) await this.floor.open(this.#carry(meaning.carton.id));
				return this.floor.answers.acknowledge('ok');
			default:
				return this.notForHere(meaning, code);
		}
	}

	async #product(meaning: Extract<Meaning, { kind: 'product' }>, code: string): Promise<void> {
		const { product, lotCode, expiresOn, quantity } = meaning;
		const inHand = this.#inHand;
		const again =
			inHand?.direction === 'in' &&
			inHand.product.id === product.id &&
			inHand.lotCode === lotCode &&
			inHand.expiresOn === expiresOn;
		if (again) {
			await this.floor.client.logScan({ code, opened: 'product', rejection: null });
			this.setQuantity(Math.min(inHand.quantity + (quantity ?? 1), MOST));
			return this.floor.answers.acknowledge('ok');
		}
		// Scanning the next thing confirms the one that is shown: no second tap between two products.
		if (!(await this.confirm())) return;
		await this.floor.client.logScan({ code, opened: 'product', rejection: null });
		this.take(product, { lotCode, expiresOn, quantity, code });
		this.floor.answers.acknowledge('ok');
	}

	/** A carton scanned after a product: the product goes with it. */
	#carry(cartonId: string): string {
		const inHand = this.#inHand;
		if (inHand?.direction !== 'in') return `/scan/pack/${cartonId}`;
		return packPath(cartonId, { ...inHand, productId: inHand.product.id });
	}

	async #pack(inHand: InHand, ready: boolean): Promise<Submitted> {
		const carton = this.cartonId === null ? null : await this.floor.carton(this.cartonId);
		if (!carton) throw new Error(`packing into a carton that is not here: ${this.cartonId}`);
		return this.floor.carryOut(
			{
				name: 'carton.pack',
				args: {
					cartonId: carton.id,
					items: [itemOf(inHand)],
					shipmentId: carton.shipmentId,
					...(ready ? { ready } : {})
				}
			},
			{
				code: inHand.code,
				done: ready
					? this.#readyAnswer(carton.id)
					: {
							headline: m.floor_done_pack({ count: inHand.quantity }),
							code: null,
							sentence: m.floor_done_pack_sentence({ product: inHand.product.name, code: carton.code })
						}
			}
		);
	}

	async #takeOut(inHand: InHand): Promise<Submitted> {
		const carton = this.cartonId === null ? null : await this.floor.carton(this.cartonId);
		if (!carton) throw new Error(`taking out of a carton that is not here: ${this.cartonId}`);
		return this.floor.carryOut(
			{
				name: 'carton.takeOut',
				args: { cartonId: carton.id, items: [itemOf(inHand)], shipmentId: carton.shipmentId }
			},
			{
				code: inHand.code,
				done: {
					headline: m.floor_done_take_out({ count: inHand.quantity }),
					code: null,
					sentence: m.floor_done_take_out_sentence({ product: inHand.product.name, code: carton.code })
				}
			}
		);
	}

	#readyAnswer(cartonId: string) {
		return {
			headline: m.floor_done_ready(),
			next: { label: m.floor_assign_carton(), run: () => this.floor.open(`/scan/assign?carton=${cartonId}`) }
		};
	}
}

const itemOf = ({ product, quantity, lotCode, expiresOn }: InHand): PackedItem => ({
	productId: product.id,
	quantity,
	...(lotCode === null ? {} : { lotCode }),
	...(expiresOn === null ? {} : { expiresOn })
});
