/** Messages in the queue of a test's server, addressed to people who said yes. */
import { confirmAddress } from '#lib/server/mail/addresses.ts';
import { queueMails, type Mail } from '#lib/server/mail/mail-queue.ts';
import type { TestServer } from './server.ts';

export const address = (n: number): string => `n${String(n).padStart(4, '0')}@example.org`;

/** Queues `count` notices, in the order of their numbers from 1. */
export function queueNotices(server: TestServer, count: number, more: Partial<Mail> = {}): Promise<void> {
	const at = server.now.toISOString();
	return server.world.store.write((db) => {
		for (let n = 1; n <= count; n++) {
			confirmAddress(db, address(n), at);
			const mail: Mail = {
				...{ key: `custom:${n}:${at}`, kind: 'custom', to: address(n), locale: 'fr' },
				...{ subject: `Objet ${n}`, text: `Texte ${n}`, html: `<p>Texte ${n}</p>` },
				...{ mutationUid: null, shipmentId: null, personId: null },
				...more
			};
			queueMails(db, [mail], server.world.settings, at);
		}
	});
}

export interface Queued {
	to: string;
	state: string;
	attempts: number;
	due: string;
	reason: string | null;
}

export const queued = (server: TestServer): Queued[] =>
	server.rows<Queued>(
		`SELECT to_address AS "to", state, attempts, due_at AS due, last_error AS reason FROM mail_message ORDER BY rowid`
	);

/** How many are in which state. */
export function states(server: TestServer): Record<string, number> {
	const rows = server.rows<{ state: string; n: number }>(
		'SELECT state, count(*) AS n FROM mail_message GROUP BY state'
	);
	return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}
