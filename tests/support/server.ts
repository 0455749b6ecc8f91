/**
 * A whole server for tests, short of HTTP: settings, store on a file of its own, access, budgets, with a clock that is moved
 * by hand and accounts that are made by a word. `tests/support/world.ts` is the store alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Role } from '#lib/domain/rows.ts';
import type { LoginOutcome } from '#lib/server/access/access.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { hashPassword } from '#lib/server/access/passwords.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';

// Opening a database and hashing passwords take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

export const PASSWORD = 'right horse battery staple';
/** Made once: hashing is slow on purpose. */
const passwordHash = hashPassword(PASSWORD);

const STARTS_AT = Date.parse('2026-03-02T08:00:00.000Z');

export class TestServer {
	world!: ServerWorld;
	readonly #folder = mkdtempSync(join(tmpdir(), 'escale-server-'));
	readonly #env: Record<string, string>;
	#now = STARTS_AT;

	constructor(env: Record<string, string>) {
		this.#env = {
			DATABASE_URL: `file:${join(this.#folder, 'escale.db')}`,
			BACKUP_DIR: join(this.#folder, 'backups'),
			LOG_LEVEL: 'silent',
			...env
		};
	}

	get now(): Date {
		return new Date(this.#now);
	}

	advance(ms: number): void {
		this.#now += ms;
	}

	async open(): Promise<this> {
		this.world = await createServerWorld(readSettings(this.#env), { clock: () => this.now });
		return this;
	}

	async restart(): Promise<void> {
		await this.world.close();
		await this.open();
	}

	async close(): Promise<void> {
		await this.world.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	/** Raw SQL in the group transaction. */
	async raw(text: string, ...values: unknown[]): Promise<void> {
		await this.world.store.write((db) => db.prepare(text).run(...values));
	}

	rows<T = Record<string, unknown>>(text: string, ...values: unknown[]): T[] {
		return this.world.store.read((db) => db.prepare<unknown[], T>(text).all(...values));
	}

	/** A person with an account; the login is the id, the password is `PASSWORD`. */
	async account(login: string, role: Exclude<Role, 'link'>): Promise<void> {
		await this.world.store.saveReference('people', [
			{ id: login, name: `Test ${login}`, structure: 'Entrepôt', badgeCode: null, active: true }
		]);
		await this.raw(
			`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?)`,
			login,
			login,
			await passwordHash,
			role,
			this.now.toISOString()
		);
	}

	/** One try at the sign-in page. */
	try(login: string, how: { password?: string; address?: string; credential?: string } = {}): Promise<LoginOutcome> {
		const { password = PASSWORD, address = '192.0.2.1', credential } = how;
		return this.world.access.signIn({ login, password, address, userAgent: 'Test browser', credential });
	}

	/** Signs in. @throws Error when the server says no */
	async signIn(login: string, credential?: string): Promise<Extract<LoginOutcome, { kind: 'ok' }>> {
		const outcome = await this.try(login, credential === undefined ? {} : { credential });
		if (outcome.kind !== 'ok') throw new Error(`signing in as ${login}: ${outcome.kind}`);
		return outcome;
	}

	/** Who a session's token stands for now. */
	who(token: string): SignedIn | null {
		return this.world.access.sessions.find(token);
	}
}

/** Opens a server on an empty database; `close` it at the end of the test. */
export const openServer = (env: Record<string, string> = {}): Promise<TestServer> => new TestServer(env).open();
