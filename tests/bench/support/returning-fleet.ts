/**
 * Many phones come back at once, each with a queue: all say hello, send it in the batches of a phone, and come again when the
 * server has too much to do. What was answered is compared with what the database holds, by the server's own log.
 */
import Database from 'better-sqlite3';
import { MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import type { AppServer } from '../../e2e/support/server.ts';
import type { FleetPhone } from '../../support/fleet.ts';
import { Talker } from './talker.ts';

export interface Returned {
	/** From the first hello to the last answer. */
	ms: number;
	sent: number;
	accepted: number;
	/** How often the server asked a phone to come again. */
	turnedAway: number;
}

/** @param each mutations in the queue of each phone @param meanwhile for every answered push */
export async function returnFleet(
	app: AppServer,
	fleet: readonly FleetPhone[],
	each: number,
	meanwhile: () => void = () => undefined
): Promise<Returned> {
	const talkers = fleet.map((phone) => new Talker(app.origin, phone));
	const queues = talkers.map((talker) => Array.from({ length: each }, () => talker.scan()));
	const started = performance.now();
	const accepted = await Promise.all(
		talkers.map(async (talker, n) => {
			await talker.greet();
			let ok = 0;
			for (let at = 0; at < each; at += MAX_PUSH_MUTATIONS) {
				const verdicts = await talker.push(queues[n]!.slice(at, at + MAX_PUSH_MUTATIONS));
				ok += verdicts.filter(({ status }) => status === 'ok').length;
				meanwhile();
			}
			return ok;
		})
	);
	const ms = performance.now() - started;
	talkers.forEach((talker) => talker.close());
	const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);
	return {
		...{ ms, sent: each * fleet.length, accepted: sum(accepted) },
		turnedAway: sum(talkers.map(({ turnedAway }) => turnedAway))
	};
}

/**
 * What a database holds of what phones sent, each a label put on or taken off.
 * @param file of a server that is stopped, or between two commits
 */
export function keptOf(file: string): { decided: number; effects: number } {
	const db = new Database(file, { readonly: true });
	const count = (text: string): number => db.prepare(text).pluck().get() as number;
	const kept = {
		decided: count(`SELECT count(*) FROM mutation_result WHERE replica_id NOT LIKE 'desk:%'`),
		effects: count(`SELECT count(*) FROM carton_event WHERE reason IN ('carton.label', 'carton.removeLabel')`)
	};
	db.close();
	return kept;
}
