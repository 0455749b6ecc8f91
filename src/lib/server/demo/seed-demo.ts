/**
 * Fills an empty database with a believable warehouse. Everything that happened in it is said in commands, by phones and at
 * the desk, with times in the past, so that every rule holds and the log is whole. `npm start` and `ops seed-demo` run it;
 * production refuses.
 */
import type { Command } from '#lib/domain/commands.ts';
import { cartonCode } from '#lib/domain/carton-code.ts';
import { mod10 } from '#lib/domain/check-digits.ts';
import { grant } from '#lib/server/access/devices.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { sql } from '#lib/server/store/sql.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { seedBulk } from './demo-bulk.ts';
import { DemoClock } from './demo-clock.ts';
import { contentOf, dice } from './demo-content.ts';
import { demoPinOf, newDemoPassword, seedPeople, type DemoUser } from './demo-people.ts';
import { DemoPhone } from './demo-phone.ts';
import type { Theme } from './demo-products.ts';
import { seedReference, type DemoReference } from './demo-reference.ts';
import { LOOSE, STORIES, type Story } from './demo-stories.ts';
import { tellEvents } from './demo-events.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface DemoOptions {
	/** Absent: the setting `DEMO_PASSWORD`, else a new one. */
	password?: string;
	/** At least so many cartons in all; those beyond the stories are made in bulk, for benches. */
	cartons?: number;
}

export interface SeededDemo {
	password: string;
	/** With the badges `BADGE-OPERATOR`, `BADGE-MANAGER`… */
	pin: string;
	users: DemoUser[];
	cartons: number;
	shipments: number;
}

/** Why the demo is not made. */
export class DemoRefusal extends Error {
	override readonly name = 'StartRefusal';
}

/** A database in which nobody has an account. */
export const isUnused = (store: Store): boolean =>
	store.read((db) => sql(db, 'SELECT 1 FROM account LIMIT 1').get() === undefined);

/** @throws DemoRefusal in production, or where somebody works already */
export async function seedDemo(
	world: Pick<ServerWorld, 'store' | 'access' | 'settings' | 'clock'>,
	options: DemoOptions = {}
): Promise<SeededDemo> {
	const { store, settings } = world;
	if (settings.production) throw new DemoRefusal('A production server gets no demo data and no default account.');
	if (!isUnused(store))
		throw new DemoRefusal(`${settings.databaseFile} has accounts already; the demo is for an empty database.`);
	const now = world.clock();
	const password = options.password ?? settings.demoPassword ?? newDemoPassword();
	const users = await seedPeople(store, password, now);
	const reference = await seedReference(store, settings.defaultShipper);
	const demo = await new Demo(world, users, reference, new DemoClock(now, settings.siteTimeZone)).tell();
	const extra = await seedBulk(store, reference, users, Math.max(0, (options.cartons ?? 0) - demo.cartons), now);
	return {
		password,
		pin: demoPinOf(password),
		users,
		cartons: demo.cartons + extra.cartons,
		shipments: demo.shipments + extra.shipments
	};
}

class Demo {
	readonly #roll = dice(20_260_301);
	/** Pre-printed stickers so far. */
	#stickers = 0;
	#cartons = 0;
	readonly #phones = new Map<string, DemoPhone>();

	constructor(
		readonly world: Pick<ServerWorld, 'store' | 'access'>,
		readonly users: readonly DemoUser[],
		readonly reference: DemoReference,
		readonly clock: DemoClock
	) {}

	async tell(): Promise<{ cartons: number; shipments: number }> {
		const manager = this.user('manager');
		for (const code of this.reference.warehouses.keys()) await this.#switchOn(code);
		const told: { story: Story; shipmentId: string; cartonIds: string[] }[] = [];
		for (const story of STORIES) {
			const shipmentId = newUuid();
			await this.atDesk(manager, this.#planOf(story, shipmentId), this.clock.at(story.created));
			told.push({ story, shipmentId, cartonIds: this.#pack(story, shipmentId) });
		}
		this.#standing();
		await this.#drain();
		for (const one of told) await tellEvents(this, one, this.#phones.get('CDG')!);
		await this.#drain();
		return { cartons: this.#cartons, shipments: told.length };
	}

	/** A command at the desk. @throws when a rule refuses it: then a story contradicts the rule book */
	async atDesk({ id }: DemoUser, command: Command, at: number): Promise<void> {
		const verdict = await this.world.store.runCommand({
			personId: id,
			command,
			uid: newUuid(),
			occurredAt: new Date(at).toISOString()
		});
		if (verdict.status !== 'ok')
			throw new Error(`The demo's ${command.name} was refused: ${JSON.stringify(verdict.rejection)}`);
	}

	user(role: DemoUser['role']): DemoUser {
		return this.users.find((user) => user.role === role)!;
	}

	async #switchOn(warehouse: string): Promise<void> {
		const { store, access } = this.world;
		const operator = this.user('operator');
		const device = await access.devices.register(`Téléphone du quai ${warehouse}`);
		await store.write((db) => grant(db, device.id, operator.id, this.clock.now.toISOString()));
		const phone = new DemoPhone(store, device.id, operator.id, this.reference.warehouses.get(warehouse)!);
		await phone.hello(this.clock.now);
		this.#phones.set(warehouse, phone);
	}

	async #drain(): Promise<void> {
		for (const phone of this.#phones.values()) await phone.drain();
	}

	#planOf(story: Story, shipmentId: string): Command {
		const { destinations, contacts } = this.reference;
		const destination = destinations.get(story.to)!;
		const { shipper, recipient, temporary, notes } = story;
		const created = 'minutesAgo' in story.created ? 0 : story.created[0];
		return {
			name: 'shipment.create',
			args: {
				shipmentId,
				destinationId: destination.id,
				...(shipper === undefined ? {} : { shipperId: contacts.get(shipper)! }),
				...(recipient === undefined
					? {}
					: { recipientId: contacts.get(recipient)!, correspondentId: destination.correspondentId }),
				...(temporary === undefined ? { requestedOn: this.clock.day(21 - created) } : { temporary }),
				...(notes === undefined ? {} : { notes })
			}
		};
	}

	/** Packs, assigns and labels a shipment's cartons, beginning an hour after it was created. */
	#pack(story: Story, shipmentId: string): string[] {
		const phone = this.#phones.get('CDG')!;
		const begins = this.clock.at(story.created) + HOUR_MS;
		const labeled = story.labeled ?? story.cartons;
		const cartonIds = Array.from({ length: story.cartons }, (_, i) =>
			this.#carton('CDG', story.theme, 'packed', begins + i * 5 * MINUTE_MS)
		);
		const assigning = begins + 2 * HOUR_MS;
		cartonIds.forEach((cartonId, i) => {
			phone.did({ name: 'carton.assign', args: { cartonId, shipmentId } }, assigning + i * MINUTE_MS);
			if (i < labeled)
				phone.did({ name: 'carton.label', args: { cartonId, shipmentId } }, assigning + HOUR_MS / 2 + i * MINUTE_MS);
		});
		return cartonIds;
	}

	/** Cartons of the last days that are in no shipment yet. */
	#standing(): void {
		const themes = ['medical', 'school', 'hygiene'] as const;
		for (const { warehouse, status, count } of LOOSE) {
			for (let i = 0; i < count; i++) {
				this.#carton(
					warehouse,
					themes[this.#roll(3)]!,
					status,
					this.clock.at([1 + (i % 6), '09:00']) + i * 7 * MINUTE_MS
				);
			}
		}
	}

	/** Every third carton carries a pre-printed sticker, the others a code of the phone's lease. */
	#carton(warehouse: string, theme: Theme, status: 'draft' | 'picking' | 'packed', at: number): string {
		const phone = this.#phones.get(warehouse)!;
		const cartonId = newUuid();
		const number = this.#cartons++ % 3 === 2 ? null : phone.nextNumber();
		const shelves = this.reference.locations.get(warehouse)!;
		phone.did(
			{
				name: 'carton.create',
				args: {
					cartonId,
					code: number === null ? this.#sticker() : cartonCode(number),
					source: number === null ? 'printed' : 'leased',
					warehouseId: phone.warehouseId,
					locationId: shelves[this.#roll(shelves.length)]!
				}
			},
			at
		);
		if (status === 'draft') return cartonId;
		const items = contentOf(theme, this.reference, this.clock, this.#roll);
		const ready = status === 'packed' ? { ready: true } : {};
		phone.did({ name: 'carton.pack', args: { cartonId, items, shipmentId: null, ...ready } }, at + 3 * MINUTE_MS);
		return cartonId;
	}

	/** An SSCC-18 of the range that GS1 keeps for use inside a company. */
	#sticker(): string {
		const digits = `3299000${String(++this.#stickers).padStart(10, '0')}`;
		return digits + mod10(digits);
	}
}
