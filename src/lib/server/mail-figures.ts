/** How the mail queue stands, for health and metrics: counts and ages, nothing of what is in it. */
import { MAIL_STATES, type MailState } from '#lib/server/mail/mail-queue.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { ServerWorld } from './server-world.ts';

export interface MailFigures {
	states: Record<MailState, number>;
	/** How long the message that is due longest waits; 0: none is due. */
	overdueSeconds: number;
}

export const mailFigures = ({ store, clock }: Pick<ServerWorld, 'store' | 'clock'>): MailFigures =>
	store.read((db) => mailFiguresAt(db, clock()));

export function mailFiguresAt(db: Database, now: Date): MailFigures {
	const states = Object.fromEntries(MAIL_STATES.map((state) => [state, 0])) as MailFigures['states'];
	const counted = sql<{ state: MailState; n: number }>(
		db,
		`SELECT state, count(*) AS n FROM mail_message GROUP BY state`
	).all();
	for (const { state, n } of counted) states[state] = n;
	const { dueAt } = sql<{ dueAt: string | null }>(
		db,
		`SELECT min(due_at) AS dueAt FROM mail_message WHERE state = 'pending'`
	).get()!;
	const overdue = dueAt === null ? 0 : (now.getTime() - Date.parse(dueAt)) / 1000;
	return { states, overdueSeconds: Math.max(0, Math.round(overdue)) };
}
