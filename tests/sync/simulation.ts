/**
 * Several real replicas, a desk and the real server in one process, without network and with time of their own.
 */
import type { Operator } from '#lib/sync/client.ts';
import { createWorld, SEEDED, type TestWorld, type WorldOptions } from '../support/world.ts';
import type { MemoryStore } from './memory-store.ts';
import { Scheduler, Seeded } from './scheduler.ts';
import { ServerLife } from './server-life.ts';
import { SimPhone } from './sim-phone.ts';

export const OPERATOR: Operator = {
	personId: SEEDED.people.operator,
	name: 'Test operator',
	structure: 'Entrepôt',
	role: 'operator'
};
export const MANAGER: Operator = {
	personId: SEEDED.people.manager,
	name: 'Test manager',
	structure: 'Entrepôt',
	role: 'manager'
};

export class Simulation {
	readonly world: TestWorld;
	readonly time: Scheduler;
	readonly random: Seeded;
	readonly phones: SimPhone[] = [];
	/** What happens to the server itself. */
	readonly server: ServerLife;
	/** Every tab drains at once. */
	noLocks = false;
	/** Codes that were made up so far. */
	codes = 0;

	private constructor(world: TestWorld, seed: number) {
		this.world = world;
		this.random = new Seeded(seed);
		this.time = new Scheduler(world.now().getTime(), (ms) => world.advance(ms));
		this.server = new ServerLife(world);
	}

	static async open(seed: number, options: WorldOptions = {}): Promise<Simulation> {
		return new Simulation(await createWorld(options), seed);
	}

	/** A phone of its own device, opened and level with the server. */
	async phone(name: string, operator: Operator = OPERATOR): Promise<SimPhone> {
		await this.world.device(`device-${name}`);
		const phone = new SimPhone(this, name, `device-${name}`, operator);
		this.phones.push(phone);
		await phone.open();
		if ((await this.time.runUntil(() => phone.isQuiet(), 60_000)) === null)
			throw new Error(`${name} never got its working set`);
		// Nothing is under way any more: what a test changes now is asked for anew.
		await this.time.run(3000);
		return phone;
	}

	/** A phone that this server knows already, opened on what it holds. */
	async returns(name: string, operator: Operator, store: MemoryStore): Promise<SimPhone> {
		const phone = new SimPhone(this, name, `device-${name}`, operator, store);
		this.phones.push(phone);
		await phone.open();
		return phone;
	}

	/** The browser profile of a phone, copied with its credential, and opened elsewhere (I5). */
	async copyOf({ name, line, store }: SimPhone): Promise<SimPhone> {
		const copy = new SimPhone(this, `copy of ${name}`, line.deviceId, line.operator!, store.clone());
		this.phones.push(copy);
		await copy.open();
		return copy;
	}

	headSeq = (): number =>
		this.world.value<number | undefined>(`SELECT seq FROM sqlite_sequence WHERE name = 'change'`) ?? 0;

	/** "There is news", to every phone that is within reach. */
	poke(): void {
		for (const phone of this.phones) for (const tab of phone.tabs) tab.poked(this.headSeq(), this.world.store.epoch);
	}

	/** Those whose device may still do something. */
	active = (): SimPhone[] => this.phones.filter((phone) => !phone.isRevoked);

	/** Waits until every phone is level with the server. @returns the milliseconds it took. */
	async settleAll(withinMs = 300_000): Promise<number> {
		const took = await this.time.runUntil(() => this.active().every((phone) => phone.isQuiet()), withinMs);
		if (took === null)
			throw new Error(
				`not level after ${withinMs} ms: ${this.phones.map((phone) => `${phone.name} queued ${phone.queued()} ${JSON.stringify(phone.state())}`).join('; ')}`
			);
		return took;
	}

	faults = (): string[] => this.phones.flatMap((phone) => phone.faults);

	close = (): Promise<void> => {
		for (const phone of this.phones) phone.kill();
		return this.world.close();
	};
}
