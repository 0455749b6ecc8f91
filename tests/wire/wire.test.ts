/**
 * [I22] Phones of every release that was ever in the field: what they say is read, what they stored is opened, what they
 * queued is decided, months later, by today's program. `record.ts` writes a folder for each protocol version; nobody edits it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ROLE_NEEDED } from '#lib/domain/roles.ts';
import { parseArgs } from '#lib/protocol/command-args.ts';
import { digestInput, helloInput, pullInput, pushInput } from '#lib/protocol/envelope.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/version.ts';
import { readPending } from '#lib/sync/queries.ts';
import type { StoreName } from '#lib/sync/records.ts';
import type { WorldImage } from '../support/world.ts';
import { serverFaults, tableFaults, verdictFaults } from '../sync/server-truth.ts';
import { SimPhone } from '../sync/sim-phone.ts';
import { MemoryStore } from '../sync/memory-store.ts';
import { MANAGER, Simulation } from '../sync/simulation.ts';

const DAYS_90 = 90 * 86_400_000;

/** SHA-256 of each folder's files: what phones in the field have does not change. */
const FROZEN: Record<number, Record<string, string>> = {
	1: {
		'becomes.json': 'e507a5e20acf2511abe11d8ef822a156458749ce5ca24d985c786c655040d116',
		'clock.json': '4133d1ae0106062e25bab7ce5861bec6f5e124575d1a45d5a91516a5947f4189',
		'commands.json': '22c054204477b24bd387149a13071882d97730832aa2e86d0bbf8e317b3a42dc',
		'phone.json': '3bcfb0d18bee09491a47a2ef784d3dde33187c55c017768610d171444b7b49e1',
		'said.json': '19f3152889f4901cc8231de6220ccb4e17602e0c226cac0dfae35815bdc0ab75',
		'server.db.gz': 'df25dbb03ecb2b3659d1957e2bb0d3cee2a88a0747f08af61a870defe9931513'
	}
};
const VERSIONS = Object.keys(FROZEN).map(Number);

const file = (version: number, name: string): Buffer => readFileSync(`tests/wire/v${version}/${name}`);
const json = <T>(version: number, name: string): T => JSON.parse(file(version, name).toString('utf8')) as T;

let sim: Simulation | null = null;
afterEach(async () => {
	await sim?.close();
	sim = null;
});

/** The phone and the server as they were, in a simulation of today. */
async function thaw(version: number): Promise<SimPhone> {
	const { at, deviceId, counts } = json<{ at: string; deviceId: string; counts: WorldImage['counts'] }>(version, 'clock.json'); // prettier-ignore
	const image: WorldImage = { bytes: gunzipSync(file(version, 'server.db.gz')), at, counts };
	sim = await Simulation.open(version, { image, seed: false });
	const store = new MemoryStore();
	const stored = json<Record<StoreName, unknown[]>>(version, 'phone.json');
	for (const [name, records] of Object.entries(stored) as [StoreName, never[]][])
		await store.transaction('write', [name], (tx) => tx.put(name, records));
	const phone = new SimPhone(sim, 'frozen', deviceId, MANAGER, store);
	sim.phones.push(phone);
	return phone;
}

test('every protocol version that there was has its folder', () => {
	expect(readdirSync('tests/wire').filter((name) => /^v\d+$/.test(name)).sort()).toEqual(VERSIONS.map((version) => `v${version}`)); // prettier-ignore
	expect(VERSIONS).toEqual(Array.from({ length: PROTOCOL_VERSION }, (_, i) => i + 1));
});

describe.each(VERSIONS)('version %i', (version) => {
	test('is as it was', () => {
		const now = Object.fromEntries(
			readdirSync(`tests/wire/v${version}`).map((name) => [
				name,
				createHash('sha256').update(file(version, name)).digest('hex')
			])
		);
		expect(now).toEqual(FROZEN[version]);
	});

	test('[I22] what its phones say is read whole', () => {
		const said = json<Record<string, unknown>>(version, 'said.json');
		const schemas = { hello: helloInput, push: pushInput, pull: pullInput, digest: digestInput };
		for (const [call, schema] of Object.entries(schemas)) expect(schema.parse(said[call]), call).toEqual(said[call]);
	});

	test('[I22] each of its commands is a command of today', () => {
		const commands = json<Record<string, object>>(version, 'commands.json');
		for (const [name, args] of Object.entries(commands))
			expect(parseArgs(name, version, JSON.stringify(args)), name).toMatchObject({ ok: true, command: { name } });
		if (version === PROTOCOL_VERSION) expect(Object.keys(commands).sort()).toEqual(Object.keys(ROLE_NEEDED).sort());
	});

	test('[I22, I17, I15] a phone that was in a drawer for 90 days shows its queue and drains it into an updated server', async () => {
		const phone = await thaw(version);
		await sim!.time.run(DAYS_90);
		await phone.open();
		const pending = await readPending(phone.store);
		const becomes = json<{ pending: [string, boolean][]; verdicts: string[] }>(version, 'becomes.json');
		expect(pending.map(({ command, despite }) => [command?.name ?? 'dismissed', despite])).toEqual(becomes.pending);
		await sim!.settleAll();
		const decided = phone.store
			.content('mutations')
			.map(({ name, verdict }) => [name, verdict?.status, verdict?.rejection?.code]);
		expect(decided.map((words) => words.filter(Boolean).join(' '))).toEqual(becomes.verdicts);
		expect([...sim!.faults(), ...serverFaults(sim!), ...tableFaults(sim!, phone), ...verdictFaults(sim!, phone)]).toEqual([]); // prettier-ignore
		expect(await sim!.time.during(phone.replica.compareDigests())).toBe(true);
	});
});
