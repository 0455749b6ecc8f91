/**
 * What each fault of a phone's browser has: the built application behind one line that can be cut, a phone on a profile that lies on
 * disk, and the cartons that it called made. Held to sync §8 as `warehouse.ts` holds phones without a screen.
 */
import { expect } from '@playwright/test';
import Database from 'better-sqlite3';
import { verifyDatabase } from '#lib/server/verify/verify-database.ts';
import { FloorPage } from '../../e2e/pages/floor-page.ts';
import { Phone } from '../../e2e/support/phone.ts';
import { AppServer } from '../../e2e/support/server.ts';
import { BadLine } from './bad-line.ts';

const HEALED_MS = 60_000;

export class BrowserFloor {
	/** Codes of the cartons whose creation was answered as done, each with how often it was. */
	readonly made: string[] = [];
	floor!: FloorPage;

	private constructor(
		readonly app: AppServer,
		readonly line: BadLine,
		readonly phone: Phone
	) {}

	static async open(): Promise<BrowserFloor> {
		const line = await new BadLine(null).start();
		const app = await AppServer.start({ ORIGIN: line.origin, LOG_LEVEL: 'warn' });
		line.target = new URL(`http://localhost:${app.port}`);
		const opened = new BrowserFloor(app, line, new Phone());
		opened.floor = new FloorPage(await opened.phone.open(), line.origin);
		await opened.floor.signIn('operator');
		await opened.floor.installed();
		// Chromium writes cookies to the disk when it is closed, or every half minute.
		await opened.phone.close();
		await opened.reopen();
		return opened;
	}

	async close(): Promise<void> {
		await this.phone.remove();
		await this.line.stop();
		await this.app.remove();
	}

	/** The phone's browser, opened anew if it was closed or killed. */
	async reopen(): Promise<void> {
		this.floor = new FloorPage(await this.phone.open(), this.line.origin);
		await this.floor.open('/scan');
	}

	/** Makes a carton, and remembers it when the phone says that it is done. */
	async make(code: string, floor = this.floor): Promise<void> {
		await floor.scan(code);
		await floor.press('Créer ce colis');
		await floor.expectAnswer('ok', 'Colis créé');
		this.made.push(code);
		await floor.open('/scan');
	}

	/** Nothing waits within a minute, nobody helping; phone and server are the same. */
	async holds(floor = this.floor): Promise<string> {
		await expect(floor.status).toHaveAttribute('data-pending', '0', { timeout: HEALED_MS });
		await floor.expectRejected(0);
		await floor.open('/scan/device');
		await expect(async () => {
			// Nothing can be said while an accepted scan waits for its pull.
			await floor.press('Comparer avec le serveur');
			await expect(floor.page.getByText('Identique au serveur.')).toBeVisible({ timeout: 2000 });
		}).toPass({ timeout: HEALED_MS });
		await floor.open('/scan');
		expect(this.violations()).toEqual([]);
		return `${this.made.length} cartons made on this phone are on the server once each, digests equal, every row as its history`;
	}

	/** Every promise that is broken, as lines. */
	violations(): string[] {
		const db = new Database(this.app.databaseFile, { readonly: true });
		try {
			const count = db.prepare<[string], number>('SELECT count(*) FROM carton WHERE code = ?').pluck();
			const lost = this.made.filter((code) => count.get(code) !== 1).map((code) => `I16 ${code} was made, and is lost`);
			const refused = db.prepare<[], string>(`SELECT uid FROM mutation_result WHERE status <> 'ok'`).pluck().all();
			const findings = verifyDatabase(db, new Date()).findings.map((finding) => JSON.stringify(finding));
			return [...lost, ...refused.map((uid) => `I31 ${uid} was not accepted`), ...findings];
		} finally {
			db.close();
		}
	}
}
