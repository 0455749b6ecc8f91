/**
 * `npx tsx tests/wire/record.ts`: writes down what this release says and stores, before a release that changes it: what a phone
 * sends, a phone's storage with a queue of every kind, and the server's database. What was written is never written again.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PROTOCOL_VERSION } from '#lib/protocol/version.ts';
import type { StoreName } from '#lib/sync/records.ts';
import { SEEDED } from '../support/world.ts';
import { MANAGER, Simulation } from '../sync/simulation.ts';

const folder = `tests/wire/v${PROTOCOL_VERSION}`;
if (existsSync(`${folder}/phone.json`)) {
	console.error(`${folder} is written already: what phones in the field have does not change.`);
	process.exit(1);
}

const sim = await Simulation.open(1);
const said: Record<string, unknown> = {};
const shipmentId = await sim.world.shipment();
const [first, second, third] = await sim.world.cartons(3, 'packed');
const phone = await sim.phone('frozen', MANAGER);
for (const call of ['hello', 'push', 'pull', 'digest'] as const) {
	const answer = phone.line[call] as (input: unknown) => Promise<unknown>;
	phone.line[call] = ((input: unknown) => {
		said[call] = input;
		return answer(input);
	}) as never;
}
const submit = async (command: Parameters<typeof phone.replica.submit>[0], despite?: string): Promise<string> => {
	const how = { code: 'frozen', ...(despite === undefined ? {} : { despite }) };
	const submitted = await phone.replica.submit(command, how);
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	return submitted.uid;
};
const seen = { shipmentId: null };
await submit({ name: 'carton.assign', args: { cartonId: first!, ...seen, shipmentId } });
await sim.settleAll();
// Long enough for another hello.
await sim.time.run(12 * 60_000);
await sim.time.during(phone.replica.compareDigests());

phone.line.online = false;
phone.replica.syncNow();
await sim.time.run(3000);
const items = [{ productId: SEEDED.products[0], quantity: 2 }];
const label = await submit({ name: 'carton.label', args: { cartonId: first!, shipmentId } });
await submit({ name: 'carton.pack', args: { cartonId: second!, ...seen, items } });
await submit({ name: 'carton.move', args: { cartonId: third!, locationId: SEEDED.locations[0], was: null } });
await submit({ name: 'carton.label', args: { cartonId: third!, ...seen } }, 'carton_not_assigned');
await phone.replica.undo(label);
const mistaken = await submit({ name: 'carton.assign', args: { cartonId: second!, shipmentId } });
await phone.replica.dismiss(mistaken);
await submit({
	name: 'carton.create',
	args: { cartonId: sim.world.id(), code: 'FROZEN-1', source: 'printed', warehouseId: SEEDED.warehouses[0] }
});

mkdirSync(folder, { recursive: true });
const stored = Object.fromEntries(phone.store.names().map((name: StoreName) => [name, phone.store.content(name)]));
const json = (value: unknown) => `${JSON.stringify(value, null, '\t')}\n`;
writeFileSync(`${folder}/said.json`, json(said));
writeFileSync(`${folder}/phone.json`, json(stored));
writeFileSync(`${folder}/server.db.gz`, gzipSync(sim.world.image().bytes, { level: 9 }));
writeFileSync(
	`${folder}/clock.json`,
	json({ at: sim.world.at(), deviceId: phone.line.deviceId, counts: sim.world.image().counts })
);
await sim.close();
console.log(
	`${folder} is written. Add commands.json and becomes.json by hand, and pin all in tests/wire/wire.test.ts.`
);
