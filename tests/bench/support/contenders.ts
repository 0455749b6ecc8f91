/** Ours and the peers as the same few calls, each in a browser of its own with a server of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openBenchModule, openBenchPage } from './browser.ts';
import { PEERS_FOLDER } from './install-peers.ts';
import { openSignedIn } from './signed-in.ts';

/** Cartons that a first sync brings. */
export const ROWS = 10_000;

export interface Contender {
	/** As in the metrics' names. */
	name: string;
	/** Of its script, for its weight. */
	engine: string;
	/** @param run a name that was not used before @returns milliseconds until `ROWS` cartons are there */
	initialSync(run: string): Promise<number>;
	/** Each way of changing one carton, by the name of its metric. @returns milliseconds of each of `count` changes */
	changes: Record<string, (run: string, count: number) => Promise<number[]>>;
	/** @returns milliseconds until `count` waiting changes are on the server */
	drain(run: string, count: number): Promise<number>;
	close(): Promise<void>;
}

declare const bench: {
	initialSync(name: string): Promise<number>;
	drain(name: string, count: number): Promise<number>;
	label(cartons: number, perShipment: number, scans: number): Promise<number[]>;
	change(name: string, count: number): Promise<number[]>;
	changeStrictly(name: string, count: number): Promise<number[]>;
};

/** The product's server with its rules, and the product's phone. A scan is measured on a phone of its own with 20,000 cartons. */
export async function openOurs(): Promise<Contender> {
	const { page, close } = await openSignedIn('sync', ROWS);
	return {
		name: 'ours',
		engine: 'src/lib/local/replica-client.ts',
		initialSync: (run) => page.evaluate((name) => bench.initialSync(name), run),
		changes: {
			ours: async (_run, count) => {
				const alone = await openBenchPage('scan-commit');
				await alone.load();
				return alone.page.evaluate((scans) => bench.label(20_000, 20, scans), count).finally(alone.close);
			}
		},
		drain: (run, count) => page.evaluate(([name, n]) => bench.drain(name, n), [run, count] as const),
		close
	};
}

/** The peers, and what is special about the promise of their local change, as the end of its metric's name. */
export const PEERS = [
	{ name: 'rxdb', promise: '', hasStrict: true },
	{ name: 'pouchdb', promise: '', hasStrict: false },
	{ name: 'replicache', promise: '-memory-first', hasStrict: false }
] as const;

export async function openPeer({ name, promise, hasStrict }: (typeof PEERS)[number]): Promise<Contender> {
	const server = spawn(process.execPath, [join(PEERS_FOLDER, 'server.mjs'), name], {
		stdio: ['pipe', 'pipe', 'inherit']
	});
	const gone = once(server, 'exit');
	const origin = await Promise.race([
		once(server.stdout, 'data').then(([line]) => String(line).trim()),
		gone.then(([code]) => Promise.reject(new Error(`the server of ${name} ended with ${code}`)))
	]);
	const { page, load, close } = await openBenchModule(join(PEERS_FOLDER, 'pages', `${name}.mjs`), origin);
	await load();
	const change = (run: string, count: number) =>
		page.evaluate(([db, n]) => bench.change(db, n), [`${run}-change`, count] as const);
	const changeStrictly = (run: string, count: number) =>
		page.evaluate(([db, n]) => bench.changeStrictly(db, n), [`${run}-strict`, count] as const);
	return {
		name,
		engine: join(PEERS_FOLDER, 'engines', `${name}.mjs`),
		initialSync: (run) => page.evaluate((db) => bench.initialSync(db), `${run}-initial`),
		changes: { [`${name}${promise}`]: change, ...(hasStrict ? { [`${name}-strict`]: changeStrictly } : {}) },
		drain: (run, count) => page.evaluate(([db, n]) => bench.drain(db, n), [`${run}-drain`, count] as const),
		close: async () => {
			await close();
			server.stdin.end();
			await gone;
		}
	};
}
