/**
 * A phone of the demo: what its worker scanned goes through the same push as a real phone's, hundred by hundred, so that
 * cartons have codes of its lease, its times and its operator. Lives only while the demo is made.
 */
import type { Command } from '#lib/domain/commands.ts';
import { commandVersion } from '#lib/protocol/upcast.ts';
import type { Mutation } from '#lib/protocol/envelope.ts';
import { MAX_PUSH_MUTATIONS, PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

export class DemoPhone {
	readonly #replicaId = newUuid();
	readonly #queue: Mutation[] = [];
	#mid = 0;
	#numbers: { from: number; until: number }[] = [];

	/** @param actorId someone with a grant on this device */
	constructor(
		readonly store: Store,
		readonly deviceId: string,
		readonly actorId: string,
		readonly warehouseId: string
	) {}

	async hello(now: Date): Promise<void> {
		const { leases } = await this.store.hello(
			{
				replicaId: this.#replicaId,
				lastLmid: this.#mid,
				cookie: null,
				schema: SCHEMA_CURRENT,
				protocol: PROTOCOL_VERSION,
				appVersion: '',
				warehouseId: this.warehouseId,
				queueDepth: 0,
				clientNow: now.toISOString(),
				leases: []
			},
			this.deviceId
		);
		this.#numbers = leases.map((range) => ({ ...range }));
	}

	/** The next number of its lease; null when that is used up. */
	nextNumber(): number | null {
		const range = this.#numbers.find(({ from, until }) => from <= until);
		return range === undefined ? null : range.from++;
	}

	/** Queues what its worker did at `at` (milliseconds since 1970). */
	did(command: Command, at: number): void {
		this.#queue.push({
			uid: newUuid(),
			mid: ++this.#mid,
			name: command.name,
			version: commandVersion(command.name),
			schema: SCHEMA_CURRENT,
			args: JSON.stringify(command.args),
			actorId: this.actorId,
			deviceTime: new Date(at).toISOString(),
			clockOffset: 0
		});
	}

	/** Sends what is queued. @throws when a rule refuses any of it: then a story contradicts the rule book */
	async drain(): Promise<void> {
		while (this.#queue.length > 0) {
			const mutations = this.#queue.splice(0, MAX_PUSH_MUTATIONS);
			const { results } = await this.store.push(
				{ epoch: this.store.epoch, replicaId: this.#replicaId, mutations },
				this.deviceId
			);
			const refused = results.find(({ status }) => status !== 'ok');
			if (refused) {
				const { name, args } = mutations.find(({ uid }) => uid === refused.uid)!;
				throw new Error(`The demo's ${name} ${args} was refused: ${JSON.stringify(refused.rejection)}`);
			}
		}
	}
}
