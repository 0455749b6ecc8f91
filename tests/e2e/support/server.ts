/**
 * The built application as a process of its own, on a free port, with a throw-away database that holds the demo warehouse.
 * Journeys stop it, kill it and start it again on the same port and data; nothing of it is left afterwards.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

/** The password of `admin`, `manager`, `operator` and `viewer` in a journey. */
export const DEMO_PASSWORD = 'escale-demo-journey-1';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OPS = ['--import', 'tsx', 'src/ops/main.ts'];

/** Longer than any start on a busy machine, in milliseconds. */
const START_MS = 60_000;

export class AppServer {
	readonly origin: string;
	readonly port: number;
	readonly #folder: string;
	readonly #env: NodeJS.ProcessEnv;
	#child: ChildProcess | null = null;
	#log = '';

	private constructor(port: number, folder: string, settings: Record<string, string>) {
		this.port = port;
		this.origin = settings['ORIGIN'] ?? `http://localhost:${port}`;
		this.#folder = folder;
		this.#env = {
			...process.env,
			NODE_ENV: 'development',
			HOST: '127.0.0.1',
			PORT: String(port),
			ORIGIN: this.origin,
			DATABASE_URL: `file:${join(folder, 'escale.db')}`,
			BACKUP_DIR: join(folder, 'backups'),
			DEMO_PASSWORD,
			...settings
		};
		// A test program that ends early leaves no server behind.
		process.once('exit', () => this.#child?.kill('SIGKILL'));
	}

	/**
	 * Makes the database and serves it. `settings` are environment variables; `fill` puts what it needs into the migrated
	 * database, by default the demo warehouse.
	 */
	static async start(
		settings: Record<string, string> = {},
		fill: (app: AppServer) => Promise<unknown> = async (app) => app.run('seed-demo')
	): Promise<AppServer> {
		const folder = mkdtempSync(join(tmpdir(), 'escale-journey-'));
		const app = new AppServer(await freePort(), folder, settings);
		app.run('migrate');
		await fill(app);
		await app.restart();
		return app;
	}

	/** Where its database is. */
	get databaseFile(): string {
		return this.#env['DATABASE_URL']!.slice('file:'.length);
	}

	/** What the server's process is started with. */
	get env(): NodeJS.ProcessEnv {
		return this.#env;
	}

	/** The server's process; null while it is stopped. */
	get pid(): number | null {
		return this.#child?.pid ?? null;
	}

	/** Runs a command of `npm run ops` on this server's database. The server must be stopped for one that writes. */
	run(command: string, ...args: string[]): string {
		const { status, stdout, stderr } = spawnSync(process.execPath, [...OPS, command, ...args], {
			cwd: ROOT,
			env: this.#env,
			encoding: 'utf8'
		});
		if (status !== 0) throw new Error(`ops ${command} ended with ${status}\n${stdout}${stderr}`);
		return stdout;
	}

	/** One statement to its database, as nobody else could while it is stopped. @throws Error while it runs */
	edit(statement: string): void {
		if (this.#child !== null) throw new Error('stop the server first: it is the only writer');
		const database = new Database(this.databaseFile);
		database.prepare(statement).run();
		database.close();
	}

	/** What the server has written since it was first started: for a failing test's message. */
	get log(): string {
		return this.#log;
	}

	/** Starts it, or stops and starts it: same port, same database. */
	async restart(): Promise<void> {
		await this.#end('SIGTERM');
		const child = spawn(process.execPath, [...OPS, 'serve'], {
			cwd: ROOT,
			env: this.#env,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		this.#child = child;
		child.stderr.on('data', (chunk) => (this.#log += chunk));
		await new Promise<void>((resolve, reject) => {
			const tooLong = setTimeout(() => reject(new Error(`the server does not start\n${this.#log}`)), START_MS);
			child.once('exit', (code) => reject(new Error(`the server ended with ${code}\n${this.#log}`)));
			child.stdout.on('data', (chunk) => {
				this.#log += chunk;
				if (!this.#log.includes(`Serving ${this.origin}`)) return;
				clearTimeout(tooLong);
				resolve();
			});
		});
	}

	/** Ends it as power loss would: no goodbye, no checkpoint. The database stays for `restart`. */
	async kill(): Promise<void> {
		await this.#end('SIGKILL');
	}

	/** Ends it as an operator would. The database stays for `restart`. */
	async stop(): Promise<void> {
		await this.#end('SIGTERM');
	}

	/** Ends it and removes its database. */
	async remove(): Promise<void> {
		await this.#end('SIGKILL');
		rmSync(this.#folder, { recursive: true, force: true });
	}

	async #end(signal: NodeJS.Signals): Promise<void> {
		const child = this.#child;
		this.#child = null;
		this.#log = '';
		if (child === null || child.exitCode !== null || child.signalCode !== null) return;
		const gone = once(child, 'exit');
		child.kill(signal);
		await gone;
	}
}

export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
