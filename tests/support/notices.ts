/** Notices of a real store: who asked for what, and what the queue then holds. */
import { afterEach, beforeEach, vi } from 'vitest';
import { confirmAddress } from '#lib/server/mail/addresses.ts';
import { subscribe, type Asked } from '#lib/server/notices/subscribers.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from './world.ts';

export const SETTINGS = { origin: 'https://escale.example.org', siteTimeZone: 'Europe/Paris' };

export class NoticeWorld {
	world!: TestWorld;
	reader!: ReadClient;

	/** One for each test of the file that calls this. */
	static forEachTest(): NoticeWorld {
		// A database for each: slow where the machine is busy.
		vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });
		const notices = new NoticeWorld();
		beforeEach(async () => {
			notices.world = await createWorld({ on: 'disk', origin: SETTINGS.origin });
			notices.reader = openReadClient(notices.world.file);
			const { manager, operator, viewer } = SEEDED.people;
			for (const person of [manager, operator, viewer]) await notices.address(person, `${person}@example.org`);
			await notices.confirm('p@example.org');
			await notices.confirm('Partner@Example.org');
		});
		afterEach(async () => {
			await notices.reader.$disconnect();
			await notices.world.close();
		});
		return notices;
	}

	readonly confirm = (email: string) => this.world.store.write((db) => confirmAddress(db, email, this.world.at()));

	/** One that they confirmed. */
	readonly address = async (person: string, email: string | null): Promise<void> => {
		await this.world.raw(`UPDATE account SET email = ? WHERE person_id = ?`, email, person);
		if (email !== null) await this.confirm(email);
	};

	readonly ask = (asked: Partial<Asked> & { who?: Asked['who'] } = {}) => {
		const { viewer } = SEEDED.people;
		const usual = {
			who: { personId: viewer },
			kind: 'status',
			scope: 'all',
			scopeId: '',
			ownToo: false,
			by: viewer
		} as const;
		return subscribe(this.world.store, { ...usual, ...asked }, this.world.now());
	};

	readonly queue = () =>
		this.world.rows<{
			kind: string;
			to: string;
			subject: string;
			text: string;
			html: string;
			state: string;
			uid: string;
		}>(
			`SELECT kind, to_address AS "to", subject, text, html, state, mutation_uid AS uid FROM mail_message ORDER BY id`
		);
	readonly sentTo = () => this.queue().map(({ to, subject }) => `${to}: ${subject}`);
	readonly clear = () => this.world.raw(`DELETE FROM mail_message`);
	readonly now = () => this.world.now();
}
