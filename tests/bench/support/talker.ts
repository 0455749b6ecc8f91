/** One phone of the fleet that says hello and pushes; it numbers its mutations and remembers nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PushInput, PushOutput } from '#lib/protocol/envelope.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { FleetPhone } from '../../support/fleet.ts';
import { FleetCall } from './fleet-call.ts';

type Mutation = PushInput['mutations'][number];

export class Talker {
	readonly #call: FleetCall;
	#epoch = '';
	#scans = 0;
	/** The last mutation's. */
	mid = 0;
	/** Waits for an answer. */
	busy = false;
	/** How often the server had too much to do, and this phone came again. */
	turnedAway = 0;

	constructor(
		origin: string,
		readonly phone: FleetPhone
	) {
		this.#call = new FleetCall(new URL(origin), phone.cookie);
	}

	async greet(): Promise<void> {
		const { status, json } = await this.#call.post('sync.hello', {
			...{ replicaId: this.phone.replicaId, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'bench' },
			...{ warehouseId: 'bench-warehouse', queueDepth: 0, clientNow: new Date().toISOString(), leases: [] }
		});
		if (status !== 200) throw new Error(`hello answered ${status}: ${JSON.stringify(json)}`);
		this.#epoch = (json as { result: { data: { epoch: string } } }).result.data.epoch;
	}

	/** Comes again when the server asks it to, as phones do. @throws when the push is not answered with verdicts */
	async push(mutations: Mutation[]): Promise<PushOutput['results']> {
		const input: PushInput = { epoch: this.#epoch, replicaId: this.phone.replicaId, mutations };
		this.busy = true;
		let answer = await this.#call.post('sync.push', input);
		for (let waitMs = askedToWait(answer.json); waitMs !== null; waitMs = askedToWait(answer.json)) {
			this.turnedAway++;
			await sleep(waitMs * (0.7 + 0.3 * Math.random()));
			answer = await this.#call.post('sync.push', input);
		}
		this.busy = false;
		const { status, json } = answer;
		if (status !== 200) throw new Error(`push answered ${status}: ${JSON.stringify(json)}`);
		return (json as { result: { data: PushOutput } }).result.data.results;
	}

	/** Labels each of its cartons in turn, then takes the labels off again: every one has an effect. */
	scan(): Mutation {
		const { cartonIds } = this.phone;
		const turn = Math.floor(this.#scans / cartonIds.length);
		const cartonId = cartonIds[this.#scans++ % cartonIds.length];
		return this.mutation(turn % 2 === 0 ? 'carton.label' : 'carton.removeLabel', { cartonId });
	}

	mutation(name: string, args: object): Mutation {
		this.mid++;
		return {
			...{ uid: newUuid(), mid: this.mid, name, version: 1, schema: 1, args: JSON.stringify(args) },
			...{ actorId: this.phone.personId, deviceTime: new Date().toISOString(), clockOffset: 0 }
		};
	}

	close(): void {
		this.#call.close();
	}
}

interface Refused {
	error?: { data?: { escale?: { refusal: string; retryAfterMs: number | null } } };
}

/** How many milliseconds a busy server asks for; null: it has answered. */
function askedToWait(json: unknown): number | null {
	const refused = (json as Refused).error?.data?.escale;
	return refused?.refusal === 'busy' ? (refused.retryAfterMs ?? 1_000) : null;
}
