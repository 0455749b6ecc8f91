/** A whole fleet that was away, and returns to a server that is killed while it does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptOf, returnFleet } from '../bench/support/returning-fleet.ts';
import type { AppServer } from '../e2e/support/server.ts';
import { startFleet, type FleetPhone } from '../support/fleet.ts';
import { tell } from './support/tell.ts';

const PHONES = 200;
const EACH = 200;
/** After so many answered pushes, power fails. */
const KILLED_AFTER = [60, 200];

let app: AppServer;
let fleet: FleetPhone[];
beforeAll(async () => {
	({ app, fleet } = await startFleet(PHONES, 10));
}, 180_000);
afterAll(() => app?.remove());

test(
	'[I1, I16, I31] fleet-returns: 200 phones at once, the server killed twice meanwhile',
	{ timeout: 240_000 },
	async () => {
		let answered = 0;
		let kills = 0;
		const revive = async () => {
			await app.kill();
			await app.restart();
		};
		const restarts: Promise<void>[] = [];
		const returned = await returnFleet(app, fleet, EACH, () => {
			if (++answered !== KILLED_AFTER[kills]) return;
			kills++;
			restarts.push(revive());
		});
		await Promise.all(restarts);
		expect(kills).toBe(KILLED_AFTER.length);
		await app.stop();
		const { decided, effects } = keptOf(app.databaseFile);
		expect({ decided, effects }).toEqual({ decided: PHONES * EACH, effects: returned.accepted });
		tell({
			fault: 'fleet-returns',
			injected: { phones: PHONES, mutations: returned.sent, SIGKILL: kills, 'turned away': returned.turnedAway },
			held: `${returned.sent} scans decided once each, ${returned.accepted} accepted and in effect once each`
		});
	}
);
