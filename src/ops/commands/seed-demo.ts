/** `ops seed-demo`: fills the configured database with the demo warehouse and says how to sign in. Refused in production. */
import { readSettings } from '#lib/server/config.ts';
import { demoBadge } from '#lib/server/demo/demo-people.ts';
import { isUnused, seedDemo as seed } from '#lib/server/demo/seed-demo.ts';
import { createServerWorld } from '#lib/server/server-world.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

export const seedDemo: OpsCommand = {
	options: {
		cartons: { type: 'string', about: 'at least so many cartons, for measuring' },
		'if-empty': { type: 'boolean', about: 'do nothing, and say so, where somebody works already' }
	},
	run: async ({ cartons = '0', 'if-empty': ifEmpty }) => {
		if (typeof cartons !== 'string' || !/^\d{1,7}$/.test(cartons)) throw new WrongUse('--cartons takes a number');
		const world = await createServerWorld(readSettings());
		try {
			if (ifEmpty === true && !isUnused(world.store)) {
				return { exitCode: 0, lines: [], json: { seeded: false } };
			}
			const { users, ...demo } = await seed(world, { cartons: Number(cartons) });
			const logins = users.map(({ login }) => login);
			const lines = [
				`A demo warehouse with ${demo.cartons} cartons in ${demo.shipments} shipments.`,
				`Users ${logins.join(', ')}; password ${demo.password}` +
					(world.settings.demoPassword === null ? ' (shown this once)' : ' (DEMO_PASSWORD)'),
				`To take over a phone: badge ${demoBadge('operator')} (or another user's), PIN ${demo.pin}`
			];
			return { exitCode: 0, lines, json: { seeded: true, logins, ...demo } };
		} finally {
			await world.close();
		}
	}
};
