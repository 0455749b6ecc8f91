/** What an admin does with the queue, at the page or at the server: each act with its entry in the audit log. */
import { recordAudit, type AuditAct } from '#lib/server/access/audit.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { retryFailed } from './deliver.ts';
import { discardHeld, releaseHeld } from './held.ts';

const ACTS = { retry: retryFailed, release: releaseHeld, discard: discardHeld } as const;
export type MailAct = keyof typeof ACTS;
const WORDS: Record<MailAct, AuditAct> = { retry: 'mail.retry', release: 'mail.release', discard: 'mail.discard' };

/**
 * `retry`: failed messages start over. `release`, `discard`: held ones are due at once, or never go out.
 * @param id null: all of them
 * @param actorId null: the command line
 * @returns how many it was
 */
export const actOnMail = (
	store: Pick<Store, 'write'>,
	act: MailAct,
	id: string | null,
	actorId: string | null,
	now: Date
): Promise<number> =>
	store.write((db) => {
		const at = now.toISOString();
		const messages = ACTS[act](db, at, id);
		if (messages > 0)
			recordAudit(db, {
				...{ at, actorId, act: WORDS[act], subjectKind: 'mail', subjectId: id ?? 'all' },
				detail: { messages }
			});
		return messages;
	});
